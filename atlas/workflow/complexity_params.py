"""How complexity is measured, before it is known of which network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from atlas.analysis.information.complexity.estimating import Estimator
from atlas.analysis.information.complexity.uniform import MOST_SOURCES as MOST_EXACT
from atlas.analysis.information.decomposition.checking import MOST_SOURCES
from atlas.analysis.information.discretising import Discretisation
from atlas.errors import BadParameter
from atlas.records import Parameter
from atlas.workflow.states import MEDIAN, check_layers_or_partition, check_numbers

METHOD = "sx"  # the definition of redundancy


@dataclass(frozen=True, kw_only=True)
class ComplexityParams:
    """How to measure complexity. The meaning of each stands at `atlas.analysis.information.complexity`."""

    partition: str | None = None  # its clusters are measured; None: hidden layers
    layers: tuple[str, ...] | None = None  # hidden layers; None: all of them
    discretisation: Discretisation = MEDIAN
    estimator: str = "auto"
    min_trials: float = 2.0
    n_null: int = 20
    n_subsamples: int = 100
    n_noise: int = 10
    subset_size: int = 5
    n_subsets: int = 26
    group_size: int = 2
    n_draws: int = 4_000
    seed: int = 0

    def __post_init__(self) -> None:
        _ = self.how  # refuses what no estimator can have
        check_numbers(
            min_trials=self.min_trials,
            seed=self.seed,
            n_null=self.n_null,
            n_subsamples=self.n_subsamples,
            n_noise=self.n_noise,
        )
        check_layers_or_partition(self.layers, self.partition, "Complexity is of layers, or of")

    @property
    def how(self) -> Estimator:
        """Say how complexity is found."""
        return Estimator(
            name=self.estimator,
            n_draws=self.n_draws,
            subset_size=self.subset_size,
            n_subsets=self.n_subsets,
            group_size=self.group_size,
            seed=self.seed,
        )

    @property
    def n_draws_beside(self) -> int:
        """Count how often an element is measured again."""
        return self.n_null + self.n_subsamples + self.n_noise

    @property
    def method(self) -> str:
        """Name the definition of redundancy."""
        return METHOD

    @property
    def for_run(self) -> dict[str, Parameter]:
        """List what the run records beside method and seed."""
        return {
            "partition": self.partition,
            "layers": None if self.layers is None else ",".join(self.layers),
            **self.discretisation.for_run,
            "estimator": self.estimator,
            "min_trials": float(self.min_trials),
            "n_null": self.n_null,
            "n_subsamples": self.n_subsamples,
            "n_noise": self.n_noise,
            "subset_size": self.subset_size,
            "n_subsets": self.n_subsets,
            "group_size": self.group_size,
            "n_draws": self.n_draws,
        }

    @property
    def measures(self) -> str:
        """Say in words what is measured."""
        what = "hidden layers" if self.layers is None else ", ".join(self.layers)
        return f"representational complexity of {what if self.partition is None else f'clusters of {self.partition}'}"

    def check(self, sizes: Sequence[int]) -> None:
        """Refuse an estimator that takes no element, given their numbers of neurons: nothing would be measured.

        Raises
        ------
        BadParameter
            All elements have too many neurons.
        """
        chosen = [self.how.chosen(size, 0) for size in sizes]  # what has few neurons is never too wide for auto
        if not sizes or not all(how.is_too_wide(size) for how, size in zip(chosen, sizes, strict=True)):
            return
        if chosen[0].name == "subsample":
            raise BadParameter(
                f"subset_size is {self.subset_size}. At most {MOST_SOURCES} neurons can be measured together. "
                f"Give {MOST_SOURCES} or less; 5 suits most."
            )
        most = {
            "exact": f"{MOST_EXACT} neurons",
            "clock": f"{MOST_SOURCES} neurons",
            "coarse": f"{MOST_SOURCES} groups of {self.group_size} neurons",
        }
        raise BadParameter(
            f"The estimator {self.estimator!r} takes at most {most[self.estimator]}, the smallest element has "
            f"{min(sizes)} neurons. Nothing would be measured. Take the estimator 'auto': --estimator auto."
        )
