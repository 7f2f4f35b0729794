"""What may be asked of a comparison of two networks."""

from __future__ import annotations

from dataclasses import dataclass

from atlas.analysis.seeds import check_draws
from atlas.errors import UnknownName
from atlas.records import Parameter
from atlas.results.matching import MATCHED_BY

RUN_KINDS = {"effect": "ablate", "information": "inform"}  # which runs tell a similarity


@dataclass(frozen=True, kw_only=True)
class CompareParams:
    """What to compare, and how. The meaning of each stands at `atlas.analysis.matching.matching`."""

    first: str | None = None  # name of a partition of the network; None: the newest
    second: str | None = None  # of the other; None: of the same name as `first`
    by: str | None = None  # None: neurons for checkpoints of one training run, else all
    first_effect_run: str | None = None  # None: the newest
    second_effect_run: str | None = None
    first_label_run: str | None = None
    second_label_run: str | None = None
    seed: int = 0
    n_null: int = 199
    n_bootstrap: int = 200

    def __post_init__(self) -> None:
        check_draws(n_null=self.n_null, n_bootstrap=self.n_bootstrap)
        if self.by is not None and self.by not in MATCHED_BY:
            raise UnknownName("similarity to match by", self.by, MATCHED_BY)

    def named_run(self, side: str, of: str) -> str | None:
        """Give the run named for a side (`first`, `second`) that tells its effects or its information."""
        run: str | None = getattr(self, run_option(side, of))
        return run

    @property
    def for_run(self) -> dict[str, Parameter]:
        """List what the run records of draws."""
        return {"n_null": self.n_null, "n_bootstrap": self.n_bootstrap}


def run_option(side: str, of: str) -> str:
    """Name the parameter that names a run: `first_effect_run`, `second_label_run`."""
    return f"{side}_{'effect' if of == 'effect' else 'label'}_run"
