"""Train 784-256-256-256-256-10 as Filan et al. (2021) and Hod et al. (2021): with or without dropout, then pruned."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch import nn

from ingest import read_data
from ingest.cores import one_core

HIDDEN = (256, 256, 256, 256)
CHAIN = "fc1:relu,fc2:relu,fc3:relu,fc4:relu,fc5"
BATCH, DROPOUT = 128, 0.5  # as the authors have them, with Adam at its default rate
FIRST_SPARSITY, LAST_SPARSITY, EVERY = 0.5, 0.9, 10  # share of weights at 0, along a cubic; steps between prunings
N_EPOCHS = 6  # before pruning, and again while pruning; the authors: 20 each


@dataclass(frozen=True, kw_only=True)
class Trained:
    """The files of one network before and after pruning."""

    unpruned: Path
    pruned: Path


def train_pruned(folder: Path, data_spec: str, *, dropout: bool, seed: int) -> Trained:
    """Train a network, keep it, prune it to a tenth of its weights while it trains on, and keep that.

    What an earlier call has trained is taken as it is.
    """
    name = f"{data_spec.partition(':')[0]}-{'dropout' if dropout else 'plain'}-{N_EPOCHS}-seed{seed}"
    files = Trained(unpruned=folder / f"{name}.pt", pruned=folder / f"{name}-pruned.pt")
    if not files.pruned.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with one_core(), torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            _train(untrained(dropout=DROPOUT if dropout else 0.0), data_spec, files)
    return files


def untrained(*, dropout: float = 0.0) -> nn.Sequential:
    """Build the network with Glorot's uniform first weights and biases of 0."""
    sizes = (784, *HIDDEN, 10)
    parts: OrderedDict[str, nn.Module] = OrderedDict()
    for number, (n_in, n_out) in enumerate(pairwise(sizes), start=1):
        linear = nn.Linear(n_in, n_out)
        nn.init.xavier_uniform_(linear.weight)
        nn.init.zeros_(linear.bias)
        parts[f"fc{number}"] = linear
        parts[f"relu{number}"] = nn.ReLU()
        parts[f"dropout{number}"] = nn.Dropout(dropout)
    for _ in range(2):
        parts.popitem()
    return nn.Sequential(parts)


def sparsity(progress: float) -> float:
    """Give the share of weights that are 0 after a share of all steps, both from 0 to 1 (Zhu and Gupta, 2017)."""
    return LAST_SPARSITY + (FIRST_SPARSITY - LAST_SPARSITY) * (1.0 - progress) ** 3


def _train(network: nn.Sequential, data_spec: str, files: Trained) -> None:
    data = read_data(data_spec)
    x, y = torch.tensor(data.inputs).flatten(1), torch.tensor(data.labels)
    optimiser = torch.optim.Adam(network.parameters())
    n_steps = N_EPOCHS * int(np.ceil(len(x) / BATCH))
    _run(network, optimiser, x, y)
    torch.save(network.state_dict(), files.unpruned)
    _run(network, optimiser, x, y, pruning=Pruning(network, n_steps))
    torch.save(network.state_dict(), files.pruned)


class Pruning:
    """Weights of small magnitude at 0, more and more of every layer; what is at 0 may come back until the last time."""

    def __init__(self, network: nn.Sequential, n_steps: int) -> None:
        self._weights = [part.weight for part in network if isinstance(part, nn.Linear)]
        self._masks = [torch.ones_like(weight) for weight in self._weights]
        self._n_steps, self._step = n_steps, 0

    @torch.no_grad()
    def __call__(self) -> None:
        """Prune after a step of the optimiser."""
        self._step += 1
        if self._step % EVERY == 0 or self._step == self._n_steps:
            share = sparsity(self._step / self._n_steps)
            for mask, weight in zip(self._masks, self._weights, strict=True):
                least = torch.kthvalue(weight.abs().flatten(), max(1, round(share * weight.numel()))).values
                mask.copy_(weight.abs() > least)
        for mask, weight in zip(self._masks, self._weights, strict=True):
            weight.mul_(mask)


def _run(network: nn.Sequential, optimiser: torch.optim.Optimizer, x: torch.Tensor, y: torch.Tensor, pruning=None):
    for _ in range(N_EPOCHS):
        for batch in torch.randperm(len(x)).split(BATCH):
            optimiser.zero_grad()
            nn.functional.cross_entropy(network(x[batch]), y[batch]).backward()
            optimiser.step()
            if pruning is not None:
                pruning()
