"""How far what a layer puts out is from what Gaussian pre-activations of the same mean and covariance would make it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import sparse

from atlas.analysis.correlation.orders import GAUSSIAN, MEASURED, Profile, is_constant
from atlas.analysis.statistics import ROUNDING
from atlas.records import FloatArray


class Mismatch(NamedTuple):
    """How far groups of elements are off, over all classes and in each; each shape (n_groups, 1 + n_classes)."""

    mismatch: FloatArray  # in total standard deviations
    mean_error: FloatArray  # in total standard deviations
    variance_error: FloatArray  # predicted / measured variance within classes - 1


def mismatch_of(profile: Profile, groups: sparse.csr_array) -> Mismatch:
    """Compare measured means and variances with those that Gaussians put through the layer would have.

    The mismatch of an element in a class is the Frechet (2-Wasserstein) distance of two normal distributions,
    W^2 = (m - m')^2 + (sqrt(v) - sqrt(v'))^2, by the standard deviation of the element over all trials. Over all
    classes W^2 is averaged by their shares of the trials. Of a group, W^2 and the variance are each summed over its
    elements before they are divided; so are the others. NaN: nothing varies beyond rounding, a class without trials,
    and for `variance_error` one without variance.

    Parameters
    ----------
    groups
        As `atlas.analysis.correlation.orders.groups_of` gives.
    """
    mean_gap = (profile.mean[GAUSSIAN] - profile.mean[MEASURED]) ** 2
    sd_gap = (np.sqrt(profile.variance[GAUSSIAN]) - np.sqrt(profile.variance[MEASURED])) ** 2
    of_groups = [_by_target(values, profile, groups) for values in (mean_gap + sd_gap, mean_gap)]
    variances = [_by_target(profile.variance[row], profile, groups) for row in (GAUSSIAN, MEASURED)]
    total = np.where(is_constant(profile, groups), np.nan, groups @ profile.total_variance[MEASURED])[:, None]
    off, mean_off = (np.sqrt(values / total) for values in of_groups)
    varies = (variances[1] > ROUNDING**2 * (groups @ profile.power)[:, None]) & ~np.isnan(total)
    ratio = np.divide(variances[0], variances[1], out=np.full(off.shape, np.nan), where=varies)
    return Mismatch(off, mean_off, ratio - 1)


def _by_target(values: FloatArray, profile: Profile, groups: sparse.csr_array) -> FloatArray:
    """Sum over the elements of groups: over all classes by their shares, then of each class; NaN without trials."""
    by_class = np.where(profile.shares > 0, groups @ values.T, np.nan)
    return np.column_stack([groups @ (profile.shares @ values), by_class])
