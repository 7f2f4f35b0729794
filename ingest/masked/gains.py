"""By how much the steps of a network can lengthen a change, measured as the Euclidean length over all elements."""

from __future__ import annotations

import math

import numpy as np

from atlas.records import IntArray
from ingest.activation import FUNCTIONS, QUANTISED, Activation
from ingest.program.operation import Array

_STEEPEST = {  # largest slope, rounded up; the tests compare it with slopes on a grid
    **dict.fromkeys(("identity", "relu", "relu6", "tanh", "softsign", "softplus"), 1.0),
    "sigmoid": 0.25,  # at 0
    "gelu": 1.13,  # at the square root of 2, 1.1289
    "gelu_tanh": 1.13,
    "silu": 1.1,  # at 2.40, 1.0998
    "mish": 1.09,  # 1.0885
    "selu": 1.7581,  # below 0, scale times alpha
    "erf": 1.13,  # at 0, 2 over the root of pi, 1.1284
    "quadratic": math.inf,  # the steeper the farther from 0
    QUANTISED: math.inf,  # it leaps
}
_LARGEST = 1e11  # steps of computing spent on the gain of one convolution


def gain_of_function(activation: Activation) -> float:
    """Bound the slope of a nonlinearity."""
    if activation.name in _STEEPEST:
        return _STEEPEST[activation.name]
    parameter = FUNCTIONS[activation.name][1] if activation.parameter is None else activation.parameter
    return max(1.0, abs(parameter or 0.0))  # leaky_relu, elu: 1 above 0, the parameter below


def gain_of_matrix(weight: Array) -> float:
    """Give the largest singular value, shape (n_out, n_in)."""
    return float(np.linalg.norm(weight.astype(np.float64), 2)) if weight.size else 0.0


def gain_of_kernels(weight: Array, *, groups: int = 1) -> float:
    """Bound the gain of a convolution, from above.

    Without borders a convolution multiplies every frequency by a matrix, its symbol; the gain is the largest singular
    value over all frequencies. For a fixed direction the square is a trigonometric polynomial of degree d, the length
    of the kernel less one; between n places on a circle it rises above its largest value there by no more than a
    factor 1 / cos(pi d / n) (Ehlich and Zeller 1964). A stride and zeros around the input only lower the gain, and a
    dilation repeats the frequencies.

    Parameters
    ----------
    weight
        Shape (n_out, n_in / groups, *kernel).

    Returns
    -------
    float
        Infinite where it would take too long to compute.
    """
    kernel = weight.shape[2:]
    grid = [1 if length == 1 else max(8, 6 * (length - 1)) for length in kernel]
    small, large = sorted(weight.shape[:2])
    if math.prod(grid) * small * small * (small + large) > _LARGEST:
        return math.inf
    loss = math.prod(math.cos(math.pi * (length - 1) / n) for length, n in zip(kernel, grid, strict=True))
    symbols = np.fft.fftn(weight.astype(np.float64), grid, axes=range(2, weight.ndim))
    parts = np.moveaxis(symbols, (0, 1), (-2, -1)).reshape(-1, groups, weight.shape[0] // groups, weight.shape[1])
    return float(np.linalg.norm(parts, 2, axis=(-2, -1)).max()) / math.sqrt(loss)


def gain_of_windows(windows: IntArray, *, averaged: bool) -> float:
    """Bound the gain of a pooling; an element's change counts in each window that holds it.

    Parameters
    ----------
    windows
        Numbers of the elements each window joins, from 1, 0 for none; shape (n_windows, length).
    averaged
        The mean is taken; otherwise the largest.
    """
    most = int(np.bincount(windows[windows > 0]).max(initial=0))
    fewest = int((windows > 0).sum(axis=1).min()) if averaged and windows.size else 1
    return math.sqrt(most / max(fewest, 1))
