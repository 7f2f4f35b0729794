"""Planted modules are found again by every kind of graph; the methods known to fail on them do."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from ingest import read_data
from studies.planted import Planted, accuracy_percent, side_by_side, train_planted, with_noise
from studies.recovery import RECOVERED, recovery

NOISE = 0.5


@pytest.fixture(scope="module")
def planted() -> Planted:
    trials = side_by_side(read_data("digits:train"), n_trials=2000, seed=0)
    return train_planted(trials, neurons=(12, 12, 12), n_steps=400, seed=0, function=nn.Tanh)


@pytest.fixture(scope="module")
def found(planted: Planted) -> pd.DataFrame:
    trials = side_by_side(read_data("digits:test"), n_trials=2000, seed=0)
    return recovery(planted, trials, noise=NOISE, seed=0)


def ari(found: pd.DataFrame, graph: str) -> pd.Series:
    return found[found["graph"] == graph].set_index("method")["ari"]


def test_sub_networks_share_nothing(planted: Planted) -> None:
    inside = planted.modules["fc2"][:, None] == planted.modules["fc1"]
    assert np.array_equal(planted.network.fc2.weight.detach().numpy() != 0, inside)


def test_they_learn(planted: Planted) -> None:
    assert accuracy_percent(planted.network, side_by_side(read_data("digits:test"), n_trials=500, seed=1)) > 95


def test_noise(planted: Planted) -> None:
    noisy, inside = with_noise(planted, NOISE, seed=0), planted.modules["fc2"][:, None] == planted.modules["fc1"]
    weights, before = (one.fc2.weight.detach().numpy() for one in (noisy, planted.network))
    assert np.array_equal(weights[inside], before[inside])
    assert np.abs(weights[~inside]).mean() == pytest.approx(NOISE * np.abs(before[inside]).mean(), rel=0.05)
    assert torch.equal(noisy.fc2.bias, planted.network.fc2.bias)


@pytest.mark.parametrize("graph", ["weights", "activations", "both"])
def test_recovered(found: pd.DataFrame, graph: str) -> None:
    assert ari(found, graph).max() >= RECOVERED


def test_recovered_without_depth(found: pd.DataFrame) -> None:
    assert ari(found, "weights")[["layered", "n_cut, deflated"]].min() >= RECOVERED


def test_failing(found: pd.DataFrame) -> None:
    assert ari(found, "weights")[["n_cut, plain", "surprise"]].max() < 0.8


def test_refused(found: pd.DataFrame) -> None:
    refused = found.set_index("method")["refused"].dropna()
    assert set(refused.index) == {"significance"}
