"""Moments of every class, or of the parts that k-means finds inside it."""

from __future__ import annotations

import numpy as np
from sklearn.cluster import KMeans

from atlas.analysis.correlation.closing import Closing
from atlas.analysis.correlation.moments import Mixture, counted_moments, moments_of
from atlas.analysis.correlation.streaming import FEWEST_TRIALS, trials_of
from atlas.analysis.threads import one_thread
from atlas.errors import BadParameter, ShapeError
from atlas.records import FloatArray, IntArray

_SOME = 4  # trials for each part: if these differ, the others need not be looked at


def parts_of(activations: FloatArray, *, n_parts: int, seed: int = 0) -> IntArray:
    """Divide the trials of a class into parts by k-means; a trial alone in its part joins the nearest other part.

    Parameters
    ----------
    activations
        Of one class, shape (n_trials, n_elements).
    n_parts
        How many; fewer come out where trials are equal or alone.
    seed
        Of the start of k-means.

    Returns
    -------
    IntArray
        Part of every trial, numbered from 0 without gaps, shape (n_trials,).

    Raises
    ------
    ShapeError, NonFiniteActivations
        Activations that are no table, NaN.
    BadParameter
        There are fewer than two trials for each part.
    """
    n_trials, least = len(activations), FEWEST_TRIALS * n_parts
    if n_trials < least:
        raise BadParameter(
            f"A mixture of {n_parts} components needs {least} trials, two for each, and is given {n_trials}. "
            "Give more trials or fewer components."
        )
    trials_of(activations, None, fewest=FEWEST_TRIALS).mean()
    with one_thread():
        found = KMeans(_at_most(n_parts, activations), random_state=seed).fit(activations)
    parts: IntArray = found.labels_
    alone = np.bincount(parts, minlength=len(found.cluster_centers_)) < FEWEST_TRIALS
    lonely = np.flatnonzero(alone[parts])
    if len(lonely) > 0:
        distances = found.transform(activations[lonely])
        parts[lonely] = np.where(alone, np.inf, distances).argmin(axis=1)
    numbered: IntArray = np.unique(parts, return_inverse=True)[1]
    return numbered


def _at_most(n_parts: int, activations: FloatArray) -> int:
    """Give as many parts as there are different trials at most; k-means warns of more."""
    for some in (activations[: _SOME * n_parts], activations):
        n_different = len(np.unique(some, axis=0))
        if n_different >= n_parts:
            return n_parts
    return n_different


def mixture_of(
    activations: FloatArray, parts: IntArray, *, trial_weights: FloatArray | IntArray | None = None
) -> Mixture:
    """Measure the moments of each part; together they have exactly the moments of all trials.

    Parameters
    ----------
    activations
        Shape (n_trials, n_elements).
    parts
        Part of every trial, from 0, shape (n_trials,). A part of which no trial counts is left out.
    trial_weights
        How often each trial counts, shape (n_trials,); None: once.

    Raises
    ------
    ShapeError, BadParameter, NonFiniteActivations
        As in `moments_of`.
    """
    trials = trials_of(activations, trial_weights, fewest=FEWEST_TRIALS)
    if parts.shape != trials.counts.shape:
        raise ShapeError(f"The parts have shape {parts.shape}, the trials {trials.counts.shape}. Give one for each.")
    weights = np.bincount(parts, trials.counts) / trials.n_counted
    there = np.flatnonzero(weights)
    found = (trials.only(parts == part) for part in there)
    return Mixture(weights[there], tuple(counted_moments(part) for part in found))


def class_mixtures(
    activations: FloatArray,
    labels: IntArray,
    n_classes: int,
    *,
    closing: Closing,
    trial_weights: FloatArray | IntArray | None = None,
) -> tuple[Mixture | None, ...]:
    """Measure the moments of every class: of its parts where the closing is a mixture; None: it has no trials.

    Parameters
    ----------
    activations, labels
        Shapes (n_trials, n_elements) and (n_trials,).
    closing
        How many parts a class has.
    trial_weights
        How often each trial counts, shape (n_trials,); None: once.

    Raises
    ------
    ShapeError, NonFiniteActivations
        Arrays that do not fit, NaN.
    BadParameter
        A class has fewer than two trials for each part.
    """
    if labels.shape != (len(activations),):
        raise ShapeError(
            f"The labels have shape {labels.shape}, there are {len(activations)} trials. Give one for each."
        )
    mixtures: list[Mixture | None] = []
    for number in range(n_classes):
        own = np.flatnonzero(labels == number)
        if len(own) == 0:
            mixtures.append(None)
            continue
        weights = None if trial_weights is None else trial_weights[own]
        try:
            mixtures.append(measured_mixture(activations[own], closing, trial_weights=weights))
        except BadParameter as error:
            raise BadParameter(f"Class {number}: {error}") from error
    return tuple(mixtures)


def measured_mixture(
    activations: FloatArray,
    closing: Closing,
    *,
    trial_weights: FloatArray | IntArray | None = None,
    parts: IntArray | None = None,
) -> Mixture:
    """Measure the moments of one class, or of its parts: as given, or as k-means finds them in all its trials."""
    if closing.n_components == 1:
        return Mixture.of(moments_of(activations, trial_weights=trial_weights))
    if parts is None:
        parts = parts_of(activations, n_parts=closing.n_components, seed=closing.seed)
    return mixture_of(activations, parts, trial_weights=trial_weights)
