"""Recurrent layers: one neuron per hidden unit, joined to itself."""

import numpy as np
import pytest


def recurrent(handmade, cell, n_gates, **more):
    """Two features over three steps, two hidden neurons per way; gate g of neuron j has rows g * 2 + j."""
    network = handmade((1, 3, 2))
    rows = np.arange(1.0, 2 * n_gates + 1)[:, None]
    ways = {"weight_ih": rows * [1, -1], "weight_hh": rows * [2, 0]}
    if more.get("bidirectional"):
        ways |= {"weight_ih_reverse": rows * [10, 10], "weight_hh_reverse": rows * [0, 3]}
    width = 4 if more.get("bidirectional") else 2
    network.add("recurrent", shape=(1, 3, width), name="rnn", cell=cell, steps=1, **{**ways, **more})
    return network


def test_elman(handmade, blocks):
    network = recurrent(handmade, "rnn_tanh", 1)
    network.move(lambda x: x[:, -1])
    network.linear([[1, 2]], name="head")
    walked = network.walk()
    assert [(one.kind, one.n_neurons, one.summary, one.activation) for one in walked.layers[:2]] == [
        ("input", 2, "mean over positions", "identity"),
        ("recurrent", 2, "last step", "tanh"),
    ]
    found = blocks(walked)
    assert list(found) == [("input", "rnn"), ("rnn", "rnn"), ("rnn", "head")]
    assert found["input", "rnn"].value.tolist() == [[1, 2], [-1, -2]]
    assert found["rnn", "rnn"].value.tolist() == [[2, 4], [0, 0]]
    assert found["rnn", "head"].value.tolist() == [[1], [2]]
    assert walked.sites["rnn"].numbers.tolist() == [[[0, 1]] * 3]


@pytest.mark.parametrize(
    ("cell", "n_gates", "sums", "squares"),
    [("gru", 3, [9, 12], [35, 56]), ("lstm", 4, [16, 20], [84, 120])],  # rows 1, 3, 5, 7 and 2, 4, 6, 8
)
def test_gates_are_stacked(handmade, blocks, cell, n_gates, sums, squares):
    network = recurrent(handmade, cell, n_gates)
    found = blocks(network.walk())
    assert found["input", "rnn"].value is None
    assert found["input", "rnn"].strength.tolist() == [sums, sums]
    assert found["rnn", "rnn"].strength.tolist() == [[2 * one for one in sums], [0, 0]]
    spectral = blocks(network.walk(norm="spectral"))["input", "rnn"].strength
    assert spectral == pytest.approx(np.sqrt([squares, squares]))
    assert network.walk().layers[1].activation == cell


def test_both_ways(handmade, blocks):
    found = blocks(recurrent(handmade, "rnn_relu", 1, bidirectional=True).walk())
    assert found["input", "rnn"].value.tolist() == [[1, 2, 10, 20], [-1, -2, 10, 20]]
    block = found["rnn", "rnn"]
    assert block.value.tolist() == [[2, 4, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 3, 6]]
    assert block.kept.tolist() == [[True, True, False, False]] * 2 + [[False, False, True, True]] * 2


def test_computed_first_state(handmade, blocks):
    network = handmade((1, 3))
    start = network.linear([[1, 0, 0], [0, 1, 0]], "x", name="start")
    network.add(
        "recurrent",
        "x",
        start,
        shape=(1, 2),
        name="cell",
        cell="rnn_tanh",
        steps=None,
        weight_ih=np.ones((2, 3)),
        weight_hh=np.array([[1.0, 2], [3, 4]]),
    )
    found = blocks(network.walk())
    assert found["start", "cell"].value.tolist() == [[1, 3], [2, 4]]
    assert ("cell", "cell") not in found  # the state before is that of the layer `start`
