"""How complexity is found: exactly, by random draws, from some of the sources, or from groups of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import comb

import numpy as np

from atlas.analysis.information.complexity.clocks import clock_complexity
from atlas.analysis.information.complexity.profile import Complexity, of_unions
from atlas.analysis.information.complexity.subsampling import grouped, mean_complexity, subsets
from atlas.analysis.information.complexity.uniform import MOST_SOURCES as MOST_EXACT
from atlas.analysis.information.complexity.uniform import unions
from atlas.analysis.information.decomposition import Joint
from atlas.analysis.information.decomposition.checking import MOST_SOURCES
from atlas.analysis.seeds import check_whole
from atlas.errors import UnknownName
from atlas.records import IntArray

ESTIMATORS = ("auto", "exact", "clock", "subsample", "coarse")
ROWS_OF_SIX = 2_000  # six sources with more distinct rows take longer than 10 s to measure exactly
QUICK = 5  # as many sources are measured exactly in milliseconds


@dataclass(frozen=True, kw_only=True)
class Estimator:
    """One way to find complexity, with its parameters; what each means stands at `complexity_of_elements`."""

    name: str = "auto"
    n_draws: int = 4_000
    subset_size: int = 5
    n_subsets: int = 26
    group_size: int = 2
    seed: int = 0

    def __post_init__(self) -> None:
        if self.name not in ESTIMATORS:
            raise UnknownName("estimator of complexity", self.name, ESTIMATORS)
        sizes = {"subset_size": self.subset_size, "n_subsets": self.n_subsets, "group_size": self.group_size}
        check_whole(least=20, n_draws=self.n_draws)
        check_whole(least=1, **sizes)

    def parts(self, n_sources: int) -> list[IntArray]:
        """List the sources that are measured together: all of them, or each of the sets drawn."""
        if self.name != "subsample" and not (self.name == "auto" and n_sources > MOST_SOURCES):
            return [np.arange(n_sources)]
        size = min(self.subset_size, n_sources)
        return list(subsets(n_sources, size=size, n_subsets=self.n_subsets, seed=self.seed))

    def chosen(self, n_sources: int, n_rows: int) -> Estimator:
        """Settle what `auto` stands for, with so many sources and distinct rows."""
        if self.name != "auto":
            return self
        if n_sources > MOST_SOURCES:
            return replace(self, name="subsample")
        is_quick = n_sources <= QUICK or (n_sources <= MOST_EXACT and n_rows <= ROWS_OF_SIX)
        return replace(self, name="exact" if is_quick else "clock")

    def is_too_wide(self, n_sources: int) -> bool:
        """Tell whether the sources are more than the estimator can take."""
        n_groups = -(-n_sources // self.group_size)
        together = {
            "exact": n_sources,
            "clock": n_sources,
            "coarse": n_groups,
            "subsample": min(self.subset_size, n_sources),
        }
        return together.get(self.name, 0) > (MOST_EXACT if self.name == "exact" else MOST_SOURCES)

    def joint(self, states: IntArray, labels: IntArray) -> Joint:
        """Count trials, of groups of sources if it is `coarse`."""
        return Joint.of_trials(grouped(states, self.group_size) if self.name == "coarse" else states, labels)

    def measure(self, joints: list[Joint], *, n_sources: int, seed: int) -> Complexity:
        """Measure what is to be reported, bias included: all parts, with as many draws as were asked for."""
        most_exact = MOST_EXACT if self.name == "exact" else QUICK
        found = [self._one(joint, most_exact, self.n_draws, seed=seed, with_bias=True) for joint in joints]
        return mean_complexity(found, n_all=comb(n_sources, self.subset_size) if len(joints) > 1 else 1)

    def measure_again(self, joints: list[Joint], *, seed: int) -> Complexity:
        """Measure one of many shuffles, halves or controls: with a tenth of the draws, for six sources, too."""
        found = [self._one(joint, QUICK, self.n_draws // 10, seed=seed, with_bias=False) for joint in joints]
        return mean_complexity(found, n_all=len(found))

    def _one(self, joint: Joint, most_exact: int, n_draws: int, *, seed: int, with_bias: bool) -> Complexity:
        if joint.n_sources <= most_exact and self.name != "clock":
            return of_unions(unions(joint, with_bias=with_bias))
        return clock_complexity(joint, n_draws=n_draws, seed=seed)
