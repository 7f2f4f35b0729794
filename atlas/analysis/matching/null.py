"""Matches that chance makes: the labels of the second side shuffled, and everything done again."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from atlas.analysis.matching.assigning import assigned, matched_scores
from atlas.analysis.matching.memberships import memberships, shuffles
from atlas.analysis.matching.scoring import Scoring
from atlas.analysis.statistics import against_null, benjamini_hochberg
from atlas.progress import Progress
from atlas.records import FloatArray, IntArray
from atlas.results.matching import UNMATCHED

_CELLS = 2**20  # labels, or pairs of clusters, that are laid out at once


class NullMatches(NamedTuple):
    """Scores under shuffles."""

    scores: FloatArray  # of every cluster of the first with its match, 0 without one; shape (n_null, n_first)
    overlap_p: FloatArray  # shape (n_first, n_second)


def null_matches(
    scoring: Scoring, strata: IntArray, *, n_null: int, draws: np.random.Generator, progress: Progress
) -> NullMatches:
    """Shuffle the labels of the second side's covered neurons within their strata, and match again."""
    labels, (n_second, n_first) = scoring.sides[1].labels, scoring.shape
    observed = _shared(scoring, labels[None])[0]
    reached, scores = np.ones(observed.shape), [np.zeros((0, n_first))]
    batch = max(1, _CELLS // max(len(labels), n_first * n_second))
    for start in range(0, n_null, batch):
        drawn = shuffles(labels, strata, draws=draws, n_draws=min(batch, n_null - start))
        found = scoring.scores(memberships(drawn, n_second))
        scores.append(np.array([matched_scores(table, assigned(table)) for table in found]))
        reached += (_shared(scoring, drawn) >= observed).sum(axis=0)
        progress("shuffle clusters", min(start + batch, n_null), n_null)
    defined = ~np.isnan(observed) & (n_null > 0)
    return NullMatches(np.concatenate(scores), np.where(defined, reached / (1 + n_null), np.nan))


def beside_null(score: FloatArray, null: FloatArray) -> dict[str, FloatArray]:
    """Place every match among those of the shuffles; NaN where a cluster has none.

    One without a match is in the family of q all the same, with p = 1, unless nothing is known of it.
    """
    partner = assigned(score)
    matched = partner != UNMATCHED
    found = against_null(np.where(matched, matched_scores(score, partner), np.nan), null)
    family = np.where(~matched & ~np.isnan(score).all(axis=1), 1.0, found.p)
    values = {"null_mean": found.mean, "null_sd": found.sd, "z": found.z, "p": found.p, "q": benjamini_hochberg(family)}
    return {name: np.where(matched, value, np.nan) for name, value in values.items()}


def _shared(scoring: Scoring, labels: IntArray) -> FloatArray:
    """Count the neurons that pairs share, shape (n_labellings, n_first, n_second); NaN where none can be the same."""
    n_second, n_first = scoring.shape
    if scoring.overlap is None:
        return np.full((len(labels), n_first, n_second), np.nan)
    shared = scoring.overlap.shared(memberships(labels, n_second))
    return shared.reshape(-1, n_second, n_first).swapaxes(1, 2)
