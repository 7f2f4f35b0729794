"""The networks of the sweeps, and their trials."""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch import nn

from atlas.records import DataRecord
from ingest import read_data

DATA = Path(os.environ.get("ATLAS_DATA") or Path(__file__).parents[2] / "shared" / "data")
DENSE, CNN = "784-256-256-256-256-10", "1x28x28, conv 16, pool, conv 32, pool, 64, 10"
N_EPOCHS, BATCH, RATE = 2, 128, 1e-3


class Layers(nn.Sequential):
    """Layers one after the other; `activations` are the places of the nonlinearities that end the hidden ones."""

    @property
    def activations(self) -> list[int]:
        """List them."""
        return [place for place, part in enumerate(self) if isinstance(part, nn.ReLU)]


def network_of(plan: str) -> Layers:
    """Build a network, weights drawn as torch draws them."""
    torch.manual_seed(0)
    if plan == CNN:
        convolutions = [nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
        convolutions += [nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
        return Layers(*convolutions, nn.Flatten(), nn.Linear(32 * 49, 64), nn.ReLU(), nn.Linear(64, 10)).eval()
    sizes = list(map(int, plan.split("-")))
    parts = [part for n_in, n_out in pairwise(sizes) for part in (nn.Linear(n_in, n_out), nn.ReLU())]
    return Layers(*parts[:-1]).eval()


def he_random(network: nn.Sequential) -> None:
    """Draw weights as He does, biases zero."""
    torch.manual_seed(0)
    for part in network:
        if isinstance(part, nn.Linear):
            nn.init.kaiming_normal_(part.weight, nonlinearity="relu")
            nn.init.zeros_(part.bias)


def trained(plan: str, data: DataRecord) -> Layers:
    """Train a network for two epochs."""
    network = network_of(plan)
    x, y = torch.tensor(data.inputs, dtype=torch.float32), torch.tensor(data.labels)
    optimizer = torch.optim.Adam(network.parameters(), lr=RATE)
    for _ in range(N_EPOCHS):
        for batch in torch.randperm(len(x)).split(BATCH):
            optimizer.zero_grad()
            nn.functional.cross_entropy(network(x[batch]), y[batch]).backward()
            optimizer.step()
    return network


def images(part: str, *, flat: bool) -> DataRecord:
    """Read MNIST."""
    data = read_data(f"mnist:{DATA / 'mnist'}:{part}")
    shape = (784,) if flat else (1, 28, 28)
    return replace(data, inputs=data.inputs.reshape(-1, *shape).astype(np.float32))


def normal() -> DataRecord:
    """Draw 10,000 inputs, each number from N(0, 1)."""
    draws = np.random.default_rng(0)
    return read_data((draws.normal(size=(10_000, 784)).astype(np.float32), np.arange(10_000) % 10))
