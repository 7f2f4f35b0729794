"""How relay information is measured, before it is known of which network."""

from __future__ import annotations

from dataclasses import dataclass, field

from atlas.analysis.information.discretising import Discretisation
from atlas.analysis.information.relay.steps import Search
from atlas.records import Parameter
from atlas.workflow.states import check_layers_or_partition, check_numbers

METHOD = "co_information"  # conditional, of input, output and hidden states: eq. 3 of Hintze and Adami (2023)


@dataclass(frozen=True, kw_only=True)
class RelayParams:
    """How to measure relay information. The meaning of each stands at `atlas.analysis.information.relay`."""

    partition: str | None = None  # its clusters are measured; None: hidden neurons and layers
    layers: tuple[str, ...] | None = None  # hidden layers; None: all of them
    discretisation: Discretisation = field(default_factory=lambda: Discretisation(method="two_means"))
    direction: str | None = None
    search: str = "greedy"
    beam: int = 64
    min_trials: float = 5.0
    n_null: int = 200
    n_searches: int = 20
    n_subsamples: int = 200
    n_sets: int = 200  # random sets of a layer that are knocked out
    seed: int = 0

    def __post_init__(self) -> None:
        _ = self.searched  # refuses what no search can have
        check_numbers(
            min_trials=self.min_trials,
            seed=self.seed,
            n_null=self.n_null,
            n_subsamples=self.n_subsamples,
            n_sets=self.n_sets,
        )
        check_layers_or_partition(self.layers, self.partition, "Relays are neurons of layers, or")

    @property
    def searched(self) -> Search:
        """Say how sets of relays are searched."""
        return Search(direction=self.direction, search=self.search, beam=self.beam, n_searches=self.n_searches)

    @property
    def method(self) -> str:
        """Name what relay information is."""
        return METHOD

    @property
    def for_run(self) -> dict[str, Parameter]:
        """List what the run records beside method and seed; clusters are not searched, nor their sets regressed."""
        of_neurons: dict[str, Parameter] = {
            "direction": self.direction,
            "search": self.search,
            "beam": self.beam if self.search == "beam" else None,
            "n_searches": self.n_searches,
            "n_sets": self.n_sets,
        }
        return {
            "partition": self.partition,
            "layers": None if self.layers is None else ",".join(self.layers),
            **self.discretisation.for_run,
            **(of_neurons if self.partition is None else dict.fromkeys(of_neurons)),
            "min_trials": float(self.min_trials),
            "n_null": self.n_null,
            "n_subsamples": self.n_subsamples,
        }

    @property
    def measures(self) -> str:
        """Say in words what is measured."""
        if self.partition is not None:
            return f"relay information of clusters of {self.partition}"
        return f"relay information of {'hidden neurons' if self.layers is None else ', '.join(self.layers)}"
