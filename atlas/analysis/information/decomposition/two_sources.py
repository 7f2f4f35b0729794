"""Two sources and every target at once, from the counts of their joint states."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from atlas.analysis.information.decomposition.numbering import numbered
from atlas.records import FloatArray, IntArray


@dataclass(frozen=True, kw_only=True)
class PairCounts:
    """How often each occupied joint state of two sources meets each class."""

    counts: IntArray  # shape (n_joint_states, n_classes)
    first: IntArray  # state of the first source in each, shape (n_joint_states,), from 0
    second: IntArray

    @classmethod
    def of_trials(cls, first: IntArray, second: IntArray, labels: IntArray, *, n_classes: int) -> PairCounts:
        """Count trials; each argument has shape (n_trials,). States are numbered from 0 without gaps."""
        n_second = int(second.max(initial=0)) + 1
        codes = first.astype(np.int64) * n_second + second
        pairs, n_pairs = numbered(codes, (int(first.max(initial=0)) + 1) * n_second)
        code = np.empty(n_pairs, dtype=np.int64)
        code[pairs] = codes
        counts = np.bincount(pairs * n_classes + labels, minlength=n_pairs * n_classes)
        return cls(counts=counts.reshape(n_pairs, n_classes), first=code // n_second, second=code % n_second)

    def mutual_bits(self) -> float:
        """Measure what the two sources tell about each other, in bits."""
        trials, log2 = self.counts.sum(axis=1), _log2_table(self.counts)
        first, second = np.bincount(self.first, weights=trials), np.bincount(self.second, weights=trials)
        apart = log2[first.astype(np.int64)][self.first] + log2[second.astype(np.int64)][self.second]
        return max(0.0, float(trials @ (log2[trials] + log2[-1] - apart)) / (len(log2) - 1))


@dataclass(frozen=True, kw_only=True)
class TwoSources:
    """What two sources tell about which class (first), and about each class or not; arrays of shape (1 + n_classes,).

    In bits, counted. The atoms by every definition follow from these: unique information is what one tells less the
    redundancy, and synergy the rest.
    """

    joint: FloatArray
    first: FloatArray
    second: FloatArray
    sx: FloatArray  # redundancy by shared exclusions
    min: FloatArray  # I_min
    mmi: FloatArray  # minimal mutual information

    def atoms(self, definition: str) -> dict[str, FloatArray]:
        """Take the joint information apart by one of the definitions; the four atoms add up to it."""
        redundancy: FloatArray = getattr(self, definition)
        return {
            "redundancy": redundancy,
            "unique_first": self.first - redundancy,
            "unique_second": self.second - redundancy,
            "synergy": self.joint - self.first - self.second + redundancy,
        }


def two_sources(pair: PairCounts) -> TwoSources:
    """Measure what two sources tell, alone, together and alike: the numbers of `decompose`, in closed form."""
    log2 = _log2_table(pair.counts)
    both, first, second = _class_or_not(pair)
    joint = _told(both, both, log2)
    of_first, of_second = _told(first, first, log2), _told(second, second, log2)
    return TwoSources(
        joint=_about_targets(joint),
        first=_about_targets(of_first),
        second=_about_targets(of_second),
        sx=_about_targets(_told(both, first[pair.first] + second[pair.second] - both, log2)),
        min=_about_targets(np.minimum(of_first, of_second)),
        mmi=np.minimum(_about_targets(of_first), _about_targets(of_second)),
    )


def shared_and_joint_bits(pair: PairCounts) -> FloatArray:
    """Add redundancy by shared exclusions and joint information: synergy but for what each source tells alone."""
    log2 = _log2_table(pair.counts)
    both, first, second = _class_or_not(pair)
    shared = first[pair.first] + second[pair.second] - both
    return _about_targets(_told(both, both, log2) + _told(both, shared, log2))


def _class_or_not(pair: PairCounts) -> tuple[IntArray, IntArray, IntArray]:
    """Count joint states, and states of each source, with each class and without: shape (n_states, 2, n_classes)."""
    both = np.stack([pair.counts, pair.counts.sum(axis=1, keepdims=True) - pair.counts], axis=1)
    return both, _summed(both, pair.first), _summed(both, pair.second)


def _summed(counts: IntArray, states: IntArray) -> IntArray:
    order = np.argsort(states, kind="stable")
    starts = np.flatnonzero(np.diff(states[order], prepend=-1))
    return np.add.reduceat(counts[order], starts, axis=0)


def _told(counts: IntArray, shared: IntArray, log2: FloatArray) -> FloatArray:
    """Measure what sharing a state tells about each class, and about not being it, times its share: (2, n_classes).

    `shared` counts the trials that share each state.
    """
    of_target = counts.sum(axis=0)
    n_trials = of_target[:, 0].sum()
    any_target = shared[:, 0, 0] + shared[:, 1, 0]
    gained = (counts * (log2[shared] - log2[any_target][:, None, None])).sum(axis=0)
    bits: FloatArray = (gained + of_target * (log2[n_trials] - log2[of_target])) / n_trials
    return bits


def _about_targets(told: FloatArray) -> FloatArray:
    """Add up what is told about the classes, and about each class and all others."""
    return np.concatenate([told[:1].sum(axis=1), told.sum(axis=0)])


def _log2_table(counts: IntArray) -> FloatArray:
    """Tabulate log2 from 0, where it stands for no trials and is 0, to all trials."""
    return np.log2(np.maximum(np.arange(counts.sum() + 1), 1))
