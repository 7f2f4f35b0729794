"""Neurons of two_blocks by criteria, with the values of its docstring."""

import numpy as np
import pandas as pd
import pytest
from networks import two_blocks, two_blocks_data

import ingest
from atlas import Neurons
from atlas.errors import BadParameter, EmptySelection, MissingAnalysis, UnknownName

KEY = "client-blocks"
USED = Neurons(min_effect=50)


def keys(*short):
    return [f"{KEY}/{key}" for key in short]


@pytest.fixture
def to_run(atlas, blocks):
    forward = ingest.forward(two_blocks(), key=KEY, data=two_blocks_data())
    return atlas.network(KEY, forward=forward)


@pytest.mark.parametrize(
    ("criteria", "found"),
    [
        (Neurons(layer="dense_3"), keys("dense_3/0", "dense_3/1")),
        (USED, keys("dense_1/0", "dense_1/2", "dense_2/0", "dense_2/2")),
        (USED & Neurons(max_bits=0.5), keys("dense_2/2")),
        (Neurons(min_effect=25, max_effect=25), keys("dense_2/1", "dense_2/3")),
        (Neurons(min_effect=1, target="0") & Neurons(layer="dense_2"), keys("dense_2/0", "dense_2/1")),
        (Neurons(max_effect=0, min_bits=1), keys("dense_1/3")),  # informed, not used
        (Neurons(min_in_strength=5), []),
        (Neurons(layer="dense_1", min_effect=np.float32(50)), keys("dense_1/0", "dense_1/2")),
    ],
)
def test_neurons_that_meet_criteria(blocks, criteria, found):
    assert blocks.neurons(criteria)["neuron"].tolist() == found


def test_the_columns_are_those_of_all_neurons(blocks):
    everyone, some = blocks.neurons(), blocks.neurons(USED)
    pd.testing.assert_frame_equal(some, everyone[everyone["effect_points"] == 50].reset_index(drop=True))
    assert some.attrs["parameters"] == {"network": KEY, "keys": some["neuron"].tolist()}


def test_neurons_by_their_keys(blocks):
    assert blocks.neurons(pd.Index(keys("dense_2/1", "input/0")))["neuron"].tolist() == keys("input/0", "dense_2/1")
    with pytest.raises(UnknownName, match="Unknown neuron 'layer'"):
        blocks.neurons({"layer": "dense_1"})


def test_those_of_a_cluster(blocks):
    of_cluster = blocks.neurons(Neurons(partition="leiden-1.0-seed0", cluster=0))["neuron"]
    places = [key.removeprefix(f"{KEY}/") for key in of_cluster]
    half = [[f"{layer}/{i}" for layer in ("input", "dense_1", "dense_2") for i in ends] for ends in ((0, 1), (2, 3))]
    assert places in ([*half[0], "dense_3/0"], [*half[1], "dense_3/1"])


def test_they_are_parameters_of_the_question(atlas, blocks):
    found = atlas.ask("find_neurons", network=KEY, **Neurons(min_effect=75, target="1").parameters)
    assert found[["neuron", "effect_points"]].values.tolist() == [[key, 100] for key in keys("dense_1/2", "dense_2/2")]


def test_names_that_are_not_there(blocks):
    with pytest.raises(UnknownName, match=r"Unknown layer 'dense1'\. Did you mean 'dense_1'"):
        blocks.neurons(Neurons(layer="dense1"))
    with pytest.raises(UnknownName, match=r"Unknown target '7'\. Known: 0, 1, all"):
        blocks.neurons(Neurons(min_effect=1, target="7"))
    with pytest.raises(UnknownName, match=r"Unknown role 'relais'\. Did you mean 'relay'"):
        blocks.neurons(Neurons(role="relais"))
    with pytest.raises(MissingAnalysis, match=f"Run `atlas relay {KEY}`"):
        blocks.neurons(Neurons(min_relay_bits=0.1))


def test_weights_between_some(blocks):
    weights = blocks.weights(sources=Neurons(layer="dense_1"), targets=f"{KEY}/dense_2/1, {KEY}/dense_2/3")
    assert len(weights) == 8
    assert weights["value"].sum() == 0  # of each 1, -1 and two of 0
    assert set(weights["source"]) == set(keys(*(f"dense_1/{i}" for i in range(4))))
    assert len(blocks.weights(sources=USED)) == 2 * 4 + 2 * 2


@pytest.mark.parametrize("make", [list, tuple, np.array, pd.Series, pd.Index])
def test_keys_of_every_library(blocks, make):
    weights = blocks.weights(targets=make(keys("dense_3/0", "dense_3/1")))
    assert weights["value"].sum() == 4


def test_ten_thousand_keys(blocks):
    everyone = blocks.neurons()["neuron"].tolist()
    assert blocks.weights(sources=everyone * 1_000).equals(blocks.weights())
    with pytest.raises(UnknownName, match=f"Unknown neuron '{KEY}/dense_2/4'. Did you mean '{KEY}/dense_2/3'"):
        blocks.weights(sources=[*everyone * 1_000, f"{KEY}/dense_2/4"])


def test_keys_that_are_none(blocks):
    with pytest.raises(UnknownName, match=r"Unknown neuron 'x`.*Known: client-blocks/dense_1/0"):
        blocks.weights(sources=["x`'\"})"])
    with pytest.raises(BadParameter, match=r"^3 is no name\. Names are text"):
        blocks.weights(sources=3)
    with pytest.raises(BadParameter, match=r"^nan is no name"):
        blocks.weights(sources=[f"{KEY}/dense_1/0", float("nan")])
    with pytest.raises(EmptySelection, match=r"No neuron of 'client-blocks' meets Neurons\(min_effect=51\.0\)\. Ask"):
        blocks.weights(sources=Neurons(min_effect=51))


def test_a_set_to_ablate(to_run):
    both = to_run.ablate_set(Neurons(layer="dense_2", min_effect=25, target="0"))
    assert both.points[0].tolist() == to_run.ablate_set(keys("dense_2/0", "dense_2/1")).points[0].tolist()
    assert both.points[0].tolist() == [50, 100, 0]  # all of block A
    with pytest.raises(EmptySelection, match="meets"):
        to_run.ablate_set(Neurons(min_effect=51))


def test_trials_in_a_plane(to_run):
    shown = to_run.embedding(neurons=Neurons(min_effect=50, layer="dense_1"), perplexity=5.0)
    assert shown.ablated == tuple(keys("dense_1/0", "dense_1/2"))


def test_a_search_that_begins_with_some(to_run):
    sets = to_run.informative_sets(start=Neurons(layer="dense_1", min_effect=50), n_steps=1, n_null=2)
    assert len(sets) == 2
    assert sets["bits"][0] == pytest.approx(1)
