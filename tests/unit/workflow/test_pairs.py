"""Sweeps of pairs that are killed, and go on where they were."""

import numpy as np
import pytest
from networks import two_blocks, two_blocks_data

import ingest
from atlas.analysis.ablation import effects_of_pairs, joint
from atlas.analysis.lesion import double_lesions
from atlas.analysis.mapping import one_by_one
from atlas.errors import BadParameter, UnknownName
from atlas.workflow.pair_params import PairParams
from atlas.workflow.resuming import Resumed


@pytest.fixture
def network(monkeypatch):
    monkeypatch.setattr(joint, "PAIRS_AT_ONCE", 5)  # 28 pairs are 6 blocks
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


def test_double_lesions_killed_half_way(network, tmp_path):
    asked = []
    numbers = {"a": ([0, 1], [0]), "b": ([2], [1, 2]), "c": ([3], [3])}
    clusters = {key: dict(zip(network.hidden, map(np.array, of), strict=True)) for key, of in numbers.items()}

    def counting(function, blocks):
        asked.extend(blocks)
        return one_by_one(function, blocks)

    def killed(function, blocks):
        yield from one_by_one(function, blocks[:4])
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        double_lesions(network, clusters, n_null=5, mapper=Resumed(killed, tmp_path))
    resumed = double_lesions(network, clusters, n_null=5, mapper=Resumed(counting, tmp_path))
    # the block of pairs and four of random sets were done; left are those in the place of b given c, and of c given b
    assert asked == [(2, (1, 2)), (1, (1, 1))]
    assert resumed.to_frame().equals(double_lesions(network, clusters, n_null=5).to_frame())


def test_what_a_run_records():
    params = PairParams(layers=("fc1", "fc2"), top=7)
    assert params.for_run == {"layers": "fc1,fc2", "partition": None, "n_null": None, "top": 7}
    assert params.measures == "joint effects of pairs of neurons of fc1, fc2 (zero)"


def test_what_a_run_of_clusters_records():
    params = PairParams(partition="halves", method="mean", n_null=19)
    assert params.for_run == {"layers": None, "partition": "halves", "n_null": 19, "top": 1_000}
    assert params.measures == "joint effects of pairs of clusters of halves (mean)"


def test_bad_parameters():
    with pytest.raises(BadParameter, match="top is 0"):
        PairParams(top=0)
    with pytest.raises(BadParameter, match="n_null is -1"):
        PairParams(partition="halves", n_null=-1)
    with pytest.raises(BadParameter, match="layers and the partition 'halves'"):
        PairParams(layers=("fc1",), partition="halves")
    with pytest.raises(UnknownName, match="Did you mean 'mean'"):
        PairParams(method="means")
