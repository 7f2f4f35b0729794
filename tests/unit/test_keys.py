"""Names of layers as they are asked for."""

import pytest

from atlas.errors import BadParameter
from atlas.keys import check_segment, layer_names


@pytest.mark.parametrize(
    ("asked", "named"),
    [(None, None), ("fc1", ("fc1",)), ("fc1, fc2", ("fc1", "fc2")), (["fc2", "fc1"], ("fc2", "fc1"))],
)
def test_layers_asked_for(asked, named):
    assert layer_names(asked) == named


@pytest.mark.parametrize("asked", ["", " , ", []])
def test_no_layer(asked):
    with pytest.raises(BadParameter, match="No layer is named"):
        layer_names(asked)


def test_a_layer_named_twice():
    with pytest.raises(BadParameter, match="The layer 'fc1' is named twice"):
        layer_names("fc1,fc2,fc1")


@pytest.mark.parametrize("name", [3, None, ["a"]], ids=repr)
def test_a_name_that_is_no_text(name):
    with pytest.raises(BadParameter, match=r"^The partition name .* cannot be a key\. A key is text"):
        check_segment(name, what="partition name")
