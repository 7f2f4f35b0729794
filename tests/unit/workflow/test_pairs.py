"""Sweeps of pairs that are killed, and go on where they were."""

import numpy as np
import pytest
from networks import two_blocks, two_blocks_data

import ingest
from atlas.analysis.ablation import effects_of_pairs, pairs
from atlas.analysis.mapping import one_by_one
from atlas.errors import BadParameter, UnknownName
from atlas.workflow.pairs import PairParams
from atlas.workflow.resuming import Resumed


@pytest.fixture
def network(monkeypatch):
    monkeypatch.setattr(pairs, "PAIRS_AT_ONCE", 5)  # 28 pairs are 6 blocks
    return ingest.forward(two_blocks(), key="mine", data=two_blocks_data())


def test_killed_half_way(network, tmp_path, monkeypatch):
    asked = []

    def counting(function, blocks):
        asked.extend(blocks)
        return one_by_one(function, blocks)

    def killed(function, blocks):
        yield from one_by_one(function, blocks[:4])
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        effects_of_pairs(network, mapper=Resumed(killed, tmp_path))
    resumed = effects_of_pairs(network, mapper=Resumed(counting, tmp_path))
    # places of 4 hidden neurons of the first layer, then 4 of the second; the first 20 pairs were done
    left = [(3, 6), (3, 7), (4, 5), (4, 6), (4, 7), (5, 6), (5, 7), (6, 7)]
    assert [tuple(pair) for pair in np.concatenate(asked).tolist()] == left
    monkeypatch.undo()
    assert resumed.to_frame().equals(effects_of_pairs(network).to_frame())


def test_what_a_run_records():
    params = PairParams(layers=("fc1", "fc2"), top=7)
    assert params.for_run == {"layers": "fc1,fc2", "top": 7}
    assert params.measures == "joint effects of pairs of neurons of fc1, fc2 (zero)"


def test_bad_parameters():
    with pytest.raises(BadParameter, match="top is 0"):
        PairParams(top=0)
    with pytest.raises(UnknownName, match="Did you mean 'mean'"):
        PairParams(method="means")
