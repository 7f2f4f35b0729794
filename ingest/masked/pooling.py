"""Moves and poolings as functions of tensors, found from where their elements come from."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial, reduce

import numpy as np
import torch
from torch.nn import functional

from atlas.records import IntArray
from ingest.masked.gains import gain_of_windows
from ingest.program.operation import Route, Shape, numbered
from ingest.program.windows import windows

Tensor = torch.Tensor
Made = tuple[Callable[[Tensor], Tensor], float]  # a function of trials, and its gain
_POOLINGS: Mapping[int, Sequence[Callable[..., Tensor]]] = {
    1: (functional.max_pool1d, functional.avg_pool1d),
    2: (functional.max_pool2d, functional.avg_pool2d),
    3: (functional.max_pool3d, functional.avg_pool3d),
}


def moved(route: Route, shape: Shape) -> Iterator[Made]:
    """Give the function of a move; where something else fills in, it is taken for zeros."""
    found = route([numbered(shape)])[..., 0]
    gain = gain_of_windows(found.reshape(-1, 1), averaged=False)
    put_out, places = found.shape[1:], found.reshape(-1)
    if np.array_equal(places, np.arange(1, math.prod(shape) + 1)):
        yield (lambda x: x.reshape(len(x), *put_out)), gain
    else:
        yield partial(_gathered, places=torch.from_numpy(places), shape=put_out), gain


def pooled(route: Route, shape: Shape) -> Iterator[Made]:
    """Give the functions a pooling may be, fastest first: the largest element of every window, or the mean."""
    found = route([numbered(shape)])
    put_out, joined = found.shape[1:-1], found.reshape(-1, found.shape[-1])
    gains = [gain_of_windows(joined, averaged=averaged) for averaged in (False, True)]
    if np.array_equal(joined.ravel(), np.arange(1, math.prod(shape) + 1)):
        length = joined.shape[1]
        yield (lambda x: x.reshape(len(x), *put_out, length).amax(-1)), gains[0]
        yield (lambda x: x.reshape(len(x), *put_out, length).mean(-1)), gains[1]
        return
    sizes = _regular(found, shape)
    if sizes is not None:
        kernel, stride, padding = sizes
        if not any(padding) and bool((joined > 0).all()):
            for averaged, gain in zip((False, True), gains, strict=True):
                yield partial(_sliced, kernel=kernel, stride=stride, shape=put_out, averaged=averaged), gain
        for function, gain in zip(_POOLINGS[len(kernel)], gains, strict=True):
            for ceil in (False, True):
                yield partial(function, kernel_size=kernel, stride=stride, padding=padding, ceil_mode=ceil), gain
    places = torch.from_numpy(joined)
    yield partial(_largest, places=places, shape=put_out), gains[0]
    yield partial(_mean, places=places, shape=put_out), gains[1]


def _sliced(x: Tensor, kernel: Sequence[int], stride: Sequence[int], shape: Sequence[int], *, averaged: bool) -> Tensor:
    """Join windows axis by axis; several times as fast as torch's own where they are small."""
    for number, (length, step) in enumerate(zip(kernel, stride, strict=True)):
        axis = x.ndim - len(kernel) + number
        last = (shape[axis - 1] - 1) * step + 1
        parts = [x.narrow(axis, first, last).movedim(axis, 0)[::step].movedim(0, axis) for first in range(length)]
        x = reduce(torch.add if averaged else torch.maximum, parts)
    return x / math.prod(kernel) if averaged else x


def _gathered(x: Tensor, places: Tensor, shape: Sequence[int]) -> Tensor:
    flat = functional.pad(x.reshape(len(x), -1), (1, 0))
    return flat[:, places.to(x.device)].reshape(len(x), *shape)


def _largest(x: Tensor, places: Tensor, shape: Sequence[int]) -> Tensor:
    flat = functional.pad(x.reshape(len(x), -1), (1, 0), value=-math.inf)
    return flat[:, places.to(x.device)].amax(-1).reshape(len(x), *shape)


def _mean(x: Tensor, places: Tensor, shape: Sequence[int]) -> Tensor:
    flat = functional.pad(x.reshape(len(x), -1), (1, 0))
    counts = (places > 0).sum(-1).to(x)
    return (flat[:, places.to(x.device)].sum(-1) / counts).reshape(len(x), *shape)


def _regular(found: IntArray, shape: Shape) -> tuple[Sequence[int], Sequence[int], Sequence[int]] | None:
    """Find kernel, stride and padding of windows that are all alike; None where they are not."""
    n_axes = len(shape) - 2
    if n_axes not in _POOLINGS or found.ndim != len(shape) + 1:
        return None
    first = found[0, 0]  # of the first channel: (*places, length)
    full = np.argwhere((first > 0).all(axis=-1))
    if not len(full):
        return None
    corner, last = full[0], full[-1]
    begins, ends = (np.array(np.unravel_index(first[tuple(corner)][[0, -1]] - 1, shape[2:]))).T
    kernel = (ends - begins + 1).tolist()
    reach = np.array(np.unravel_index(first[tuple(last)][0] - 1, shape[2:])) - begins
    stride = [max(1, int(way // max(1, n))) for way, n in zip(reach, last - corner, strict=True)]
    padding = (corner * stride - begins).tolist()
    numbers = numbered(shape)
    for ceil in (False, True):
        if min(padding) >= 0 and all(2 * side <= length for side, length in zip(padding, kernel, strict=True)):
            same = windows(numbers, kernel, stride=stride, padding=padding, ceil_mode=ceil)
            if np.array_equal(same, found):
                return kernel, stride, padding
    return None
