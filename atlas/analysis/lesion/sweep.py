"""Ablate sets of neurons, and see how much of its accuracy every class loses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from atlas.analysis.ablation.answers import AnswerCounter, Members
from atlas.analysis.ablation.measuring import told
from atlas.analysis.lesion.statistics import mean_error
from atlas.analysis.mapping import Arrays, Mapper, in_blocks
from atlas.records import FloatArray


class ClassLosses(NamedTuple):
    """Accuracy lost in every class that has trials."""

    shares: FloatArray  # of its trials, shape (n_sets, n_classes)
    error: float  # standard error of the intact network's mean over classes


def class_losses(
    counter: AnswerCounter, sets: Sequence[Members], mapper: Mapper, tell: Callable[[int, int], None]
) -> ClassLosses:
    """Ablate every set once, in blocks of which only counts come back."""
    blocks = in_blocks(sets)
    done = told(mapper(partial(_lost, counter), blocks), [len(block) for block in blocks], tell)
    has_trials = counter.n_trials[1:] > 0
    n_trials, n_right = (counts[1:][has_trials].astype(np.float64) for counts in (counter.n_trials, counter.n_right))
    lost = np.concatenate([np.zeros((0, len(has_trials)), np.int32), *(part["lost"] for part in done)])
    return ClassLosses(lost[:, has_trials] / n_trials, mean_error(n_right / n_trials, n_trials))


def _lost(counter: AnswerCounter, sets: Sequence[Members]) -> Arrays:
    """Count the right answers each set costs every class, shape (n_sets, n_classes)."""
    changed = [counter.changed(counter.network.changed_answers(counter.replacements(one))) for one in sets]
    return {"lost": np.array([broken[1:] - repaired[1:] for broken, repaired in changed], dtype=np.int32)}
