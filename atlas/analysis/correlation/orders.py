"""What each order of a layer's pre-activations explains of variance and class separation of what it puts out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy import sparse

from atlas.analysis.statistics import ROUNDING
from atlas.records import BoolArray, FloatArray, IntArray

MEAN, GAUSSIAN, THIRD, MEASURED = range(4)  # rows of a profile: predicted from orders up to 1, 2, 3, and measured


@dataclass(frozen=True, kw_only=True)
class Profile:
    """Mean and variance of every element a layer puts out in each class, by orders 1 to 3 and as measured."""

    mean: FloatArray  # shape (4, n_classes, n_elements); of a class without trials any number
    variance: FloatArray  # same shape
    shares: FloatArray  # of the trials, by class

    @cached_property
    def deviations(self) -> FloatArray:
        """Give the class means less the mean over all trials, same shape as `mean`."""
        return self.mean - self._over_classes(self.mean)[:, None]

    @cached_property
    def total_variance(self) -> FloatArray:
        """Give the variance over all trials, within and between classes; shape (4, n_elements)."""
        return self._over_classes(self.variance + self.deviations**2)

    @cached_property
    def power(self) -> FloatArray:
        """Give the measured mean square over all trials, shape (n_elements,)."""
        return self._over_classes(self.variance[MEASURED] + self.mean[MEASURED] ** 2)

    def _over_classes(self, values: FloatArray) -> FloatArray:
        """Average over classes, the last axis but one, by their shares of the trials."""
        average: FloatArray = self.shares @ values
        return average


class Shares(NamedTuple):
    """Shares of orders 1 to 4, the last all above the third; each shape (n_groups, 4)."""

    variance: FloatArray
    separation: FloatArray


def neurons_of(numbers: IntArray) -> IntArray:
    """List the neurons that elements have, in order; `numbers` as in `groups_of`."""
    neurons: IntArray = np.unique(numbers[numbers >= 0])
    return neurons


def groups_of(numbers: IntArray) -> sparse.csr_array:
    """Gather elements into the neurons they belong to, by number, and last into the layer.

    Parameters
    ----------
    numbers
        Neuron of every element, -1 for none: it counts for the layer alone. Shape (n_elements,).

    Returns
    -------
    csr_array
        1 where an element belongs, shape (n_neurons + 1, n_elements).

    Examples
    --------
    >>> groups_of(np.array([3, 5, 3, -1])).toarray().astype(int)
    array([[1, 0, 1, 0],
           [0, 1, 0, 0],
           [1, 1, 1, 1]])
    """
    neurons, elements = neurons_of(numbers), np.flatnonzero(numbers >= 0)
    rows = np.concatenate([np.searchsorted(neurons, numbers[elements]), np.full(len(numbers), len(neurons))])
    columns = np.concatenate([elements, np.arange(len(numbers))])
    return sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(neurons) + 1, len(numbers)))


def is_constant(profile: Profile, groups: sparse.csr_array) -> BoolArray:
    """Tell which groups of elements do not vary beyond rounding, shape (n_groups,)."""
    return _within_rounding(groups @ profile.total_variance[MEASURED], groups @ profile.power)


def order_shares(profile: Profile, groups: sparse.csr_array) -> Shares:
    """Divide the variance and the class separation of groups of elements among the orders.

    Every order's share is what the prediction up to it explains more than the one before, so shares sum to 1, and one
    is negative where it leads away from what is measured. Of the variance V, the prediction up to order k explains
    V(k) / V. Of the separation it explains 1 - sum_t p_t (d_t - d_t(k))^2 / sum_t p_t d_t^2, with d_t the mean of class
    t less that of all trials: the coefficient of determination of the class means. Both sums go over the elements of a
    group. NaN: nothing varies beyond rounding, or class means do not.

    Parameters
    ----------
    groups
        As `groups_of` gives.
    """
    shares, deviations = profile.shares, profile.deviations
    variance = groups @ profile.total_variance.T
    missed = groups @ (shares @ (deviations - deviations[MEASURED]) ** 2).T
    between = groups @ (shares @ deviations[MEASURED] ** 2)
    power = groups @ profile.power
    explained = _ratio(variance, variance[:, MEASURED], power)
    separated = 1 - _ratio(missed, between, power)
    return Shares(np.diff(explained, axis=1, prepend=0.0), np.diff(separated, axis=1, prepend=0.0))


def _ratio(values: FloatArray, of: FloatArray, power: FloatArray) -> FloatArray:
    """Divide rows of values; NaN where what they are divided by is rounding."""
    known = ~_within_rounding(of, power)[:, None]
    ratio: FloatArray = np.divide(values, of[:, None], out=np.full(values.shape, np.nan), where=known)
    return ratio


def _within_rounding(squares: FloatArray, power: FloatArray) -> BoolArray:
    found: BoolArray = squares <= ROUNDING**2 * power
    return found
