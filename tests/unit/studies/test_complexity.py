"""The networks of the study of complexity, and what its page says of falls."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from atlas.analysis.information.complexity import complexity_of
from atlas.analysis.information.decomposition import Joint
from atlas.records import DataRecord
from ingest.quantised.training import State
from studies.complexity_measuring import LEVELS, run, usual_percent
from studies.complexity_tables import falls, verdict
from studies.quantised import LAYERS, Job, network_of, read_parts, states_of


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Job:
    trained = tmp_path_factory.mktemp("trained")
    return Job(data="digits", folder=Path("nowhere"), seed=5, n_epochs=126, trained=trained)


@pytest.fixture(scope="module")
def train(job: Job) -> DataRecord:
    return read_parts(job)[0]


@pytest.fixture(scope="module")
def states(job: Job, train: DataRecord) -> dict[int, State]:
    return states_of(job, train)


def test_parts_of_digits(job: Job) -> None:
    train, test = read_parts(job)
    assert (train.inputs.shape, test.inputs.shape) == ((1300, 64), (497, 64))
    assert (train.inputs.min(), train.inputs.max()) == (0, 1)
    assert train.labels[:12].tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]


def test_trained_once(job: Job, train: DataRecord, states: dict[int, State]) -> None:
    (file,) = job.trained.iterdir()
    written = file.stat().st_mtime_ns
    again = states_of(job, train)
    assert file.stat().st_mtime_ns == written
    assert list(again) == [0, 1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25, 32, 40, 50, 63, 79, 100, 126]


def test_layers_are_the_five_wide_ones(train: DataRecord, states: dict[int, State]) -> None:
    network = network_of(states[126])
    activations, answers = run(network, train)
    assert {layer: values.shape for layer, values in activations.items()} == dict.fromkeys(LAYERS, (1300, 5))
    x = torch.tensor(train.inputs)
    assert np.array_equal(activations["fc5"], network[:10](x).detach().numpy())
    assert np.array_equal(answers, network(x).argmax(dim=1).numpy())
    assert np.isin(LEVELS.states(activations["fc3"]), np.arange(8)).all()


def test_complexity_falls(train: DataRecord, states: dict[int, State]) -> None:
    def complexity(epoch: int) -> np.ndarray:
        activations, _ = run(network_of(states[epoch]), train)
        joints = [Joint.of_trials(LEVELS.states(values), train.labels) for values in activations.values()]
        return np.array([complexity_of(joint).complexity for joint in joints])

    before, after = complexity(0), complexity(126)
    assert before == pytest.approx([2.50, 2.20, 1.99], abs=0.01)
    assert (before - after > 0.2).all()


def test_usual_percent() -> None:
    assert usual_percent(np.array([[0, 0, 0, 1], [0, 1, 1, 2]])) == pytest.approx((75 + 50) / 2)


def found(*complexity: tuple[int, int, str, float]) -> pd.DataFrame:
    """Tabulate seed, epoch, layer and complexity as the study does."""
    table = pd.DataFrame(complexity, columns=["seed", "epoch", "layer", "complexity"])
    return table.assign(data="digits", bits=table["epoch"] + 1.0, usual_percent=50.0, train_percent=90.0)


def test_falls() -> None:
    table = falls(
        found((0, 10, "fc3", 1.5), (0, 0, "fc3", 2.5), (0, 5, "fc3", 9.0), (1, 0, "fc3", 2.0), (1, 10, "fc3", 2.25))
    )
    assert table[["seed", "first", "last", "fall", "first_bits"]].to_numpy().tolist() == [
        [0, 2.5, 1.5, 1.0, 1],
        [1, 2.0, 2.25, -0.25, 1],
    ]


def test_verdict_counts_runs_and_layers() -> None:
    rows = [
        (seed, epoch, layer, 2.0 - fall * epoch)
        for seed, layer, fall in ((0, "fc3", 0.5), (0, "fc4", 0.5), (1, "fc3", 0.6), (1, "fc4", 0.2))
        for epoch in (0, 1)
    ]
    assert verdict(falls(found(*rows))) == (
        "- digits: the mean over runs falls by more than 0.4 in 1 of 2 layers; all layers fall by more than 0.4 in "
        "1 of 2 runs, and fall at all in 2.\n"
    )
