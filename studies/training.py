"""Train the network of the authors' second repository: 784-100-100-100-10 on MNIST."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

import torch
from torch import nn

from atlas.progress import Progress
from ingest import read_data
from ingest.cores import one_core

HIDDEN = (100, 100, 100)
CHAIN = "fc1:relu,fc2:relu,fc3:relu,fc4"
N_EPOCHS, BATCH, LEARNING_RATE, MOMENTUM = 100, 256, 1e-3, 0.9  # as the authors' code has them


def train_network(folder: Path, data_spec: str, *, seed: int, progress: Progress) -> tuple[Path, Path]:
    """Train by stochastic gradient descent; give the files of the initial and of the trained weights.

    What an earlier call has trained is taken as it is.
    """
    initial, trained = (folder / f"srn-seed{seed}-{state}.pt" for state in ("initial", "trained"))
    if not trained.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with one_core(), torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            network = _untrained()
            torch.save(network.state_dict(), initial)
            _train(network, data_spec, lambda epoch: progress(f"train network {seed}", epoch, N_EPOCHS))
            torch.save(network.state_dict(), trained)
    return initial, trained


def _untrained() -> nn.Sequential:
    sizes = (784, *HIDDEN, 10)
    parts: OrderedDict[str, nn.Module] = OrderedDict()
    for number in range(1, len(sizes)):
        parts[f"fc{number}"] = nn.Linear(sizes[number - 1], sizes[number])
        if number < len(sizes) - 1:
            parts[f"relu{number}"] = nn.ReLU()
    return nn.Sequential(parts)


def _train(network: nn.Sequential, data_spec: str, tell) -> None:
    data = read_data(data_spec)
    x, y = torch.tensor(data.inputs).flatten(1), torch.tensor(data.labels)
    optimiser = torch.optim.SGD(network.parameters(), lr=LEARNING_RATE, momentum=MOMENTUM)
    for epoch in range(N_EPOCHS):
        for batch in torch.randperm(len(x)).split(BATCH):
            optimiser.zero_grad()
            nn.functional.cross_entropy(network(x[batch]), y[batch]).backward()
            optimiser.step()
        tell(epoch + 1)
