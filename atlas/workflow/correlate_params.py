"""How correlation functions are measured, before it is known of which network."""

from __future__ import annotations

from dataclasses import dataclass

from atlas.analysis.correlation.closing import CLOSURES, Closing
from atlas.analysis.seeds import check_draws, check_whole, generator
from atlas.errors import BadParameter, UnknownName
from atlas.records import Parameter

METHOD = "cumulants"


@dataclass(frozen=True, kw_only=True)
class CorrelateParams:
    """How to measure a network as a map of correlation functions. The meaning of each stands at `correlations`."""

    start: str = "input"
    closures: tuple[str, ...] = CLOSURES
    n_components: int = 5
    n_nodes: int | None = None
    n_null: int = 99
    n_bootstrap: int = 100
    n_surrogates: int = 20
    seed: int = 0

    def __post_init__(self) -> None:
        check_draws(n_null=self.n_null, n_bootstrap=self.n_bootstrap)
        check_whole(least=1, n_surrogates=self.n_surrogates)
        generator(self.seed)
        if not self.closures:
            raise BadParameter(
                f"No closure is named. Errors are those of a closure. Name some of {', '.join(CLOSURES)}."
            )
        for place, kind in enumerate(self.closures):
            if kind not in CLOSURES:
                raise UnknownName("closure", kind, CLOSURES)
            if kind in self.closures[:place]:
                raise BadParameter(f"The closure {kind!r} is named twice. Errors bear its name. Name each once.")
        _ = self.closings  # refuses numbers outside their range

    @property
    def closings(self) -> tuple[Closing, ...]:
        """List the closures to try."""
        return tuple(
            Closing(
                kind=kind,
                n_components=self.n_components if kind == "mixture" else 1,
                n_nodes=self.n_nodes,
                seed=self.seed,
            )
            for kind in self.closures
        )

    @property
    def partition(self) -> None:
        """Say that no clusters are measured."""
        return

    @property
    def method(self) -> str:
        """Name what is measured."""
        return METHOD

    @property
    def for_run(self) -> dict[str, Parameter]:
        """List what the run records beside method and seed."""
        return {
            "start": self.start,
            "closures": ",".join(self.closures),
            "n_components": self.n_components,
            "n_nodes": self.n_nodes,
            "n_null": self.n_null,
            "n_bootstrap": self.n_bootstrap,
            "n_surrogates": self.n_surrogates,
        }

    @property
    def measures(self) -> str:
        """Say in words what is measured."""
        return f"correlation functions of the layers after {self.start}"
