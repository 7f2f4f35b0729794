"""Linear layers: which input elements are neurons, and what a weight is."""

import numpy as np
import pytest

from atlas.errors import UnknownName


def test_chain(handmade, blocks):
    network = handmade((1, 3))
    network.linear([[1, 2, 3], [-1, 0, 1]], name="fc1")
    network.pointwise("relu")
    network.linear([[4, -5]], name="fc2")
    walked = network.walk()
    assert [(one.name, one.kind, one.n_neurons, one.activation) for one in walked.layers] == [
        ("input", "input", 3, "identity"),
        ("fc1", "linear", 2, "relu"),
        ("fc2", "linear", 1, "identity"),
    ]
    found = blocks(walked)
    assert found["input", "fc1"].value.tolist() == [[1, -1], [2, 0], [3, 1]]
    assert found["input", "fc1"].strength.tolist() == [[1, 1], [2, 0], [3, 1]]
    assert found["fc1", "fc2"].value.tolist() == [[4], [-5]]
    assert found["fc1", "fc2"].kept is None  # a weight of 0 is a weight
    assert walked.sites["fc1"].value == "v1"  # after the nonlinearity
    assert walked.sites["fc1"].numbers.tolist() == [[0, 1]]


@pytest.mark.parametrize("norm", ["entrywise_l1", "induced_1", "frobenius", "spectral"])
def test_plain_weight_is_its_own_norm(handmade, norm):
    network = handmade((1, 2))
    network.linear([[3, -4]])
    assert network.walk(norm=norm).blocks[0].strength.tolist() == [[3], [4]]


def test_unknown_norm(handmade):
    with pytest.raises(UnknownName, match="frobenius"):
        handmade((1, 2)).walk(norm="frobenious")


def test_weights_are_not_copied(handmade):
    weight = np.ones((3, 4), dtype=np.float32)
    network = handmade((1, 4))
    network.linear([[0] * 4])
    network.operations[0].tensors["weight"] = weight
    block = network.walk().blocks[0]
    assert np.shares_memory(block.value, weight)
    assert block.strength.dtype == np.float32


def test_positions_merge_the_input(handmade, blocks):
    network = handmade((1, 5, 2))  # five tokens of two features
    network.linear([[1, -2]], name="per_token")
    network.move(lambda x: x.reshape(1, 5))
    network.linear([[1, -1, 2, -2, 0.5]], name="all_tokens")
    walked = network.walk()
    assert [one.n_neurons for one in walked.layers] == [2, 1, 1]
    assert [one.summary for one in walked.layers] == ["mean over positions", "mean over positions", "alone"]
    assert walked.sites["input"].numbers.tolist() == [[[0, 1]] * 5]
    found = blocks(walked)
    assert found["input", "per_token"].value.tolist() == [[1], [-2]]
    assert found["per_token", "all_tokens"].value.tolist() == [[0.5]]  # 1 - 1 + 2 - 2 + 0.5
    assert found["per_token", "all_tokens"].strength.tolist() == [[6.5]]
    frobenius = network.walk(norm="frobenius").blocks[1].strength
    assert frobenius == pytest.approx(np.array([[np.sqrt(10.25)]]))


def test_merged_layers_further_on(handmade):
    network = handmade((1, 2, 3))  # told apart by the first layer, not by the second, which sees it again
    flat = network.move(lambda x: x.reshape(1, 6))
    first = network.linear(np.eye(6), flat, name="apart")
    second = network.linear([[1, 2, 3]], "x", name="together")
    again = network.move(lambda x: x.reshape(1, 2), second)
    both = network.move(lambda a, b: np.concatenate([a, b], axis=1), first, again)
    network.linear(np.ones((1, 8)), both)
    walked = network.walk()
    assert walked.layers[0].n_neurons == 3
    assert walked.blocks[0].value.tolist() == np.tile(np.eye(3), 2).tolist()


def test_input_left_out(handmade):
    network = handmade((1, 1, 4, 4))  # an image whose border is cut away before positions merge
    network.move(lambda x: x[:, :, 1:3, 1:3])
    network.add("convolution", shape=(1, 1, 2, 2), weight=np.full((1, 1, 1, 1), 2.0))
    walked = network.walk()
    assert walked.layers[0].n_neurons == 1
    assert walked.sites["input"].numbers[0, 0].tolist() == [
        [-1, -1, -1, -1],
        [-1, 0, 0, -1],
        [-1, 0, 0, -1],
        [-1, -1, -1, -1],
    ]


def test_input_not_used_keeps_its_number(handmade):
    network = handmade((1, 4))
    network.move(lambda x: x[:, 2:])
    network.linear([[5, 6]])
    block = network.walk().blocks[0]
    assert block.value.tolist() == [[0], [0], [5], [6]]
    assert block.kept.tolist() == [[False], [False], [True], [True]]


def test_embedding(handmade, blocks):
    network = handmade((1, 3), dtype="int64")
    table = np.array([[1.0, -2], [3, 4], [0, -6]])
    network.add("embedding", shape=(1, 3, 2), weight=table, name="wte")
    network.linear([[1, -1]], name="head")
    walked = network.walk()
    assert [(one.n_neurons, one.summary) for one in walked.layers] == [
        (1, "token"),
        (2, "mean over positions"),
        (1, "mean over positions"),
    ]
    found = blocks(walked)
    assert found["input", "wte"].value is None
    assert found["input", "wte"].strength.tolist() == [[4, 12]]
    assert found["wte", "head"].value.tolist() == [[1], [-1]]
    squares = network.walk(norm="spectral").blocks[0].strength
    assert squares == pytest.approx(np.sqrt([[10, 56]]))
