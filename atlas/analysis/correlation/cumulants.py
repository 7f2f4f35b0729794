"""Third and fourth cumulants of a layer's elements, as far as pairs of elements have them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from atlas.analysis.correlation.streaming import trials_of
from atlas.records import FloatArray, IntArray

FEWEST_TRIALS = {False: 3, True: 4}  # with fourth cumulants


@dataclass(frozen=True, eq=False)
class Cumulants:
    """Cumulants in which at most two elements occur, shape (n, n): what closures need of orders above two."""

    third: FloatArray  # [i, j] = K_iij, of which the diagonal is K_iii
    fourth: FloatArray | None = None  # [i, j] = K_iijj


def cumulants_of(
    activations: FloatArray, *, trial_weights: FloatArray | IntArray | None = None, with_fourth: bool = False
) -> Cumulants:
    """Measure third and fourth cumulants over trials, in blocks of double precision.

    They are those of the trials themselves, divided by their number; memory is that of the (n, n) results.

    Parameters
    ----------
    activations
        Shape (n_trials, n_elements).
    trial_weights
        How often each trial counts, as a bootstrap draws them, shape (n_trials,); None: once.
    with_fourth
        Whether to measure the fourth, too.

    Raises
    ------
    ShapeError, BadParameter, NonFiniteActivations
        Arrays that do not fit, fewer than three trials (four for the fourth), NaN.
    """
    trials = trials_of(activations, trial_weights, fewest=FEWEST_TRIALS[with_fourth])
    mean = trials.mean()
    third, second, products = (np.zeros((len(mean), len(mean))) for _ in range(3))
    for apart, counts in trials.deviations(mean):
        squares = apart**2
        third += (squares * counts[:, None]).T @ apart
        if with_fourth:
            weighed = np.sqrt(counts)[:, None]
            apart, squares = apart * weighed, squares * weighed
            second += apart.T @ apart
            products += squares.T @ squares
    if not with_fourth:
        return Cumulants(third / trials.n_counted)
    second /= trials.n_counted
    variance = second.diagonal()
    fourth = products / trials.n_counted - np.outer(variance, variance) - 2 * second**2
    return Cumulants(third / trials.n_counted, fourth)
