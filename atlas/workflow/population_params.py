"""What may be asked of populations."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from atlas.analysis.populations.activation import check_profile
from atlas.analysis.populations.grouping import GroupingParams
from atlas.errors import BadParameter, UnknownName
from atlas.keys import check_segment
from atlas.records import Parameter

BY = ("activation", "ablation")


@dataclass(frozen=True, kw_only=True)
class PopulationParams:
    """How to find populations. The meaning of each stands at `atlas.analysis.populations`."""

    by: str | None = None  # None: by both
    profile: str = "classes"  # of activations
    grouping: GroupingParams = field(default_factory=GroupingParams)
    layers: tuple[str, ...] | None = None  # None: by activation the hidden ones, by ablation those ablated
    effect_run: str | None = None  # by ablation: whose effects; None: the newest
    name: str | None = None  # of the partition; None: after the other parameters

    def __post_init__(self) -> None:
        if self.by not in (None, *BY):
            raise UnknownName("kind of population", str(self.by), BY)
        check_profile(self.profile)
        if self.name is not None:
            check_segment(self.name, what="partition name")
        if self.name is not None and self.by is None:
            raise BadParameter(f"The name {self.name!r} is for one partition, and two are asked for. Say by which.")
        if self.effect_run is not None and self.by == "activation":
            raise BadParameter(f"Populations by activation use no effects. Leave out the run {self.effect_run!r}.")

    def partition_name(self, of: str) -> str:
        """Name the partition: as asked, else `activation-populations-classes-20-seed0`; `of` is profile or method."""
        return self.name or f"{self.by}-populations-{of}-{self.grouping.max_groups}-seed{self.grouping.seed}"

    @property
    def each(self) -> tuple[PopulationParams, ...]:
        """Take those by activation and those by ablation apart."""
        if self.by is not None:
            return (self,)
        return replace(self, by="activation", effect_run=None), replace(self, by="ablation")

    @property
    def for_run(self) -> dict[str, Parameter]:
        """List what the run records beside kind, seed, profile and effects."""
        return {
            "max_groups": self.grouping.max_groups,
            "n_null": self.grouping.n_null,
            "n_bootstrap": self.grouping.n_bootstrap,
            "layers": None if self.layers is None else ",".join(self.layers),
        }

    @property
    def needs_forward(self) -> bool:
        """See whether the network is to be run; effects are read from the graph."""
        return self.by != "ablation"
