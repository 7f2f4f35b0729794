"""Networks of which the modules are known: sub-networks side by side, each for its own classes, and noise across."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import nn

from atlas.keys import INPUT_LAYER
from atlas.records import DataRecord, IntArray
from ingest import read_data
from ingest.cores import one_core

BATCH, RATE = 64, 3e-3
CLASSES = 2  # of every sub-network


@dataclass(frozen=True, kw_only=True)
class Planted:
    """A network and the sub-network of each of its neurons."""

    network: nn.Sequential
    modules: dict[str, IntArray]  # by layer, input and output included, shape (n_neurons,)
    function: type[nn.Module]  # the activation of hidden layers


def side_by_side(data: DataRecord, *, n_trials: int, seed: int) -> DataRecord:
    """Make trials of one image for every two classes: 0 or 1, 2 or 3, ..., drawn by themselves, side by side.

    What is to be put out is 1 for the class that is shown, 0 for the other; shape (n_trials, n_classes).
    """
    draws = np.random.default_rng(seed)
    images, shown = [], []
    for first in range(0, data.n_classes, CLASSES):
        own = np.flatnonzero((data.labels >= first) & (data.labels < first + CLASSES))
        drawn = draws.choice(own, n_trials)
        images.append(data.inputs[drawn].reshape(n_trials, -1))
        shown.append(np.eye(CLASSES, dtype=np.float32)[data.labels[drawn] - first])
    return read_data((np.concatenate(images, axis=1), np.concatenate(shown, axis=1)))


def train_planted(
    trials: DataRecord, *, neurons: Sequence[int], n_steps: int, seed: int, function: type[nn.Module] = nn.ReLU
) -> Planted:
    """Train sub-networks that share nothing, side by side in one network.

    Each has `neurons` in its hidden layers, sees its own image of a trial and tells its two classes apart. No weight
    leads from one to another, and their losses never meet: training them in one network is training each by itself.
    """
    if trials.values is None:
        raise TypeError("planted networks put out values")
    n_modules = trials.values.shape[1] // CLASSES
    sizes = (trials.inputs.shape[1], *(n_modules * own for own in neurons), trials.values.shape[1])
    names = (INPUT_LAYER, *(f"fc{number}" for number in range(1, len(sizes))))
    modules = {
        name: np.repeat(np.arange(n_modules), size // n_modules) for name, size in zip(names, sizes, strict=True)
    }
    with one_core(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        planted = Planted(network=_untrained(modules, function), modules=modules, function=function)
        _train(planted, torch.tensor(trials.inputs), torch.tensor(trials.values), n_steps)
    return planted


def with_noise(planted: Planted, strength: float, *, seed: int) -> nn.Sequential:
    """Copy a planted network with normal noise on every weight from one sub-network to another.

    `strength` is the mean magnitude of the noise in units of the layer's mean magnitude inside sub-networks.
    """
    draws = torch.Generator().manual_seed(seed)
    noisy = _untrained(planted.modules, planted.function)
    noisy.load_state_dict(planted.network.state_dict())
    with torch.no_grad():
        for weight, mask in _inside(noisy, planted.modules):
            mean = weight.abs().sum() / mask.sum()
            noise = torch.randn(weight.shape, generator=draws) * np.sqrt(np.pi / 2)  # of mean magnitude 1
            weight.add_(strength * mean * noise * (1 - mask))
    return noisy


def accuracy_percent(network: nn.Module, trials: DataRecord) -> float:
    """Give the share of images whose class its sub-network tells rightly, in percent."""
    if trials.values is None:
        raise TypeError("planted networks put out values")
    with torch.no_grad():
        outputs = network(torch.tensor(trials.inputs)).unflatten(1, (-1, CLASSES))
    right = outputs.argmax(dim=2).numpy() == trials.values.reshape(len(trials.values), -1, CLASSES).argmax(axis=2)
    return 100.0 * float(right.mean())


def _untrained(modules: dict[str, IntArray], function: type[nn.Module]) -> nn.Sequential:
    parts: OrderedDict[str, nn.Module] = OrderedDict()
    for before, name in pairwise(modules):
        parts[name] = nn.Linear(len(modules[before]), len(modules[name]))
        parts[f"{name}_function"] = function()
    parts.popitem()
    return nn.Sequential(parts).eval()


def _inside(network: nn.Sequential, modules: dict[str, IntArray]) -> list[tuple[nn.Parameter, torch.Tensor]]:
    """Give the weights of every layer, and which of them stay inside a sub-network."""
    return [
        (network.get_submodule(name).weight, torch.from_numpy(modules[name][:, None] == modules[before]).float())
        for before, name in pairwise(modules)
    ]


def _train(planted: Planted, x: torch.Tensor, shown: torch.Tensor, n_steps: int) -> None:
    optimiser = torch.optim.Adam(planted.network.parameters(), lr=RATE)
    inside = _inside(planted.network, planted.modules)
    with torch.no_grad():
        for weight, mask in inside:  # as wide as a sub-network's own first weights
            weight.mul_(mask * (mask.numel() / mask.sum()).sqrt())
    for _ in range(n_steps):
        batch = torch.randint(len(x), (BATCH,))
        optimiser.zero_grad()
        outputs = planted.network(x[batch]).reshape(-1, CLASSES)
        nn.functional.cross_entropy(outputs, shown[batch].reshape(-1, CLASSES)).backward()
        optimiser.step()
        with torch.no_grad():
            for weight, mask in inside:
                weight.mul_(mask)
