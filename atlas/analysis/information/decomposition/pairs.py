"""Measure pairs of clusters, and what they would tell if they were independent given the class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from atlas.analysis.information.coverage import coverage_of
from atlas.analysis.information.decomposition.two_sources import PairCounts, shared_and_joint_bits, two_sources
from atlas.analysis.mapping import Arrays
from atlas.analysis.seeds import generator
from atlas.analysis.statistics import against_null, two_sided_p
from atlas.records import FloatArray, IntArray
from atlas.results.synergy import ATOMS, DEFINITIONS

ATOM_BITS = tuple(f"{atom}_{definition}_bits" for definition in DEFINITIONS for atom in ATOMS)
MEASURES = ("joint_bits", "first_bits", "second_bits", "mutual_bits", *ATOM_BITS, "mean", "sd", "z", "p")


@dataclass(frozen=True, kw_only=True)
class Trials:
    """What all pairs share. Trials stand by class."""

    clusters: IntArray  # state of each cluster in each trial, shape (n_clusters, n_trials)
    labels: IntArray  # ascending, shape (n_trials,)
    n_classes: int
    min_trials: float
    n_null: int
    seed: int


def measure_pairs(trials: Trials, pairs: Sequence[tuple[int, int]]) -> Arrays:
    """Measure a block of pairs: bits of shape (n_pairs, n_measures, n_targets), and their joint states."""
    bits = np.full((len(pairs), len(MEASURES), 1 + trials.n_classes), np.nan)
    n_states = np.zeros(len(pairs), dtype=np.int64)
    for place, (first, second) in enumerate(pairs):
        pair = _counts(trials, trials.clusters[first], trials.clusters[second])
        n_states[place] = len(pair.counts)
        if coverage_of(len(pair.counts), len(trials.labels), min_trials=trials.min_trials).reliable:
            bits[place] = _of_pair(trials, pair, first, second)
    bits[:, :, 1:][:, :, np.bincount(trials.labels, minlength=trials.n_classes) == 0] = np.nan
    return {"bits": bits, "n_states": n_states}


def _of_pair(trials: Trials, pair: PairCounts, first: int, second: int) -> FloatArray:
    """Measure one pair, shape (n_measures, n_targets)."""
    told = two_sources(pair)
    atoms = [atom for definition in DEFINITIONS for atom in told.atoms(definition).values()]
    mutual = np.full(told.joint.shape, pair.mutual_bits())
    observed = told.atoms("sx")["synergy"]
    null = _null(trials, first, second) - told.first - told.second  # which the shuffles keep
    summary = against_null(observed, null)
    p = two_sided_p(observed, null)
    return np.stack([told.joint, told.first, told.second, mutual, *atoms, summary.mean, summary.sd, summary.z, p])


def _null(trials: Trials, first: int, second: int) -> FloatArray:
    """Shuffle the second's trials within classes, shape (n_null, n_targets)."""
    random = generator(trials.seed, first, second)
    ends = np.cumsum(np.bincount(trials.labels, minlength=trials.n_classes))[:-1]
    found = np.empty((trials.n_null, 1 + trials.n_classes))
    for draw in range(trials.n_null):
        shuffled = np.concatenate([random.permutation(part) for part in np.split(trials.clusters[second], ends)])
        found[draw] = shared_and_joint_bits(_counts(trials, trials.clusters[first], shuffled))
    return found


def _counts(trials: Trials, first: IntArray, second: IntArray) -> PairCounts:
    return PairCounts.of_trials(first, second, trials.labels, n_classes=trials.n_classes)
