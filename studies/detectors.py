"""A network whose relays are known: a detector of two neurons for every class, trained by itself, put side by side.

After Hintze and Adami (2023), Entropy 25(3), 401, and their code, with fewer trials and larger steps.
"""

from __future__ import annotations

from collections import OrderedDict

import numpy as np
import torch
from torch import nn

from atlas.records import DataRecord, IntArray
from ingest.cores import one_core

N_EACH, RATE, SHARE_RIGHT, N_STEPS = 1_500, 3e-3, 0.98, 1_000  # theirs: 5,000, 1e-3, 0.98, no limit
NEURONS = 2  # hidden ones of a detector


def train_detectors(data: DataRecord, *, seed: int, n_each: int = N_EACH, n_steps: int = N_STEPS) -> nn.Sequential:
    """Train a detector for every class, 2 tanh neurons and a tanh output; put them side by side, with nothing across.

    Each learns from `n_each` images of its class and as many others, all at once, to put out 1 or -1: by Adam and
    squared error, until 0.98 are on the right side of 0, or for `n_steps` steps.
    """
    with one_core(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        draws = np.random.default_rng(seed)
        detectors = [_detector(data, number, draws, n_each, n_steps) for number in range(data.n_classes)]
    return _side_by_side(detectors)


def planted_pair(numeral: int) -> frozenset[int]:
    """Name the hidden neurons of the detector of a class."""
    return frozenset(range(NEURONS * numeral, NEURONS * (numeral + 1)))


def _detector(data: DataRecord, numeral: int, draws: np.random.Generator, n_each: int, n_steps: int) -> nn.Sequential:
    chosen = _balanced(data.labels == numeral, draws, n_each)
    x = torch.tensor(data.inputs[chosen]).flatten(1)
    y = torch.tensor(np.where(data.labels[chosen] == numeral, 1.0, -1.0), dtype=torch.float32)[:, None]
    detector = nn.Sequential(nn.Linear(x.shape[1], NEURONS), nn.Tanh(), nn.Linear(NEURONS, 1), nn.Tanh())
    optimiser = torch.optim.Adam(detector.parameters(), lr=RATE)
    for _ in range(n_steps):
        outputs = detector(x)
        if float(((outputs > 0) == (y > 0)).float().mean()) >= SHARE_RIGHT:
            break
        optimiser.zero_grad()
        nn.functional.mse_loss(outputs, y).backward()
        optimiser.step()
    return detector


def _balanced(own: np.ndarray, draws: np.random.Generator, n_each: int) -> IntArray:
    parts = [np.flatnonzero(own), np.flatnonzero(~own)]
    return np.concatenate([draws.choice(part, min(n_each, len(part)), replace=False) for part in parts])


def _side_by_side(detectors: list[nn.Sequential]) -> nn.Sequential:
    first, last = ([detector[place] for detector in detectors] for place in (0, 2))
    hidden = nn.Linear(first[0].in_features, NEURONS * len(detectors))
    output = nn.Linear(NEURONS * len(detectors), len(detectors))
    with torch.no_grad():
        hidden.weight.copy_(torch.cat([one.weight for one in first]))
        hidden.bias.copy_(torch.cat([one.bias for one in first]))
        output.weight.copy_(torch.block_diag(*(one.weight for one in last)))
        output.bias.copy_(torch.cat([one.bias for one in last]))
    return nn.Sequential(OrderedDict(fc1=hidden, tanh1=nn.Tanh(), fc2=output, tanh2=nn.Tanh())).eval()
