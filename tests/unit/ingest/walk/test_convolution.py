"""Convolutions: one neuron per channel, strengths by the chosen norm."""

import numpy as np
import pytest

KERNEL = np.array([[1.0, 2, 3], [4, 5, 6], [7, 8, 9]])
NORMS_OF_KERNEL = [("entrywise_l1", 45), ("induced_1", 18), ("frobenius", np.sqrt(285)), ("spectral", 16.848103)]


@pytest.mark.parametrize(("norm", "strength"), NORMS_OF_KERNEL)
def test_norms(handmade, norm, strength):
    network = handmade((1, 1, 5, 5))
    network.add("convolution", shape=(1, 1, 3, 3), weight=-KERNEL[None, None])
    walked = network.walk(norm=norm)
    assert walked.layers[0].n_neurons == 1  # all pixels of the one channel
    assert walked.blocks[0].value.tolist() == [[-45]]
    assert walked.blocks[0].strength == pytest.approx(np.array([[strength]]))


@pytest.mark.parametrize(
    ("norm", "strength"),
    [("entrywise_l1", 20), ("induced_1", 8), ("spectral", np.sqrt(60))],  # largest column (4, 4); rank one
)
def test_three_axes(handmade, norm, strength):
    network = handmade((1, 1, 3, 3, 3))  # flattened to (first axis, rest)
    kernel = np.array([[[1.0, 2], [3, 4]]] * 2)
    network.add("convolution", shape=(1, 1, 2, 2, 2), weight=kernel[None, None])
    assert network.walk(norm=norm).blocks[0].strength == pytest.approx(np.array([[strength]]))


@pytest.mark.parametrize(("norm", "strength"), [("induced_1", 7), ("spectral", 5)])
def test_one_axis_is_a_column(handmade, norm, strength):
    network = handmade((1, 1, 6))
    network.add("convolution", shape=(1, 1, 5), weight=np.array([[[3.0, -4]]]))
    assert network.walk(norm=norm).blocks[0].strength == pytest.approx(np.array([[strength]]))
    assert network.walk().blocks[0].value.tolist() == [[-1]]


def test_channels_and_flatten(handmade, blocks):
    network = handmade((1, 2, 3, 3))
    weight = np.arange(8.0).reshape(1, 2, 2, 2).repeat(2, axis=0)
    weight[1] *= -1
    network.add("convolution", shape=(1, 2, 2, 2), weight=weight, name="conv")
    network.pointwise("relu")
    network.move(lambda x: x.reshape(1, 8))
    network.linear([[1, -1, 2, 0, 3, 3, -3, 0], [0, 0, 0, 0, 0, 0, 0, 1]], name="fc")
    walked = network.walk()
    found = blocks(walked)
    assert found["input", "conv"].value.tolist() == [[6, -6], [22, -22]]
    assert found["input", "conv"].strength.tolist() == [[6, 6], [22, 22]]
    assert found["conv", "fc"].value.tolist() == [[2, 0], [3, 1]]
    assert found["conv", "fc"].strength.tolist() == [[4, 0], [9, 1]]
    assert walked.sites["conv"].numbers.tolist() == [[[[0, 0], [0, 0]], [[1, 1], [1, 1]]]]
    vectors = network.walk(norm="induced_1").blocks[1].strength
    assert vectors.tolist() == [[4, 0], [9, 1]]  # a column
    assert network.walk(norm="spectral").blocks[1].strength == pytest.approx(np.sqrt([[6, 0], [27, 1]]))


def test_groups(handmade):
    network = handmade((1, 4, 2, 2))  # channels 0 and 1 feed neuron 0, channels 2 and 3 feed neuron 1
    network.add("convolution", shape=(1, 2, 1, 1), weight=np.arange(1.0, 17).reshape(2, 2, 2, 2), groups=2)
    block = network.walk().blocks[0]
    assert block.value.tolist() == [[10, 0], [26, 0], [0, 42], [0, 58]]
    assert block.kept.tolist() == [[True, False], [True, False], [False, True], [False, True]]
    assert (block.policy, block.removed_strength_share, block.n_weights) == ("all", 0, 4)


def test_depthwise_with_multiplier(handmade):
    network = handmade((1, 2, 2, 2))
    network.add("convolution", shape=(1, 4, 2, 2), weight=np.array([1.0, -2, 3, -4]).reshape(4, 1, 1, 1), groups=2)
    block = network.walk().blocks[0]
    assert block.value.tolist() == [[1, -2, 0, 0], [0, 0, 3, -4]]
    assert block.kept.tolist() == [[True, True, False, False], [False, False, True, True]]


def test_transposed(handmade):
    network = handmade((1, 2, 2, 2))  # torch keeps (in, out, ...)
    weight = np.array([[[[1.0, 1]], [[2, 2]], [[3, 3]]], [[[-1, 0]], [[-2, 0]], [[-3, 0]]]])
    network.add("convolution", shape=(1, 3, 2, 3), weight=weight, transposed=True)
    block = network.walk().blocks[0]
    assert block.value.tolist() == [[2, 4, 6], [-1, -2, -3]]
    assert block.kept is None


def test_transposed_groups(handmade):
    network = handmade((1, 4, 1, 1))  # (in, out / groups): channels 0 and 1 to neuron 0, channels 2 and 3 to neuron 1
    network.add(
        "convolution",
        shape=(1, 2, 1, 1),
        weight=np.array([1.0, 2, 3, 4]).reshape(4, 1, 1, 1),
        transposed=True,
        groups=2,
    )
    block = network.walk().blocks[0]
    assert block.value.tolist() == [[1, 0], [2, 0], [0, 3], [0, 4]]
    assert block.n_weights == 4


STACK = [[1.0, 2], [3, 4], [-2, -4], [-6, -8]]  # columns of 12 and 18


@pytest.mark.parametrize(
    ("norm", "strength"),
    [("entrywise_l1", 30), ("induced_1", 18), ("frobenius", np.sqrt(150)), ("spectral", np.linalg.norm(STACK, 2))],
)
def test_channel_on_two_features(handmade, norm, strength):
    network = handmade((1, 1, 3, 3))  # the input twice, the second time times -2: kernels one below the other
    doubled = network.add("scale", "x", shape=(1, 1, 3, 3), factor=np.array(-2.0))
    network.move(lambda a, b: np.concatenate([a, b], axis=1), "x", doubled)
    network.add("convolution", shape=(1, 1, 2, 2), weight=np.array([[[[1.0, 2], [3, 4]], [[1, 2], [3, 4]]]]))
    block = network.walk(norm=norm).blocks[0]
    assert block.value.tolist() == [[-10]]
    assert block.strength == pytest.approx(np.array([[strength]]))
