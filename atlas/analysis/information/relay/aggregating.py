"""Which neurons a search kept while relay information was lost: the aggregated relay matrix."""

from __future__ import annotations

import numpy as np

from atlas.records import BoolArray, FloatArray


def aggregated_bits(sets: BoolArray, bits: FloatArray) -> FloatArray:
    """Sum, for every neuron, what its sets have lost since the first step of shrinking paths.

    Parameters
    ----------
    sets
        Whether a neuron is left after a step, shape (..., n_steps, n_neurons): `RelayPath.sets`, of one target or more.
    bits
        Relay information of the sets, shape (..., n_steps).

    Returns
    -------
    FloatArray
        In bits, not normalised, shape (..., n_neurons); the last survivor has most.

    References
    ----------
    Hintze and Adami (2023), Entropy 25(3), 401, the matrices "(A)"; from their code: the first value is that of the
    set with one neuron removed.

    Examples
    --------
    >>> aggregated_bits(np.array([[True, True], [False, True], [False, False]]), np.array([1.0, 0.75, 0.0])).tolist()
    [0.0, 0.25]
    """
    return np.asarray(np.einsum("...sn,...s->...n", sets, bits[..., :1] - bits))
