"""How far the last features of a trial may move before its answer can become another."""

from __future__ import annotations

import numpy as np

from atlas.records import FloatArray, IntArray

MARGIN = 1e-4  # of the largest output: more than what `n_near_ties` counts, and than sums in another order differ


_HALVINGS = 8  # of the range in which the slack before a ReLU is sought
_WIDEST = 3.0  # times the slack behind it
_TOGETHER = 512  # trials
_LARGEST = 1e9  # products for one halving; beyond it the slack behind a ReLU is taken


def slack(outputs: FloatArray, weight: FloatArray | None) -> FloatArray:
    """Give a distance within which the answer stays and is nowhere near a tie, shape (n_trials,).

    Negative where the intact answer is near one.

    Parameters
    ----------
    outputs
        Of the intact network, shape (n_trials, n_outputs).
    weight
        That makes the outputs of the features, shape (n_outputs, n_features); None where the outputs themselves move.
    """
    weights = np.eye(outputs.shape[1]) if weight is None else weight.astype(np.float64)
    answers, lead, longest = _leads(outputs, weights)
    squares = np.square(weights).sum(axis=1)
    apart = np.sqrt(np.maximum(squares[:, None] + squares - 2 * weights @ weights.T, 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        distances = (1 - MARGIN) * lead / (apart[answers] + MARGIN * longest)
    distances[np.arange(len(outputs)), answers] = np.inf
    return _smallest(distances)


def slack_before_relu(outputs: FloatArray, weight: FloatArray, before: FloatArray, least: FloatArray) -> FloatArray:
    """Give the same for what a ReLU takes in before it hands on the features.

    A feature that is further below 0 than everything moves stays 0, and so does not count.

    Parameters
    ----------
    before
        What the ReLU takes in, shape (n_trials, n_features).
    least
        The slack behind it, which is sought in multiples of.
    """
    weights = weight.astype(np.float64)
    answers, lead, longest = _leads(outputs, weights)
    if before.size * len(weights) > _LARGEST:
        return least
    below, above = np.ones(len(least)), np.full(len(least), _WIDEST)
    for answer in np.unique(answers):
        squares = np.square(weights[answer] - weights).T
        mine = np.flatnonzero((answers == answer) & (least > 0))
        for rows in np.array_split(mine, -(-len(mine) // _TOGETHER) or 1):
            for _ in range(_HALVINGS):
                middle = (below[rows] + above[rows]) / 2
                distance = middle * least[rows]
                moving = (before[rows] > -distance[:, None]).astype(np.float64)
                needed = distance[:, None] * (np.sqrt(moving @ squares) + MARGIN * longest)
                needed[:, answer] = -np.inf
                stays = (needed <= (1 - MARGIN) * lead[rows]).all(axis=1)
                below[rows], above[rows] = np.where(stays, middle, below[rows]), np.where(stays, above[rows], middle)
    found: FloatArray = below * least
    return found


def _leads(outputs: FloatArray, weights: FloatArray) -> tuple[IntArray, FloatArray, float]:
    """Give answers, by how much they lead every output beyond the margin, and the length of the longest weights."""
    outputs = outputs.astype(np.float64)
    answers = outputs.argmax(axis=1)
    lead = np.take_along_axis(outputs, answers[:, None], axis=1) - outputs
    longest = float(np.sqrt(np.square(weights).sum(axis=1).max(initial=0)))
    return answers, lead - MARGIN * np.abs(outputs).max(axis=1, keepdims=True), longest


def _smallest(distances: FloatArray) -> FloatArray:
    smallest: FloatArray = np.where(np.isnan(distances), -np.inf, distances).min(axis=1)
    return smallest
