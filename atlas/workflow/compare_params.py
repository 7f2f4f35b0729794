"""What may be asked of a comparison of two networks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from atlas.analysis.seeds import check_draws
from atlas.errors import BadParameter, UnknownName
from atlas.records import Parameter
from atlas.results.matching import MATCHED_BY

RUN_KINDS = {"effect": "ablate", "information": "inform"}  # which runs tell a similarity


@dataclass(frozen=True, kw_only=True)
class CompareParams:
    """What to compare, and how. The meaning of each stands at `atlas.analysis.matching.matching`."""

    first: str | None = None  # name of a partition of the network; None: the newest, of checkpoints that all have
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

    def check_runs(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Refuse a run that more than one network would use: it is of one.

        Raises
        ------
        BadParameter
            The networks that stand first in `pairs`, or second, are several, and a run of one of them is named.
        """
        for side, networks in zip(("first", "second"), zip(*pairs, strict=True), strict=True):
            for option, named in ((run_option(side, of), self.named_run(side, of)) for of in RUN_KINDS):
                if named is not None and len(set(networks)) > 1:
                    raise BadParameter(
                        f"Parameter {option!r} is {named!r}, and {len(set(networks))} networks would use it: "
                        f"{', '.join(dict.fromkeys(networks))}. A run is of one network. Compare two networks at a "
                        "time: --other once."
                    )

    @property
    def for_run(self) -> dict[str, Parameter]:
        """List what the run records of draws."""
        return {"n_null": self.n_null, "n_bootstrap": self.n_bootstrap}


def run_option(side: str, of: str) -> str:
    """Name the parameter that names a run: `first_effect_run`, `second_label_run`."""
    return f"{side}_{'effect' if of == 'effect' else 'label'}_run"
