"""How pairs are ablated, before it is known of which network."""

from __future__ import annotations

from dataclasses import dataclass

from atlas.analysis.seeds import check_draws
from atlas.errors import BadParameter, UnknownName
from atlas.records import METHODS_OF_ABLATION, Parameter


@dataclass(frozen=True, kw_only=True)
class PairParams:
    """Which pairs to ablate, and how. The meaning of each stands at `atlas.analysis.ablation`."""

    layers: tuple[str, ...] | None = None  # hidden layers to pair within and across; None: all
    partition: str | None = None  # whose clusters are paired; None: neurons
    method: str = "zero"
    n_null: int = 199  # random sets in the place of a cluster
    seed: int = 0
    top: int = 1_000  # pairs that are written, those of largest interaction

    def __post_init__(self) -> None:
        if self.method not in METHODS_OF_ABLATION:
            raise UnknownName("method of ablation", self.method, METHODS_OF_ABLATION)
        if self.top < 1:
            raise BadParameter(f"top is {self.top}. It is how many pairs are written to the graph. Give 1 or more.")
        check_draws(n_null=self.n_null)
        if self.layers is not None and self.partition is not None:
            raise BadParameter(
                f"Both layers and the partition {self.partition!r} are given. Pairs are of neurons of layers, or of "
                "clusters with all their hidden neurons. Give one of them."
            )

    @property
    def for_run(self) -> dict[str, Parameter]:
        """List what the run records beside method and seed."""
        return {
            "layers": None if self.layers is None else ",".join(self.layers),
            "partition": self.partition,
            "n_null": None if self.partition is None else self.n_null,
            "top": self.top,
        }

    @property
    def measures(self) -> str:
        """Say in words what is measured."""
        if self.partition is not None:
            return f"joint effects of pairs of clusters of {self.partition} ({self.method})"
        what = "hidden neurons" if self.layers is None else f"neurons of {', '.join(self.layers)}"
        return f"joint effects of pairs of {what} ({self.method})"
