"""Group neurons by how alike their profiles are, and tell how firm the groups are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from sklearn.metrics import silhouette_samples

from atlas.analysis.seeds import check_draws, generator
from atlas.analysis.statistics import ROUNDING
from atlas.errors import BadParameter
from atlas.records import FloatArray, IntArray

# Up to this no substantial structure has been found: Kaufman and Rousseeuw (1990), Finding Groups in Data, p. 88.
NO_STRUCTURE = 0.25
FEWEST_NEURONS = 3  # two groups and a neuron to compare them by
_COLUMNS_AT_ONCE = 1_024
_DECIMALS = 12  # distances that differ by less are equal
_SHUFFLES, _BOOTSTRAP = 1, 2  # streams of random numbers


@dataclass(frozen=True, kw_only=True)
class GroupingParams:
    """How to group neurons."""

    max_groups: int = 20  # of one layer
    n_null: int = 99  # shuffles of the profiles
    n_bootstrap: int = 1_000  # resamples of the neurons
    seed: int = 0

    def __post_init__(self) -> None:
        if self.max_groups < 2:
            raise BadParameter(f"max_groups is {self.max_groups}. It must be at least 2. Give 20, the default.")
        check_draws(n_null=self.n_null, n_bootstrap=self.n_bootstrap)


@dataclass(frozen=True, kw_only=True)
class Grouping:
    """Groups of the neurons of one layer."""

    labels: IntArray  # from 1 as they come, shape (n_neurons,)
    silhouettes: FloatArray  # in the best grouping, kept or not, shape (n_neurons,); NaN where there is none
    null: FloatArray  # mean silhouettes of shuffled profiles, shape (n_null,)
    resampled: FloatArray  # mean silhouettes of resampled neurons, shape (n_bootstrap,)

    @property
    def was_tried(self) -> bool:
        """See whether there was anything to group."""
        return _has_groups(self.silhouettes)


def group(
    profiles: FloatArray, params: GroupingParams, *, layer_number: int, tick: Callable[[], None] = lambda: None
) -> Grouping:
    """Group the neurons of a layer: distance 1 - Pearson, average linkage, as many groups as give the best silhouette.

    They stay one group where they are fewer than three, or where no number of groups, from 2 to `max_groups`, has a
    mean silhouette above 0.25: then there is no substantial structure. A neuron alone
    in its group has silhouette 0. Merges at equal distance are made together or not at all.

    Parameters
    ----------
    profiles
        One row for each neuron, none of them constant, shape (n_neurons, n_conditions). Neither its scale nor its
        offset matters, so it is standardised already.
    params
        How to group.
    layer_number
        Names its streams of random numbers.
    tick
        Called after each shuffle.

    Returns
    -------
    Grouping
        The null shuffles every neuron's profile over its conditions by itself, and groups anew: what neurons share
        is lost, what each profile is made of stays. With few conditions, or many equal profiles, chance groups well
        too, and the null shows it.
    """
    labels, silhouettes = best_grouping(profiles, params.max_groups)
    draws = generator(params.seed, layer_number, _SHUFFLES)
    null = np.zeros(params.n_null if _has_groups(silhouettes) else 0)
    for draw in range(len(null)):
        shuffled = best_grouping(draws.permuted(profiles, axis=1), params.max_groups)[1]
        null[draw] = np.nan_to_num(shuffled).mean()  # all alike: no groups at all
        tick()
    return Grouping(
        labels=labels,
        silhouettes=silhouettes,
        null=null,
        resampled=_resampled(silhouettes, params, layer_number),
    )


def best_grouping(profiles: FloatArray, max_groups: int) -> tuple[IntArray, FloatArray]:
    """Give every neuron's group, and its silhouette in the best grouping; NaN where none can be made."""
    one_group = np.ones(len(profiles), dtype=np.int64)
    best, score = np.full(len(profiles), np.nan), -np.inf
    if len(profiles) < FEWEST_NEURONS:
        return one_group, best
    apart = distances(profiles)
    tree = linkage(squareform(apart, checks=False), "average")
    tree[:, 2] = tree[:, 2].round(_DECIMALS)
    labels = one_group
    for n_groups in range(2, min(max_groups, len(profiles) - 1) + 1):
        tried = fcluster(tree, n_groups, "maxclust").astype(np.int64)
        if tried.max() < n_groups:  # merges at equal distance: the same groups as with a smaller number
            continue
        silhouettes = silhouette_samples(apart, tried, metric="precomputed")
        if silhouettes.mean() > score + ROUNDING:
            labels, best, score = tried, silhouettes, silhouettes.mean()
    return (labels if score > NO_STRUCTURE else one_group), best


def distances(profiles: FloatArray) -> FloatArray:
    """Give 1 - Pearson's correlation between each two rows, shape (n_neurons, n_neurons), a block of columns at a time.

    Examples
    --------
    >>> distances(np.array([[0.0, 1.0, 2.0], [5.0, 7.0, 9.0], [2.0, 1.0, 0.0]])).tolist()
    [[0.0, 0.0, 2.0], [0.0, 0.0, 2.0], [2.0, 2.0, 0.0]]
    """
    mean = profiles.mean(axis=1, dtype=np.float64, keepdims=True)
    product = np.zeros((len(profiles), len(profiles)))
    for first in range(0, profiles.shape[1], _COLUMNS_AT_ONCE):
        block = profiles[:, first : first + _COLUMNS_AT_ONCE] - mean
        product += block @ block.T
    norm = np.sqrt(product.diagonal())
    apart: FloatArray = (1 - product / np.outer(norm, norm)).round(_DECIMALS)
    np.fill_diagonal(apart, 0.0)
    return np.maximum(apart, 0.0)


def _resampled(silhouettes: FloatArray, params: GroupingParams, layer_number: int) -> FloatArray:
    """Average over neurons drawn with replacement, the grouping held fixed."""
    if not _has_groups(silhouettes):
        return np.zeros(0)
    n_neurons = len(silhouettes)
    draws = generator(params.seed, layer_number, _BOOTSTRAP)
    means = [silhouettes[draws.integers(0, n_neurons, n_neurons)].mean() for _ in range(params.n_bootstrap)]
    return np.array(means)


def _has_groups(silhouettes: FloatArray) -> bool:
    return len(silhouettes) > 0 and not np.isnan(silhouettes).any()
