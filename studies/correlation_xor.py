"""XOR of four Gaussian blobs, two a class: the class is in the fourth cumulants, which means and covariances lack."""

from __future__ import annotations

import numpy as np
import pandas as pd
import torch
from torch import nn

from atlas.records import FloatArray
from ingest.statistics import ClassStatistics, closure_loss, dense_network, train_on_samples, train_on_statistics

A, VARIANCE = 0.5, 0.05  # blobs at +-(A, A) and +-(A, -A), and the variance of each
TARGETS = np.array([[1.0], [-1.0]])
WIDTH = 10
N_STEPS, RATE = 2_000, 0.01
N_TRIALS = 200_000
KINDS = (("quadratic(0.5)", 1), ("relu", 1), ("quadratic(0.5)", 2), ("relu", 2))  # activation, hidden layers
_AXES = np.array([[1.0, 1.0], [1.0, -1.0]])


def two_cumulants() -> ClassStatistics:
    """Give mean and covariance of each class, exact."""
    return ClassStatistics(
        classes=np.arange(2),
        weights=np.full(2, 0.5),
        means=np.zeros((2, 2)),
        covariances=VARIANCE * np.eye(2) + A**2 * _AXES[:, :, None] * _AXES[:, None, :],
    )


def four_cumulants() -> ClassStatistics:
    """Give the fourth cumulants, too; the third are 0."""
    two = two_cumulants()
    fourth = -2 * A**4 * np.einsum("ti,tj,tk,tl->tijkl", _AXES, _AXES, _AXES, _AXES)
    return ClassStatistics(
        classes=two.classes, weights=two.weights, means=two.means, covariances=two.covariances, fourth=fourth
    )


def blobs() -> ClassStatistics:
    """Give mean and covariance of each blob."""
    return ClassStatistics(
        classes=np.array([0, 0, 1, 1]),
        weights=np.full(4, 0.25),
        means=A * np.array([_AXES[0], -_AXES[0], _AXES[1], -_AXES[1]]),
        covariances=np.stack([VARIANCE * np.eye(2)] * 4),
    )


def find(n_seeds: int) -> pd.DataFrame:
    """Train networks and test them: one row is one network."""
    x, labels = trials(seed=n_seeds)
    return pd.DataFrame([_row(kind, source, seed, x, labels) for kind, source, seed in _jobs(n_seeds)])


def trials(*, seed: int) -> tuple[FloatArray, FloatArray]:
    """Draw points, shape (n_trials, 2), and their classes."""
    random = np.random.default_rng(seed)
    own = blobs()
    drawn = random.integers(0, len(own), N_TRIALS)
    return own.means[drawn] + random.normal(size=(N_TRIALS, 2)) * np.sqrt(VARIANCE), own.classes[drawn]


def _jobs(n_seeds: int) -> list[tuple[tuple[str, int], str, int]]:
    first, *_ = KINDS
    kinds = [(first, "statistics"), (first, "fourth"), (first, "blobs"), *((kind, "points") for kind in KINDS)]
    return [(kind, source, seed) for kind, source in kinds for seed in range(n_seeds)]


def _row(kind: tuple[str, int], source: str, seed: int, x: FloatArray, labels: FloatArray) -> dict[str, object]:
    activation, depth = kind
    network = dense_network((2, *(WIDTH,) * depth, 1), activation=activation, seed=seed).double()
    _train(network, source, seed)
    with torch.no_grad():
        y, t = network(torch.tensor(x)).numpy()[:, 0], TARGETS[labels, 0]
        predicted = {name: _predicted(network, name) for name in _GIVEN if name != "fourth" or kind == KINDS[0]}
    losses = (y - t) ** 2
    return {
        "activation": activation,
        "depth": depth,
        "source": source,
        "seed": seed,
        **predicted,
        "loss": float(losses.mean()),
        "loss_error": float(losses.std() / np.sqrt(len(losses))),
        "accuracy_percent": 100 * float((np.sign(y) == t).mean()),
    }


def _train(network: nn.Sequential, source: str, seed: int) -> None:
    if source == "points":
        train_on_samples(network, trials(seed=seed), n_steps=N_STEPS, learning_rate=RATE, targets=TARGETS, seed=seed)
    else:
        train_on_statistics(network, _GIVEN[source](), n_steps=N_STEPS, learning_rate=RATE, targets=TARGETS)


def _predicted(network: nn.Sequential, name: str) -> float:
    return closure_loss(network, _GIVEN[name](), targets=TARGETS).item()


_GIVEN = {"statistics": two_cumulants, "fourth": four_cumulants, "blobs": blobs}
