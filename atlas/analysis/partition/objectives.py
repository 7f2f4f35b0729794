"""Partition by other objectives, as leidenalg has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import leidenalg
import numpy as np

from atlas.analysis.graph import NeuronGraph
from atlas.analysis.partition.igraphs import igraph_of
from atlas.analysis.partition.leiden import check_resolution
from atlas.errors import BadParameter, UnknownName
from atlas.records import FloatArray, IntArray, Parameter

_QUALITY = {
    "modularity": leidenalg.ModularityVertexPartition,
    "rb_configuration": leidenalg.RBConfigurationVertexPartition,
    "rb_er": leidenalg.RBERVertexPartition,
    "cpm": leidenalg.CPMVertexPartition,
    "surprise": leidenalg.SurpriseVertexPartition,
    "significance": leidenalg.SignificanceVertexPartition,
}
OBJECTIVES = tuple(_QUALITY)
WITH_RESOLUTION = ("rb_configuration", "rb_er", "cpm")


@dataclass(frozen=True)
class Objective:
    """Find the clusters that an objective of leidenalg asks for, until nothing is better; slower than `Leiden`.

    Parameters
    ----------
    objective
        `modularity`; `rb_configuration`, modularity with a resolution; `rb_er`, where chance joins all pairs of
        neurons alike; `cpm`, where a strength is expected of every pair; `surprise`, how improbable the share of
        strength inside clusters is, if every pair were as likely to hold it; `significance`, how improbable the numbers
        of pairs joined inside clusters are, for graphs whose strengths are all equal.
    resolution
        Of those that have one: larger values give more, smaller clusters; for `cpm` it is a strength. None: 1.0.

    Raises
    ------
    UnknownName
        leidenalg has no such objective.
    BadParameter
        The resolution is not above 0, or the objective has none.

    References
    ----------
    Reichardt and Bornholdt (2006), Phys. Rev. E 74, 016110; Traag, Van Dooren and Nesterov (2011), Phys. Rev. E 84,
    016114; Traag, Krings and Van Dooren (2013), Sci. Rep. 3, 2930; Traag, Aldecoa and Delvenne (2015), Phys. Rev. E 92,
    022816.
    """

    objective: str
    resolution: float | None = None

    def __post_init__(self) -> None:
        if self.objective not in OBJECTIVES:
            raise UnknownName("objective of leidenalg", self.objective, OBJECTIVES)
        if self.resolution is not None:
            if self.objective not in WITH_RESOLUTION:
                raise BadParameter(
                    f"{self.objective} is given the resolution {self.resolution}, and has none. "
                    f"Leave it out, or choose {', '.join(WITH_RESOLUTION)}."
                )
            check_resolution(self.resolution)

    @property
    def name(self) -> str:
        """Name the method: by its objective."""
        return self.objective

    @property
    def params(self) -> Mapping[str, Parameter]:
        """List its parameters but the seed."""
        return {"resolution": self._resolution} if self.objective in WITH_RESOLUTION else {}

    def labels(self, graph: NeuronGraph, seed: int) -> IntArray:
        """Give the cluster of every neuron, shape (n_neurons,).

        Raises
        ------
        BadParameter
            Strengths are NaN, infinite or negative; or they differ, and the objective cannot see them.
        """
        pairs, strength = igraph_of(graph)
        options = {}
        if self.objective == "significance":
            _check_equal(strength)
        else:
            options["weights"] = strength.tolist()
        if self.objective in WITH_RESOLUTION:
            options["resolution_parameter"] = self._resolution
        found = leidenalg.find_partition(pairs, _QUALITY[self.objective], n_iterations=-1, seed=seed, **options)
        return np.array(found.membership, dtype=np.int64)

    @property
    def _resolution(self) -> float:
        return 1.0 if self.resolution is None else float(self.resolution)


def _check_equal(strength: FloatArray) -> None:
    low, high = strength.min(), strength.max()
    if low != high:
        raise BadParameter(
            f"The strengths go from {low:.3g} to {high:.3g}, and significance counts pairs, so that it would ignore "
            "them; where nearly all pairs are joined it finds nothing. It is for graphs whose strengths are equal. "
            "Choose surprise or modularity."
        )
