"""What stands between layers: norms, sums, pools, moves, products."""

import numpy as np
import pytest


def two_layers(handmade):
    """Two linear layers side by side, with two and one inputs."""
    network = handmade((1, 2))
    first = network.linear([[1, 0], [0, 1]], "x", name="a")
    second = network.linear([[2, 0], [0, 3]], "x", name="b")
    return network, first, second


def test_batch_norm_before_nonlinearity_folds_in(handmade, blocks):
    network = handmade((1, 1, 2, 2))
    network.add("convolution", shape=(1, 2, 1, 1), weight=np.arange(8.0).reshape(2, 1, 2, 2), name="conv")
    network.add("scale", shape=(1, 2, 1, 1), factor=np.array([2.0, -0.5]).reshape(1, 2, 1, 1))
    network.pointwise("relu")
    network.add("convolution", shape=(1, 1, 1, 1), weight=np.array([1.0, 10]).reshape(1, 2, 1, 1), name="next")
    walked = network.walk()
    found = blocks(walked)
    assert found["input", "conv"].value.tolist() == [[12, -11]]
    assert found["input", "conv"].strength.tolist() == [[12, 11]]
    assert found["conv", "next"].value.tolist() == [[1], [10]]
    assert (walked.layers[1].activation, walked.sites["conv"].value) == ("relu", "v2")


def test_batch_norm_after_nonlinearity_scales_what_follows(handmade, blocks):
    network = handmade((1, 2))
    network.linear([[1, 1], [1, 1]], name="a")
    network.pointwise("relu")
    network.add("scale", shape=(1, 2), factor=np.array([3.0, -4]))
    network.linear([[1, 1]], name="b")
    walked = network.walk()
    assert blocks(walked)["a", "b"].value.tolist() == [[3], [-4]]
    assert blocks(walked)["a", "b"].strength.tolist() == [[3], [4]]
    assert walked.sites["a"].value == "v1"


def test_scale_seen_by_two_stays_outside(handmade, blocks):
    network = handmade((1, 1))
    a = network.linear([[5]], name="a")
    scaled = network.add("scale", a, shape=(1, 1), factor=np.array([2.0]))
    network.add("sum", a, scaled, shape=(1, 1))
    network.linear([[10]], name="b")
    found = blocks(network.walk())
    assert found["input", "a"].value.tolist() == [[5]]
    assert found["a", "b"].value.tolist() == [[30]]  # 10 * (1 + 2)


def test_chain_of_nonlinearities(handmade):
    network = handmade((1, 6))
    network.linear(np.eye(6), name="a")
    network.move(lambda x: x.reshape(1, 2, 3).swapaxes(1, 2))  # a bijection may stand between
    network.pointwise("tanh")
    network.add("scale", shape=(1, 3, 2), factor=np.full((1, 3, 2), 7.0))
    network.pointwise("relu")
    network.move(lambda x: x.reshape(1, 6))
    network.linear(np.ones((1, 6)), name="b")
    walked = network.walk()
    assert walked.layers[1].activation == "tanh then relu"
    assert walked.sites["a"].numbers.tolist() == [[[0, 3], [1, 4], [2, 5]]]
    assert walked.blocks[0].value.tolist() == np.eye(6).tolist()
    assert walked.blocks[1].value.tolist() == [[1]] * 6


def test_residual_sum_passes_its_sources(handmade, blocks):
    network, a, b = two_layers(handmade)
    network.add("sum", a, b, shape=(1, 2))
    network.pointwise("relu")
    network.linear([[1, -2]], name="c")
    found = blocks(network.walk())
    assert found["a", "c"].value.tolist() == [[1], [-2]]
    assert found["b", "c"].value.tolist() == [[1], [-2]]
    assert [one.activation for one in network.walk().layers] == ["identity"] * 4  # no layer owns the sum's relu


def test_residual_sum_with_the_input(handmade, blocks):
    network = handmade((1, 2))
    network.linear([[1, 2], [3, 4]], name="a")
    network.add("sum", "v0", "x", shape=(1, 2))
    network.linear([[5, 6]], name="b")
    found = blocks(network.walk())
    assert list(found) == [("input", "a"), ("input", "b"), ("a", "b")]
    assert found["input", "b"].value.tolist() == [[5], [6]]


def test_difference(handmade, blocks):
    network, a, b = two_layers(handmade)
    network.add("sum", a, b, shape=(1, 2), factors=[1.0, -1.0])
    network.linear([[1, -2]], name="c")
    assert blocks(network.walk())["b", "c"].value.tolist() == [[-1], [2]]


def test_concatenate_slice_permute(handmade, blocks):
    network, a, b = two_layers(handmade)
    network.move(lambda a, b: np.concatenate([a, b], axis=1), a, b)  # a0 a1 b0 b1
    network.move(lambda x: x[:, 1:])  # a1 b0 b1
    network.move(lambda x: x[:, ::-1])  # b1 b0 a1
    network.linear([[1, 2, 3]], name="c")
    found = blocks(network.walk())
    assert found["a", "c"].value.tolist() == [[0], [3]]
    assert found["a", "c"].kept.tolist() == [[False], [True]]
    assert found["b", "c"].value.tolist() == [[2], [1]]
    assert found["b", "c"].kept is None


def test_padding_is_no_source(handmade, blocks):
    network = handmade((1, 2))
    network.linear(np.eye(2), name="a")
    network.move(lambda x: np.pad(x, [(0, 0), (1, 0)]))
    network.linear([[9, 1, 2]], name="b")
    assert blocks(network.walk())["a", "b"].value.tolist() == [[1], [2]]


@pytest.mark.parametrize("windows", ["maximum", "mean"])
def test_pooled_channel_is_still_that_channel(handmade, blocks, windows):
    network = handmade((1, 1, 4, 4))
    network.add("convolution", shape=(1, 2, 4, 4), weight=np.ones((2, 1, 1, 1)), name="conv")
    network.pool(lambda x: x.reshape(1, 2, 2, 2, 2, 2).transpose(0, 1, 2, 4, 3, 5).reshape(1, 2, 2, 2, 4))
    network.move(lambda x: x.reshape(1, 8))
    network.linear([[1, 2, 3, -4, 0, 0, 0, -1]], name="fc")
    found = blocks(network.walk())
    assert found["conv", "fc"].value.tolist() == [[2], [-1]]
    assert found["conv", "fc"].strength.tolist() == [[10], [1]]


def test_pool_with_padding_and_different_coefficients(handmade, blocks):
    network = handmade((1, 2))
    network.linear(np.eye(2), name="a")
    kept = network.pointwise("relu")
    other = network.add("scale", kept, shape=(1, 2), factor=np.array([-3.0, 0.5]))
    network.move(lambda a, b: np.stack([a, b], axis=2), kept, other)  # (1, 2, 2)
    network.pool(lambda x: np.concatenate([x, np.zeros((1, 2, 1), dtype=x.dtype)], axis=2))
    network.linear(np.eye(2), name="b")
    assert blocks(network.walk())["a", "b"].value.tolist() == [[-3, 0], [0, 1]]


def test_pool_over_features_unites(handmade, blocks):
    network = handmade((1, 3))
    network.linear(np.eye(3), name="a")
    network.pool(lambda x: x[:, None, :])
    network.linear([[2]], name="b")
    assert blocks(network.walk())["a", "b"].value.tolist() == [[2], [2], [2]]


def test_pooled_input_is_told_apart_by_a_single_position(handmade):
    network = handmade((1, 4))
    network.pool(lambda x: x.reshape(1, 2, 2))
    network.linear([[1, 5]], name="a")
    walked = network.walk()
    assert walked.blocks[0].value.tolist() == [[1], [1], [5], [5]]


def test_layer_norm_folds_gamma(handmade, blocks):
    network, a, b = two_layers(handmade)
    network.add("sum", a, b, shape=(1, 2))
    network.add("normalise", shape=(1, 2), factor=np.array([2.0, -1.0]))
    network.linear([[1, 1]], name="c")
    found = blocks(network.walk())
    assert found["a", "c"].value.tolist() == [[2], [-1]]
    assert found["b", "c"].strength.tolist() == [[2], [1]]


def test_norm_without_factor_passes(handmade, blocks):
    network = handmade((1, 2))
    network.linear(np.eye(2), name="a")
    network.add("normalise", shape=(1, 2))
    network.linear([[3, 4]], name="b")
    assert blocks(network.walk())["a", "b"].value.tolist() == [[3], [4]]


def test_gamma_of_zero_is_a_weight_of_zero(handmade, blocks):
    network = handmade((1, 2))
    network.linear(np.eye(2), name="a")
    network.add("normalise", shape=(1, 2), factor=np.array([0.0, 1.0]))
    network.linear([[3, 4]], name="b")
    block = blocks(network.walk())["a", "b"]
    assert (block.value.tolist(), block.kept) == ([[0], [4]], None)


def test_product_gate_has_no_sign(handmade, blocks):
    network, up, gate = two_layers(handmade)
    gated = network.pointwise("silu", gate)
    network.add("product", up, gated, shape=(1, 2))
    network.linear([[-1, 2]], name="down")
    walked = network.walk()
    found = blocks(walked)
    assert walked.layers[2].activation == "silu"
    assert found["a", "down"].value is None
    assert found["b", "down"].value is None
    assert found["a", "down"].strength.tolist() == [[1], [2]]


def test_gate_broadcast_over_positions(handmade, blocks):
    network = handmade((1, 1, 2, 2))  # squeeze and excite
    conv = network.add("convolution", shape=(1, 2, 2, 2), weight=np.ones((2, 1, 1, 1)), name="conv")
    network.pool(lambda x: x.reshape(1, 2, 4))
    network.linear([[1, 2], [3, 4]], name="excite")
    network.move(lambda x: x.reshape(1, 2, 1, 1))
    gate = network.pointwise("sigmoid")
    network.add("product", conv, gate, shape=(1, 2, 2, 2))
    network.add("convolution", shape=(1, 1, 2, 2), weight=np.array([5.0, 6]).reshape(1, 2, 1, 1), name="next")
    found = blocks(network.walk())
    assert found["conv", "excite"].value.tolist() == [[1, 3], [2, 4]]
    assert found["conv", "next"].strength.tolist() == [[5], [6]]
    assert found["excite", "next"].strength.tolist() == [[5], [6]]
    assert found["excite", "next"].value is None


def test_only_the_gated_sources_of_a_sum_lose_their_sign(handmade, blocks):
    network, a, b = two_layers(handmade)
    gated = network.add("product", a, a, shape=(1, 2))
    network.add("sum", gated, b, shape=(1, 2))
    network.linear([[1, 1]], name="c")
    found = blocks(network.walk())
    assert found["a", "c"].value is None
    assert found["b", "c"].value.tolist() == [[1], [1]]
