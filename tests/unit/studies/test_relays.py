"""Planted detectors are found again, on few trials of small images."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch

from atlas.records import DataRecord
from ingest import read_data
from studies.detectors import planted_pair, train_detectors
from studies.relays import Found, find
from studies.relays_page import PLANTED, hits, written

N_CLASSES = 4


@pytest.fixture(scope="module")
def digits() -> DataRecord:
    parts = [read_data(f"digits:{name}") for name in ("train", "test")]
    x, labels = (np.concatenate([getattr(part, name) for part in parts]) for name in ("inputs", "labels"))
    few = labels < N_CLASSES
    return read_data((x[few].reshape(few.sum(), -1), labels[few]))


@pytest.fixture(scope="module")
def found(digits: DataRecord) -> Found:
    return find(digits, n_networks=1, n_training=300, n_steps=100, n_sets=20)


def test_detectors_share_nothing(digits: DataRecord) -> None:
    network = train_detectors(digits, seed=0, n_each=50, n_steps=2)
    across = network.fc2.weight.detach().numpy().copy()
    for numeral in range(N_CLASSES):
        across[numeral, sorted(planted_pair(numeral))] = 0
    assert network.fc1.weight.shape == (8, 64)
    assert not across.any()


def test_detectors_are_as_trained_by_themselves(digits: DataRecord) -> None:
    # the first detector is the same whatever others there are: outputs of the network are those of the detectors
    network = train_detectors(digits, seed=0, n_each=50, n_steps=2)
    images = torch.tensor(digits.inputs[:5]).flatten(1)
    hidden = torch.tanh(network.fc1(images))[:, [0, 1]]
    alone = torch.tanh(hidden @ network.fc2.weight[0, :2] + network.fc2.bias[0])
    assert torch.allclose(network(images)[:, 0], alone, atol=1e-6)


def test_found(found: Found) -> None:
    counts = hits(found.pairs).iloc[0]
    assert counts[[PLANTED, "relay information, alone", "label information"]].tolist() == [4, 4, 4]


def test_tables(found: Found) -> None:
    assert found.pairs.groupby("numeral").size().tolist() == [12] * N_CLASSES
    assert found.neurons.groupby(["numeral", "planted"]).size().tolist() == [6, 2] * N_CLASSES
    assert found.regressions["numeral"].tolist() == list(range(N_CLASSES))


def test_what_the_planted_pair_is_worth(found: Found) -> None:
    planted = found.pairs[found.pairs["method"] == PLANTED]
    assert planted["points"].min() > 0
    assert planted["bits"].min() > 0


def test_page(found: Found) -> None:
    text = written(found)
    assert "| the planted pair |  |" in text
    assert "| label information | 4.00 |" in text


def test_hits() -> None:
    pairs = pd.DataFrame({"seed": [0, 0, 1, 1], "method": ["a", "b", "a", "b"], "found": [True, False, True, True]})
    assert np.array_equal(hits(pairs), [[1, 0], [1, 1]])
