"""How far the scores of matches would move with other neurons."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from atlas.analysis.matching.assigning import assigned
from atlas.analysis.matching.profiles import Drawn
from atlas.analysis.matching.scoring import Scoring
from atlas.analysis.statistics import interval_around
from atlas.progress import Progress
from atlas.records import FloatArray, IntArray
from atlas.results.matching import UNMATCHED


def match_intervals(
    scoring: Scoring, score: FloatArray, *, n_draws: int, draws: Sequence[np.random.Generator], progress: Progress
) -> FloatArray:
    """Give both ends of the 95 % interval of every match's score, shape (2, n_first); pairs and centres stay.

    Of the same neurons, those in either cluster are drawn together, for what they are on both sides belongs together;
    of others, the members of each cluster by themselves. Draws in which a cluster has no neuron that something is known
    of do not count. NaN where a cluster has one neuron: there is nothing to draw from.
    """
    partner = assigned(score)
    ends = np.full((2, len(partner)), np.nan)
    matches = np.flatnonzero(partner != UNMATCHED).tolist() if n_draws > 0 else []
    lowest = 0.0 if scoring.by == "neurons" else -1.0
    for done, place in enumerate(matches, start=1):
        pair = place, int(partner[place])
        drawn = _scores(scoring, _members(scoring, pair), n_draws=n_draws, draws=draws[place])
        ends[:, place] = np.clip(interval_around(score[pair], drawn[~np.isnan(drawn)]), lowest, 1.0)
        progress("resample neurons", done, len(matches))
    return ends


def _scores(
    scoring: Scoring, members: tuple[IntArray, IntArray], *, n_draws: int, draws: np.random.Generator
) -> FloatArray:
    """Score draws of the members of two clusters, shape (n_draws,)."""
    first, second = members
    if min(len(first), len(second)) < 2:
        return np.zeros(0)
    if scoring.overlap is None:
        return _cosines(scoring, *(Drawn(neurons, _times(len(neurons), n_draws, draws)) for neurons in members))
    either = np.union1d(first, second)
    times = _times(len(either), n_draws, draws)
    one, other = (Drawn(neurons, times[:, np.isin(either, neurons)]) for neurons in members)
    if scoring.by != "neurons":
        return _cosines(scoring, one, other)
    shared: FloatArray = one.times[:, np.isin(first, second)].sum(axis=1)
    return shared / len(either)


def _members(scoring: Scoring, pair: tuple[int, int]) -> tuple[IntArray, IntArray]:
    """Give the neurons of both clusters; where they are matched by neurons, those that both partitions cover."""
    first, second = scoring.sides
    one = np.flatnonzero(first.cluster_of == first.clusters[pair[0]])
    other = np.flatnonzero(second.cluster_of == second.clusters[pair[1]])
    if scoring.by != "neurons":
        return one, other
    return np.intersect1d(one, second.covered), np.intersect1d(other, first.covered)


def _times(n_neurons: int, n_draws: int, draws: np.random.Generator) -> FloatArray:
    """Draw as many neurons as there are, again and again: how often each, shape (n_draws, n_neurons)."""
    return draws.multinomial(n_neurons, np.full(n_neurons, 1 / n_neurons), size=n_draws).astype(np.float64)


def _cosines(scoring: Scoring, first: Drawn, second: Drawn) -> FloatArray:
    """Compare draws by the profiles that the pair is scored by, shape (n_draws,)."""
    places = [
        Drawn(np.searchsorted(side.covered, part.places), part.times)
        for side, part in zip(scoring.sides, (first, second), strict=True)
    ]
    cosines = np.stack([likeness.resampled(*places) for likeness in scoring.averaged])
    known = ~np.isnan(cosines).all(axis=1)
    mean: FloatArray = cosines[known].mean(axis=0)
    return mean
