"""The networks of the study of complexity: trained as in the paper, with fewer epochs and runs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from atlas.records import DataRecord
from ingest import checkpoint_epochs, quantised_network, read_data, train_quantised
from ingest.quantised.training import State
from ingest.trials import trials

HIDDEN = (50, 10, 5, 5, 5)
LAYERS = ("fc3", "fc4", "fc5")  # the three five-wide ones
N_LEVELS = 8
N_CLASSES = 10
N_EPOCHS = {"digits": 1_000, "mnist": 200}
DIGITS_TRAINED = 1_300  # of scikit-learn's 1,797; the others are for testing


@dataclass(frozen=True, kw_only=True)
class Job:
    """One network to be trained and measured."""

    data: str  # digits, mnist
    folder: Path  # of MNIST
    seed: int
    n_epochs: int
    trained: Path  # where states are kept


def read_parts(job: Job) -> tuple[DataRecord, DataRecord]:
    """Read the trials to train on and those to test on, pixels from 0 to 1."""
    if job.data == "mnist":
        return read_data(f"mnist:{job.folder}:train"), read_data(f"mnist:{job.folder}:test")
    first, second = read_data("digits:train"), read_data("digits:test")
    x, y = np.concatenate([first.inputs, second.inputs]), np.concatenate([first.labels, second.labels])
    cut = DIGITS_TRAINED
    return (
        trials(x[:cut], y[:cut], text="digits", n_classes=N_CLASSES),
        trials(x[cut:], y[cut:], text="digits", n_classes=N_CLASSES),
    )


def states_of(job: Job, data: DataRecord) -> dict[int, State]:
    """Train a network, and give its states at the paper's epochs; what an earlier call has trained is taken."""
    file = job.trained / f"{job.data}-{job.n_epochs}-seed{job.seed}.pt"
    if not file.exists():
        sizes = (data.inputs[0].size, *HIDDEN, N_CLASSES)
        network = quantised_network(sizes, n_levels=N_LEVELS, seed=job.seed)
        epochs = checkpoint_epochs(job.n_epochs)
        states = train_quantised(network, data, n_epochs=job.n_epochs, checkpoints=epochs, seed=job.seed)
        job.trained.mkdir(parents=True, exist_ok=True)
        torch.save(states, file)
    loaded: dict[int, State] = torch.load(file, weights_only=True)
    return loaded


def network_of(state: State) -> nn.Sequential:
    """Make the network a state belongs to, in evaluation mode."""
    sizes = [state["fc1.weight"].shape[1], *(tensor.shape[0] for name, tensor in state.items() if "weight" in name)]
    network = quantised_network(sizes, n_levels=N_LEVELS)
    network.load_state_dict(state)
    return network.eval()
