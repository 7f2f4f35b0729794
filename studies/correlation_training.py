"""The networks of the study of correlation functions: trained on MNIST, or on nothing but its statistics."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from atlas.records import DataRecord, FloatArray
from ingest import read_data
from ingest.statistics import (
    class_statistics,
    dense_network,
    train_on_measured_statistics,
    train_on_samples,
    train_on_statistics,
)

MEAN = 0.1307  # of all pixels of the training images
WIDTH = 100
N_CLASSES = 10
N_STEPS = 3_000  # 5 epochs of batches of 100
LARGE_BATCH = 1_000  # of measured statistics: 100 trials of a class
N_PARTS = 5  # of each class
ACTIVATIONS = ("relu", "quadratic(0.5)")
DEPTHS = (1, 2)  # hidden layers
SOURCES = ("data", "large", "measured", "parts", "statistics", "gaussians")


@dataclass(frozen=True, kw_only=True)
class Job:
    """One network to be trained, and what it is trained on."""

    activation: str
    depth: int
    source: str  # one of SOURCES
    seed: int
    folder: Path  # of MNIST
    trained: Path  # where weights are kept

    @property
    def sizes(self) -> tuple[int, ...]:
        """Give the neurons of every layer."""
        return (784, *(WIDTH,) * self.depth, N_CLASSES)


def read_images(folder: Path, part: str) -> DataRecord:
    """Read the images to train on, or those to test on, pixels minus their global mean."""
    return read_data(f"mnist:{folder}:{part}:{MEAN},1")


def network_of(job: Job) -> nn.Sequential:
    """Train a network; what an earlier call has trained is taken as it is."""
    file = job.trained / f"{job.activation}-{job.depth}-{job.source}-{N_STEPS}-seed{job.seed}.pt"
    network = dense_network(job.sizes, activation=job.activation, seed=job.seed)
    if not file.exists():
        train(network, job)
        job.trained.mkdir(parents=True, exist_ok=True)
        torch.save(network.state_dict(), file)
    network.load_state_dict(torch.load(file, weights_only=True))
    return network


def train(network: nn.Sequential, job: Job) -> FloatArray:
    """Train a network on its source, and give the losses on the way."""
    data = read_images(job.folder, "train")
    if job.source in ("data", "large"):
        batch_size = 100 if job.source == "data" else LARGE_BATCH
        return train_on_samples(network, data, n_steps=N_STEPS, batch_size=batch_size, seed=job.seed)
    if job.source == "measured":
        return train_on_measured_statistics(network, data, n_steps=N_STEPS, batch_size=LARGE_BATCH, seed=job.seed)
    given = class_statistics(data, n_components=N_PARTS if job.source == "parts" else 1, seed=job.seed)
    if job.source == "gaussians":
        return train_on_samples(network, given, n_steps=N_STEPS, seed=job.seed)
    batch_size = N_CLASSES if job.source == "parts" else None
    return train_on_statistics(network, given, n_steps=N_STEPS, batch_size=batch_size, seed=job.seed)
