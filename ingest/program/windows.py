"""Which elements the windows of a pooling join, on arrays of element numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from atlas.records import IntArray

Padding = Sequence[int] | Sequence[tuple[int, int]]  # of every axis: on both sides alike, or before and after


def windows(
    numbers: IntArray,
    kernel: Sequence[int],
    *,
    stride: Sequence[int] | None = None,
    padding: Padding | None = None,
    dilation: Sequence[int] | None = None,
    ceil_mode: bool = False,
) -> IntArray:
    """Gather the windows of a pooling over the last `len(kernel)` axes.

    Parameters
    ----------
    numbers
        Non-zero numbers of elements.
    kernel, stride, padding, dilation
        One per axis. A stride left out is the kernel, as torch has it.
    ceil_mode
        A last window that reaches past the end is kept, unless it would begin in the padding.

    Returns
    -------
    IntArray
        Shape (*output shape, elements of a window), 0 where a window stands on padding.
    """
    strides = stride or kernel
    dilations = dilation or (1,) * len(kernel)
    pads = [(pad, pad) if isinstance(pad, int) else pad for pad in (padding or (0,) * len(kernel))]
    places = []
    for size, length, step, pad, spread in zip(
        numbers.shape[-len(kernel) :], kernel, strides, pads, dilations, strict=True
    ):
        reach = size + sum(pad) - spread * (length - 1) - 1
        n_windows = (-(-reach // step) if ceil_mode else reach // step) + 1
        if ceil_mode and (n_windows - 1) * step >= size + pad[0]:
            n_windows -= 1
        starts = np.arange(n_windows)[:, None] * step - pad[0]
        places.append(_outside_as(size, starts + np.arange(length) * spread))
    return _gather(numbers, places)


def adaptive_windows(numbers: IntArray, out_sizes: Sequence[int]) -> IntArray:
    """Gather the windows of an adaptive pooling over the last `len(out_sizes)` axes.

    Window i of n over an axis of s elements reaches from floor(i s / n) to ceil((i + 1) s / n), as torch has it.

    Returns
    -------
    IntArray
        Shape (*output shape, elements of the largest window), 0 where a window is smaller.
    """
    places = []
    for size, n_windows in zip(numbers.shape[-len(out_sizes) :], out_sizes, strict=True):
        number = np.arange(n_windows)
        starts, ends = number * size // n_windows, -(-(number + 1) * size // n_windows)
        place = starts[:, None] + np.arange((ends - starts).max())
        places.append(np.where(place < ends[:, None], place, size))
    return _gather(numbers, places)


def _outside_as(size: int, place: IntArray) -> IntArray:
    """Send every place outside an axis to the one behind its end."""
    return np.where((place < 0) | (place >= size), size, place)


def _gather(numbers: IntArray, places: Sequence[IntArray]) -> IntArray:
    """Take (windows, length) places along each of the last axes; the place behind the end holds 0."""
    n_axes, n_kept = len(places), numbers.ndim - len(places)
    gathered = np.pad(numbers, [(0, 0)] * n_kept + [(0, 1)] * n_axes)
    for number, place in enumerate(places):
        gathered = np.take(gathered, place, axis=n_kept + 2 * number)
    order = [*range(n_kept), *range(n_kept, gathered.ndim, 2), *range(n_kept + 1, gathered.ndim, 2)]
    apart = gathered.transpose(order)
    return apart.reshape(*apart.shape[: n_kept + n_axes], -1)
