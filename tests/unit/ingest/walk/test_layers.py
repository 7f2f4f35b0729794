"""Names, numbers, what is put out, and what is not understood."""

import numpy as np
import pytest

from atlas.errors import UnsupportedLayer
from atlas.keys import check_segment


def test_names_fit_keys(handmade):
    network = handmade((1, 1))
    given = ["target", "a b/c", "a b/c", "", "features.0", "_hidden", "run"]
    for name in given:
        network.linear([[1]], name=name)
    names = [one.name for one in network.walk().layers]
    assert names == ["input", "target-2", "a-b-c", "a-b-c-2", "linear-4", "features.0", "hidden", "run-2"]
    assert [check_segment(name, what="layer") for name in names] == names
    assert [one.number for one in network.walk().layers] == list(range(8))


def test_dead_ends_are_no_layers(handmade):
    network = handmade((1, 2))
    network.linear([[1, 1]], name="unused")
    network.linear([[2, 3]], "x", name="used")
    assert [one.name for one in network.walk().layers] == ["input", "used"]


def test_no_layer(handmade):
    network = handmade((1, 2))
    network.pointwise("relu")
    with pytest.raises(UnsupportedLayer, match="no layer with weights"):
        network.walk()


def test_pooled_channels_put_out_are_the_last_layer(handmade):
    network = handmade((1, 1, 2, 2))
    network.add("convolution", shape=(1, 3, 2, 2), weight=np.ones((3, 1, 1, 1)), name="conv")
    network.pool(lambda x: x.reshape(1, 3, 4))
    walked = network.walk()
    assert [one.name for one in walked.layers] == ["input", "conv"]


def test_sum_put_out_is_a_layer(handmade, blocks):
    network = handmade((1, 2))
    network.linear([[1, 2], [3, 4]], name="output")
    network.add("sum", "v0", "x", shape=(1, 2))
    walked = network.walk()
    assert [(one.name, one.kind) for one in walked.layers[1:]] == [("output", "linear"), ("output-2", "sum")]
    found = blocks(walked)
    assert found["output", "output-2"].value.tolist() == [[1, 0], [0, 1]]
    assert found["output", "output-2"].kept.tolist() == [[True, False], [False, True]]
    assert found["input", "output-2"].n_weights == 2
    assert walked.sites["output-2"].value == "v1"


@pytest.mark.parametrize("cut", [lambda x: x[:, :2], lambda x: x[:, ::-1]])
def test_part_or_other_order_put_out_is_a_layer(handmade, cut):
    network = handmade((1, 1))
    network.linear([[1], [2], [3]], name="a")
    network.move(cut)
    assert network.walk().layers[-1].kind == "sum"


def test_scaled_after_the_nonlinearity_put_out(handmade):
    network = handmade((1, 1))
    network.linear([[1], [2]], name="a")
    network.pointwise("tanh")
    network.add("scale", shape=(1, 2), factor=np.array([1.0, -5]))
    walked = network.walk()
    assert walked.blocks[-1].value.tolist() == [[1, 0], [0, -5]]
    assert walked.blocks[-1].strength.tolist() == [[1, 0], [0, 5]]


def test_channels_put_out_as_an_image(handmade):
    network = handmade((1, 1, 2, 2))
    network.add("convolution", shape=(1, 3, 2, 2), weight=np.ones((3, 1, 1, 1)), name="conv")
    network.add("sum", "v0", "x", shape=(1, 3, 2, 2))
    walked = network.walk()
    assert (walked.layers[-1].n_neurons, walked.layers[-1].summary) == (3, "mean over positions")
    assert [block.value.tolist() for block in walked.blocks[1:]] == [[[1, 1, 1]], np.eye(3).tolist()]


def opaque(handmade):
    network = handmade((1, 2))
    network.linear([[1, 1], [1, 1]], name="a")
    network.add("opaque", shape=(1, 2), name="sorted", operation="aten.sort.default")
    network.linear([[1, 2]], name="b")
    return network


def test_opaque_is_refused(handmade):
    with pytest.raises(UnsupportedLayer, match=r"'aten.sort.default' at 'sorted'.*--allow-opaque"):
        opaque(handmade).walk()


def test_opaque_layer_has_no_weights_into_it(handmade, blocks):
    walked = opaque(handmade).walk(allow_opaque=True)
    assert [(one.name, one.kind, one.n_neurons) for one in walked.layers][2] == ("sorted", "opaque", 2)
    assert list(blocks(walked)) == [("input", "a"), ("sorted", "b")]
    assert blocks(walked)["sorted", "b"].value.tolist() == [[1], [2]]


def test_opaque_channels(handmade):
    network = handmade((1, 1, 2, 2))
    network.add("convolution", shape=(1, 3, 2, 2), weight=np.ones((3, 1, 1, 1)))
    network.add("opaque", shape=(1, 3, 2, 2), name="warp", operation="grid_sampler")
    network.add("convolution", shape=(1, 1, 2, 2), weight=np.ones((1, 3, 1, 1)))
    walked = network.walk(allow_opaque=True)
    assert (walked.layers[2].n_neurons, walked.layers[2].summary) == (3, "mean over positions")
