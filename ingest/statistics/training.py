"""Train a network on nothing but means and covariances; and, to compare, on trials or draws."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import repeat

import numpy as np
import torch
from torch import nn

from atlas.analysis.seeds import check_whole
from atlas.errors import BadParameter, NonFiniteActivations
from atlas.progress import Progress, silent
from atlas.records import FloatArray
from ingest.cores import one_core
from ingest.data import DataSource
from ingest.statistics.batches import Batch, drawn_batches, drawn_parts, shuffled_batches
from ingest.statistics.closure import Moments
from ingest.statistics.given import ClassStatistics
from ingest.statistics.loss import Given, as_given, loss_of
from ingest.statistics.network import Step, steps_of


def train_on_statistics(
    network: nn.Sequential,
    given: ClassStatistics,
    *,
    n_steps: int,
    batch_size: int | None = None,
    learning_rate: float = 1e-3,
    targets: FloatArray | None = None,
    seed: int = 0,
    progress: Progress = silent,
) -> FloatArray:
    """Train a network in place, by Adam, on the loss that the statistics of its inputs predict; it sees no trial.

    Parameters
    ----------
    network, given, targets
        As in `closure_loss`.
    batch_size
        Parts a step, drawn by their weights, with replacement. None: every step sees all, and nothing is drawn.
    seed
        Of the parts drawn.

    Returns
    -------
    FloatArray
        The predicted loss, of the parts of the batch, before every step; shape (n_steps,).

    Raises
    ------
    NonFiniteActivations
        The loss is no longer a finite number.
    AtlasError
        All that `closure_loss` refuses; a number outside its range.
    """
    steps = steps_of(network)
    whole = as_given(steps, given, targets)
    batches = repeat(whole) if batch_size is None else drawn_parts(whole, batch_size)
    losses = (loss_of(steps, batch) for batch in batches)
    return _descend(network, losses, n_steps=n_steps, learning_rate=learning_rate, seed=seed, progress=progress)


def train_on_measured_statistics(
    network: nn.Sequential,
    data: DataSource,
    *,
    n_steps: int,
    batch_size: int = 1_000,
    learning_rate: float = 1e-3,
    targets: FloatArray | None = None,
    seed: int = 0,
    progress: Progress = silent,
) -> FloatArray:
    """Train a network in place, by Adam, on means and covariances of the classes behind its first nonlinearity.

    They are measured in each batch, with slopes, and taken through the layers that follow. Where only a linear layer
    follows, this is training on data, for the squared loss has no other moments.

    Parameters
    ----------
    network
        As `dense_network` makes it.
    data
        Trials with classes, as in `read_data`.
    batch_size
        Trials a step. Few trials of a class have a poor covariance.
    targets
        As in `closure_loss`.
    seed
        Of the order of the trials.

    Returns
    -------
    FloatArray
        The predicted loss of the batch before every step, shape (n_steps,).

    Raises
    ------
    NonFiniteActivations
        The loss is no longer a finite number.
    AtlasError
        All that `closure_loss` and `read_data` refuse; a number outside its range; data without classes.
    """
    steps = steps_of(network)
    batches = shuffled_batches(steps, data, batch_size=batch_size, targets=targets)
    losses = (_measured_loss(steps, batch) for batch in batches)
    return _descend(network, losses, n_steps=n_steps, learning_rate=learning_rate, seed=seed, progress=progress)


def train_on_samples(
    network: nn.Sequential,
    source: DataSource | ClassStatistics,
    *,
    n_steps: int,
    batch_size: int = 100,
    learning_rate: float = 1e-3,
    targets: FloatArray | None = None,
    seed: int = 0,
    progress: Progress = silent,
) -> FloatArray:
    """Train a network in place, by Adam, on the squared loss of trials, or of draws from Gaussians.

    Parameters
    ----------
    network
        As `dense_network` makes it.
    source
        Trials with classes, as in `read_data`, all shown once before one is shown again; or statistics, from whose
        Gaussians each batch is drawn anew.
    targets
        As in `closure_loss`.
    seed
        Of the order of trials, or of the draws.

    Returns
    -------
    FloatArray
        The loss of the batch before every step, shape (n_steps,).

    Raises
    ------
    NonFiniteActivations
        The loss is no longer a finite number.
    AtlasError
        All that `closure_loss` and `read_data` refuse; a number outside its range; data without classes.
    """
    steps = steps_of(network)
    if isinstance(source, ClassStatistics):
        batches = drawn_batches(steps, source, batch_size=batch_size, targets=targets)
    else:
        batches = shuffled_batches(steps, source, batch_size=batch_size, targets=targets)
    losses = ((network(batch.x) - batch.targets).square().sum(dim=1).mean() for batch in batches)
    return _descend(network, losses, n_steps=n_steps, learning_rate=learning_rate, seed=seed, progress=progress)


def _measured_loss(steps: tuple[Step, ...], batch: Batch) -> torch.Tensor:
    (linear, nonlinearity), *later = steps
    y = linear(batch.x) if nonlinearity is None else nonlinearity(linear(batch.x))
    present, counts = torch.unique(batch.labels, return_counts=True)
    parts = [y[batch.labels == number] for number in present]
    means = torch.stack([part.mean(dim=0) for part in parts])
    covariances = torch.stack([torch.cov(part.T, correction=0) for part in parts])
    targets = torch.stack([batch.targets[batch.labels == number][0] for number in present])
    return loss_of(tuple(later), Given(Moments(means, covariances), counts.to(y) / len(y), targets))


def _descend(
    network: nn.Sequential,
    losses: Iterator[torch.Tensor],
    *,
    n_steps: int,
    learning_rate: float,
    seed: int,
    progress: Progress,
) -> FloatArray:
    """Take steps of Adam down losses, each computed when its turn comes; torch's global random state stays."""
    check_whole(n_steps=n_steps, seed=seed)
    if not 0 < learning_rate < math.inf:
        raise BadParameter(f"The learning rate is {learning_rate}. It is above 0. The usual is 0.001.")
    found = np.empty(n_steps)
    optimiser = torch.optim.Adam(network.parameters(), lr=learning_rate)
    with one_core(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for step in range(n_steps):
            loss = next(losses)
            found[step] = loss.item()
            if not math.isfinite(found[step]):
                raise NonFiniteActivations(
                    f"The loss is {found[step]} after {step} steps: training diverged. Give a learning rate below "
                    f"{learning_rate}, or a smaller alpha if the network is quadratic."
                )
            optimiser.zero_grad()
            torch.autograd.backward(loss)
            optimiser.step()
            progress("train", step + 1, n_steps)
    return found
