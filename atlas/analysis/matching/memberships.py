"""Which neuron is in which cluster, for many labellings at once, and labellings by chance."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from atlas.records import IntArray


def memberships(labels: IntArray, n_clusters: int) -> sparse.csr_array:
    """Say who is in which cluster, labelling after labelling.

    Parameters
    ----------
    labels
        Cluster of every neuron, from 0, shape (n_labellings, n_neurons).

    Returns
    -------
    sparse.csr_array
        Ones, shape (n_labellings * n_clusters, n_neurons).
    """
    n_labellings, n_neurons = labels.shape
    rows = (labels + n_clusters * np.arange(n_labellings)[:, None]).ravel()
    columns = np.tile(np.arange(n_neurons), n_labellings)
    shape = (n_labellings * n_clusters, n_neurons)
    return sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=shape)


def shuffles(labels: IntArray, strata: IntArray, *, draws: np.random.Generator, n_draws: int) -> IntArray:
    """Shuffle labels among the neurons of each stratum, shape (n_draws, n_neurons)."""
    shuffled = np.tile(labels, (n_draws, 1))
    for stratum in np.unique(strata):
        places = np.flatnonzero(strata == stratum)
        shuffled[:, places] = draws.permuted(shuffled[:, places], axis=1)
    return shuffled
