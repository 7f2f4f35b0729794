"""How far two partitions of the same neurons agree, beyond what their layers make them agree."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score, normalized_mutual_info_score

from atlas.analysis.seeds import check_draws, generator
from atlas.analysis.statistics import against_null
from atlas.errors import EmptySelection, ShapeError
from atlas.progress import Progress, silent
from atlas.records import FloatArray, IntArray
from atlas.results import AgreementResult

Score = Callable[[IntArray, IntArray], float]
_SHUFFLES, _BOOTSTRAP = 1, 2  # streams of random numbers


def agreement(
    first: IntArray,
    second: IntArray,
    layer_of: NDArray[np.str_],
    *,
    n_null: int = 999,
    n_bootstrap: int = 200,
    seed: int = 0,
    progress: Progress = silent,
) -> AgreementResult:
    """Compare two partitions over all neurons, and over those of each layer.

    Parameters
    ----------
    first, second
        Cluster of every neuron, shape (n_neurons,).
    layer_of
        Name of every neuron's layer, layer after layer from the input, shape (n_neurons,).
    n_null
        How often the labels of `second` are shuffled, each layer's among its neurons: partitions that both go by
        layers agree well over all neurons, and so do their shuffles. p is the upper tail, the observed counted.
    n_bootstrap
        How many resamples of the neurons give the 95 % intervals: percentiles, moved so that the resamples' mean is the
        observed value, for a neuron drawn twice agrees with itself.
    seed
        Of shuffles and resamples.

    Raises
    ------
    EmptySelection
        There are no neurons.
    ShapeError, BadParameter
        The arrays differ in length, or a number is negative.

    References
    ----------
    Hubert and Arabie (1985), J. Classif. 2, 193-218; Vinh, Epps and Bailey (2010), J. Mach. Learn. Res. 11, 2837-2854.
    """
    check_draws(n_null=n_null, n_bootstrap=n_bootstrap)
    _check_labels(first, second, layer_of)
    layers = tuple(dict.fromkeys(layer_of.tolist()))
    scopes: list[IntArray] = [np.arange(len(first)), *(np.flatnonzero(layer_of == layer) for layer in layers)]
    comparison = _Comparison(first, second, scopes, progress, total=n_null + n_bootstrap)
    ari, ami, nmi = (comparison.scores(score) for score in (_ari, _ami, _nmi))
    null = comparison.shuffled(generator(seed, _SHUFFLES), n_null)
    beside = against_null(ari, np.where(np.isnan(ari), np.nan, null))
    resampled = comparison.resampled(generator(seed, _BOOTSTRAP), n_bootstrap)
    low_ari, high_ari = _interval(ari, resampled[:, 0])
    low_ami, high_ami = _interval(ami, resampled[:, 1])
    return AgreementResult(
        layers=(None, *layers),
        n_neurons=np.array([len(scope) for scope in scopes], dtype=np.int64),
        ami=ami,
        low_ami=low_ami,
        high_ami=high_ami,
        nmi=nmi,
        ari=ari,
        low_ari=low_ari,
        high_ari=high_ari,
        null_mean=beside.mean,
        null_sd=beside.sd,
        z=beside.z,
        p=beside.p,
        params={"n_null": n_null, "n_bootstrap": n_bootstrap, "seed": seed},
    )


class _Comparison:
    """Two partitions over several scopes: all neurons, then those of each layer."""

    def __init__(
        self, first: IntArray, second: IntArray, scopes: list[IntArray], progress: Progress, *, total: int
    ) -> None:
        self._first, self._second, self._scopes = first, second, scopes
        self._progress, self._done, self._total = progress, 0, total

    def scores(self, score: Score) -> FloatArray:
        """Score every scope, shape (n_scopes,)."""
        return np.array([_defined(score, self._first[scope], self._second[scope]) for scope in self._scopes])

    def shuffled(self, draws: np.random.Generator, n_null: int) -> FloatArray:
        """Score shuffles of the second partition within layers, shape (n_null, n_scopes)."""
        null = np.zeros((n_null, len(self._scopes)))
        second = self._second.copy()
        for row in null:
            for scope in self._scopes[1:]:
                second[scope] = draws.permutation(self._second[scope])
            row[:] = [_defined(_ari, self._first[scope], second[scope]) for scope in self._scopes]
            self._tick()
        return null

    def resampled(self, draws: np.random.Generator, n_bootstrap: int) -> FloatArray:
        """Score resampled neurons by both adjusted scores, shape (n_bootstrap, 2, n_scopes)."""
        scores = np.zeros((n_bootstrap, 2, len(self._scopes)))
        for row in scores:
            for place, scope in enumerate(self._scopes):
                drawn = draws.choice(scope, len(scope))
                row[:, place] = [_defined(score, self._first[drawn], self._second[drawn]) for score in (_ari, _ami)]
            self._tick()
        return scores

    def _tick(self) -> None:
        self._done += 1
        self._progress("compare partitions", self._done, self._total)


def _defined(score: Score, first: IntArray, second: IntArray) -> float:
    """Score two partitions; NaN where both have one cluster, or one for every neuron: nothing could differ."""
    n_clusters = {len(np.unique(first)), len(np.unique(second))}
    return float("nan") if n_clusters in ({1}, {len(first)}) else float(score(first, second))


def _ari(first: IntArray, second: IntArray) -> float:
    return float(adjusted_rand_score(first, second))


def _ami(first: IntArray, second: IntArray) -> float:
    return float(adjusted_mutual_info_score(first, second))


def _nmi(first: IntArray, second: IntArray) -> float:
    return float(normalized_mutual_info_score(first, second))


def _interval(observed: FloatArray, resampled: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give the middle 95 % of the resamples of each scope, moved back by the bias that resampling adds."""
    low, high = np.full(observed.shape, np.nan), np.full(observed.shape, np.nan)
    for place, value in enumerate(observed):
        known = resampled[:, place][~np.isnan(resampled[:, place])]
        if not np.isnan(value) and len(known) > 0:
            low[place], high[place] = np.percentile(known, [2.5, 97.5]) - (known.mean() - value)
    return low, np.minimum(high, 1.0)


def _check_labels(first: IntArray, second: IntArray, layer_of: NDArray[np.str_]) -> None:
    if not len(first) == len(second) == len(layer_of):
        raise ShapeError(
            f"The partitions have {len(first)} and {len(second)} labels, and {len(layer_of)} layers. "
            "Give one of each for every neuron."
        )
    if len(first) == 0:
        raise EmptySelection("The two partitions have no neuron in common. Compare partitions that share layers.")
