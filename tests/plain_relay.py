"""Relay information as the authors count it: eight entropies of joint states, each by sorting."""

from __future__ import annotations

import numpy as np

TIE = 1e-10  # bits


def entropy(*columns, weights=None):
    """Entropy in bits of the rows of some columns; of none it is 0."""
    if not columns:
        return 0.0
    _, row = np.unique(np.column_stack(columns), axis=0, return_inverse=True)
    counts = np.bincount(row.ravel(), weights=weights)
    share = counts[counts > 0] / counts.sum()
    return -np.sum(share * np.log2(share))


def told(inputs, outputs, given, weights=None):
    """Information of inputs about outputs given columns: four entropies."""
    return (
        entropy(inputs, *given, weights=weights)
        + entropy(outputs, *given, weights=weights)
        - entropy(inputs, outputs, *given, weights=weights)
        - entropy(*given, weights=weights)
    )


def relay(inputs, outputs, hidden, neurons, weights=None):
    """Co-information of inputs, outputs and some columns of `hidden`, given the others: eq. 3."""
    rest = [column for place, column in enumerate(hidden.T) if place not in neurons]
    return told(inputs, outputs, rest, weights) - told(inputs, outputs, hidden.T, weights)


def alone(inputs, outputs, hidden, neurons, weights=None):
    """Co-information of inputs, outputs and some columns of `hidden`, the others left out."""
    return told(inputs, outputs, [], weights) - told(inputs, outputs, [hidden[:, n] for n in neurons], weights)


def shrink(inputs, outputs, hidden, weights=None):
    """Remove the neuron without which most is left, again and again; the first of equals: neurons and bits left."""
    left, removed, bits = list(range(hidden.shape[1])), [], []
    while left:
        values = [relay(inputs, outputs, hidden, [n for n in left if n != out], weights) for out in left]
        best = next(place for place, value in enumerate(values) if value > max(values) - TIE)
        removed.append(left.pop(best))
        bits.append(values[best])
    return removed, bits
