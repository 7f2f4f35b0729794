"""What may be asked of a partition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pandas as pd

from atlas.analysis.graph.shuffles import NULLS
from atlas.analysis.partition.objectives import OBJECTIVES, WITH_RESOLUTION
from atlas.analysis.seeds import check_draws, check_whole
from atlas.errors import BadParameter, UnknownName
from atlas.keys import check_segment
from atlas.records import Parameter

GRAPHS = ("weights", "activations", "both")
CLUSTERS = 12  # asked for where the number of clusters is a parameter: Filan et al. (2021)

_BY_NUMBER = ("n_cut", "local")
_OTHERS = tuple(name for name in OBJECTIVES if name not in ("modularity", "cpm"))  # igraph is faster at those
_BY_RESOLUTION = ("leiden", "cpm", "layered", "multiplex", *(name for name in _OTHERS if name in WITH_RESOLUTION))
METHODS = ("leiden", "cpm", "layered", "multiplex", *_BY_NUMBER, *_OTHERS, "imported")

# Which methods, and which graphs, a parameter is for; what is not here is for all.
_METHODS_OF = {
    "resolution": _BY_RESOLUTION,
    "k": _BY_NUMBER,
    "deflate": _BY_NUMBER,
    "k_by_layer": ("local",),
    "weight_of_activations": ("multiplex",),
    "labels": ("imported",),
}
_GRAPHS_OF = {
    "rescale": ("weights", "both"),
    "spread": ("weights", "both"),
    "association": ("activations", "both"),
    "power": ("activations", "both"),
    "max_trials": ("activations", "both"),
}
_DEFAULTS: Mapping[str, Parameter] = {
    "resolution": 1.0,
    "k": CLUSTERS,
    "k_by_layer": "global",
    "weight_of_activations": 1.0,
    "rescale": False,
    "spread": "ignore",
    "association": "spearman",
    "power": "square",
    "max_trials": 5_000,
}


@dataclass(frozen=True, kw_only=True)
class PartitionParams:
    """How to partition. The meaning of each stands at `atlas.analysis.partition` and `atlas.analysis.graph`.

    None stands for the default where method or graph have the parameter; another value is refused where they do not.
    """

    method: str = "leiden"
    graph: str | None = None  # weights, activations, both; None: both for `multiplex`, weights for all others
    resolution: float | None = None
    k: int | None = None
    deflate: bool | None = None  # None: the method decides by the graph
    k_by_layer: str | None = None
    weight_of_activations: float | None = None
    rescale: bool | None = None
    spread: str | None = None
    association: str | None = None
    power: str | None = None
    max_trials: int | None = None
    shuffle: str = "layer"  # of the weights, for the null
    n_null: int = 20
    n_seeds: int = 10
    seed: int = 0
    layers: tuple[str, ...] | None = None  # None: all; hidden ones where activations are used
    within: str | None = None  # name of a partition, whose clusters are divided; None: the whole network is
    labels: str | Path | pd.DataFrame | None = None  # table with columns layer, number, cluster; or a CSV file
    name: str | None = None  # None: after method, resolution or number, and seed

    def __post_init__(self) -> None:
        for what, value, known in (
            ("method of partition", self.method, METHODS),
            ("graph", self.kind, GRAPHS),
            ("shuffle", self.shuffle, NULLS),
        ):
            if value not in known:
                raise UnknownName(what, value, known)
        self._check_asked()
        self._check_values()
        check_segment(self.partition_name, what="partition name")

    @property
    def kind(self) -> str:
        """Say which graph is partitioned."""
        return self.graph or ("both" if self.method == "multiplex" else "weights")

    @property
    def needs_forward(self) -> bool:
        """See whether the network is to be run."""
        return self.kind != "weights" or self.value("spread") != "ignore"

    @property
    def partition_name(self) -> str:
        """Name the partition: as asked, else `leiden-1.0-seed0`, `n_cut-12-activations-seed0`."""
        if self.name is not None:
            return self.name
        if self.method == "imported":
            return "imported" if isinstance(self.labels, pd.DataFrame) else Path(str(self.labels)).stem
        size = {"resolution": None, "k": None} | {key: self.value(key) for key in ("resolution", "k")}
        parts = [self.method, *(str(value) for value in size.values() if value is not None)]
        usual = "both" if self.method == "multiplex" else "weights"
        parts += [] if self.kind == usual else [self.kind]
        parts += [] if self.within is None else ["within", self.within]
        return "-".join([*parts, f"seed{self.seed}"])

    @property
    def for_run(self) -> dict[str, Parameter]:
        """List what the run records beside method, seed and the imported labels."""
        chosen = {key: self.value(key) for key in ("deflate", *_DEFAULTS)}
        return {
            "graph": self.kind,
            **chosen,
            "shuffle": self.shuffle,
            "n_null": self.n_null,
            "n_seeds": self.n_seeds,
            "layers": None if self.layers is None else ",".join(self.layers),
            "within": self.within,
        }

    def value(self, name: str) -> Any:
        """Give a parameter, or its default; None where method or graph do not have it."""
        if not self._has(name):
            return None
        given: Any = getattr(self, name)
        default = _DEFAULTS.get(name)
        if given is None:
            return default
        return float(given) if isinstance(default, float) else given

    def _has(self, name: str) -> bool:
        return self.method in _METHODS_OF.get(name, METHODS) and self.kind in _GRAPHS_OF.get(name, GRAPHS)

    def _check_values(self) -> None:
        """Refuse numbers that no network can be partitioned with."""
        check_draws(n_null=self.n_null, n_seeds=self.n_seeds)
        check_whole(seed=self.seed)
        given = {name: getattr(self, name) for name in ("k", "max_trials")}
        check_whole(least=1, **{name: number for name, number in given.items() if number is not None})
        for name in ("resolution", "weight_of_activations"):
            number = getattr(self, name)
            if number is not None and not (isinstance(number, (int, float)) and number > 0):
                raise BadParameter(f"{name} is {number!r}. It is a number above 0. Give 1.0 to begin with.")

    def _check_asked(self) -> None:
        """Refuse parameters that method and graph do not have, and missing ones that have no default."""
        for name in (field.name for field in fields(self) if field.name in {**_METHODS_OF, **_GRAPHS_OF}):
            if getattr(self, name) is not None and not self._has(name):
                methods, graphs = _METHODS_OF.get(name), _GRAPHS_OF.get(name)
                whose = f"the methods {', '.join(methods)}" if methods else f"graphs of {' and '.join(graphs or ())}"
                raise BadParameter(
                    f"{name} is given, and the method is {self.method!r} on the graph of {self.kind}. It is for "
                    f"{whose} only. Leave it out, or choose another method or graph."
                )
        if (self.method == "multiplex") != (self.kind == "both"):
            raise BadParameter(
                f"The method is {self.method!r} on the graph of {self.kind}. Weights and activations together are "
                "partitioned by multiplex, and by nothing else. Leave out `graph`, or choose multiplex."
            )
        if self.method == "cpm" and self.resolution is None:
            raise BadParameter(
                "The method is 'cpm', and no resolution is given. It is the strength a cluster's pairs must exceed on "
                "average, so no number fits all networks. Give `resolution`, first the mean strength of all pairs."
            )
        if self.method == "imported" and not isinstance(self.labels, (str, Path, pd.DataFrame)):
            raise BadParameter(
                "There is nothing to import. An imported partition is a table with columns layer, number and cluster. "
                "Give `labels`, a CSV file or a table."
            )
