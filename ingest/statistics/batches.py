"""What a network is shown in one step: trials in random order, or draws from Gaussians."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from typing import NamedTuple

import numpy as np
import torch

from atlas.analysis.seeds import check_whole
from atlas.records import FloatArray
from ingest.data import DataSource
from ingest.statistics.closure import Cumulants, Moments
from ingest.statistics.given import ClassStatistics, with_classes
from ingest.statistics.loss import Given, as_given, check_inputs, targets_of
from ingest.statistics.network import Step


class Batch(NamedTuple):
    """Trials, their classes, and what is to be put out."""

    x: torch.Tensor  # shape (n_trials, n_in)
    labels: torch.Tensor  # shape (n_trials,)
    targets: torch.Tensor  # shape (n_trials, n_outputs)


def shuffled_batches(
    steps: tuple[Step, ...], data: DataSource, *, batch_size: int, targets: FloatArray | None
) -> Iterator[Batch]:
    """Show trials without end, all of them once before one is shown again, in torch's random order."""
    check_whole(least=1, batch_size=batch_size)
    record = with_classes(data)
    x = torch.tensor(record.inputs.reshape(len(record.inputs), -1), dtype=steps[0].linear.weight.dtype)
    check_inputs(steps, x.shape[1])
    labels, wanted = torch.tensor(record.labels), targets_of(steps, record.n_classes, targets)
    return (
        Batch(x[batch], labels[batch], wanted[labels[batch]])
        for _ in repeat(None)
        for batch in torch.split(torch.randperm(len(x)), batch_size)
    )


def drawn_batches(
    steps: tuple[Step, ...], given: ClassStatistics, *, batch_size: int, targets: FloatArray | None
) -> Iterator[Batch]:
    """Draw batches without end from the Gaussians of classes, or of their parts, by torch's random state."""
    check_whole(least=1, batch_size=batch_size)
    (means, _), weights, wanted, _ = as_given(steps, given, targets)
    values, vectors = np.linalg.eigh(given.covariances)
    roots = torch.tensor(vectors * np.sqrt(np.maximum(values, 0))[:, None, :], dtype=means.dtype)
    classes = torch.tensor(given.classes)
    for _ in repeat(None):
        parts = torch.multinomial(weights, batch_size, replacement=True).sort().values
        noise = torch.randn(batch_size, means.shape[1], dtype=means.dtype)
        counts = torch.bincount(parts, minlength=len(means)).tolist()
        deviations = [part @ root.T for part, root in zip(torch.split(noise, counts), roots, strict=True)]
        yield Batch(means[parts] + torch.cat(deviations), classes[parts], wanted[parts])


def drawn_parts(given: Given, batch_size: int) -> Iterator[Given]:
    """Draw parts of statistics without end, by their weights and with replacement; each then weighs the same."""
    check_whole(least=1, batch_size=batch_size)
    for _ in repeat(None):
        drawn = torch.multinomial(given.weights, batch_size, replacement=True)
        moments = Moments(*(one[drawn] for one in given.moments))
        higher = None if given.higher is None else Cumulants(*(one[drawn] for one in given.higher))
        yield Given(moments, torch.full_like(given.weights[drawn], 1 / batch_size), given.targets[drawn], higher)
