"""What a user would do instead of `ProgramForward.changed_answers`: forward hooks, and Captum."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import torch
from captum.attr import LayerFeatureAblation
from numpy.typing import NDArray
from torch import nn

from atlas.records import DataRecord

Counts = NDArray[np.int64]  # right answers, shape (n_ablations, n_classes)
Place = tuple[nn.Module, int]  # the nonlinearity of a layer, and the neuron or channel


def hook_sweep(module: nn.Module, places: Sequence[Place], data: DataRecord) -> Counts:
    """Run the whole network once for every neuron, its activation set to 0 by a hook."""
    x, counts = torch.from_numpy(data.inputs), []
    for part, number in places:

        def silence(_module: nn.Module, _inputs: object, put_out: torch.Tensor, number: int = number) -> torch.Tensor:
            put_out[:, number] = 0
            return put_out

        handle = part.register_forward_hook(silence)
        with torch.inference_mode():
            answers = module(x).argmax(1).numpy()
        handle.remove()
        counts.append(np.bincount(data.labels[answers == data.labels], minlength=data.n_classes))
    return np.array(counts)


def captum_sweep(module: nn.Module, places: Sequence[Place], data: DataRecord) -> tuple[Counts, int]:
    """Attribute to every chosen neuron the right answers lost with it; also tell how many forward passes that took.

    The neurons of a layer that are not chosen are one more feature, and each layer takes two passes more. Whoever
    wants all neurons pays a pass for each, and those two.
    """
    x, labels = torch.from_numpy(data.inputs), torch.from_numpy(data.labels)
    counts, n_forwards = [], 0
    with torch.inference_mode():
        right = (module(x).argmax(1) == labels).numpy()

    def is_right(inputs: torch.Tensor) -> torch.Tensor:
        nonlocal n_forwards
        n_forwards += 1
        return (module(inputs).argmax(1) == labels).float()

    for part in dict.fromkeys(part for part, _ in places):
        numbers = [number for own, number in places if own is part]
        shape = _shape(module, part, x[:1])
        mask = torch.full(shape, len(numbers))
        for feature, number in enumerate(numbers):
            mask[:, number] = feature
        with torch.inference_mode():
            lost = LayerFeatureAblation(is_right, part).attribute(x, layer_baselines=0, layer_mask=mask)
        for number in numbers:
            own = lost[:, number].reshape(len(x), -1)[:, 0].numpy()
            left = right - own > 0.5
            counts.append(np.bincount(data.labels[left], minlength=data.n_classes))
    return np.array(counts), n_forwards


def yardstick() -> float:
    """Give the rate of a product of matrices of single precision, GFLOP per CPU second."""
    a, b = torch.randn(4096, 256), torch.randn(256, 256)
    a @ b
    began = time.process_time()
    for _ in range(20):
        a @ b
    return 20 * 2 * a.numel() * b.shape[1] / (time.process_time() - began) / 1e9


def _shape(module: nn.Module, part: nn.Module, x: torch.Tensor) -> torch.Size:
    shapes: list[torch.Size] = []
    handle = part.register_forward_hook(lambda _module, _inputs, put_out: shapes.append(put_out.shape))
    module(x)
    handle.remove()
    return shapes[0]
