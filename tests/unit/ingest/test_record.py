"""Records for the store, on networks whose values are known."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
import torch
from networks import two_blocks, two_blocks_data, xor, xor_data

from atlas.errors import AtlasError, BadKey, BadParameter, DataMismatch
from ingest import Opening, Origin, estimate, forward, parse_keep, read_data, read_network, record


def test_xor() -> None:
    network = record(read_network(xor()), key="xor", data=read_data(xor_data()))
    assert (network.architecture, network.accuracy_percent, network.dataset) == ("2-2-2 relu", 100.0, None)
    assert [(layer.name, layer.number, layer.kind, layer.n_neurons, layer.activation) for layer in network.layers] == [
        ("input", 0, "input", 2, "identity"),
        ("hidden", 1, "linear", 2, "relu"),
        ("output", 2, "linear", 2, "identity"),
    ]
    assert [(target.name, target.kind, target.number) for target in network.targets] == [
        ("all", "all", None),
        ("0", "class", 0),
        ("1", "class", 1),
    ]
    assert dict(network.opened) == {"data": "memory"}


def test_values_have_no_classes() -> None:
    data = read_data((xor_data()[0], np.array([[0.5, 0.0], [0.5, 1.0], [0.5, 1.0], [0.5, 0.5]])))
    network = record(read_network(xor()), key="xor", data=data)
    assert [(target.name, target.kind) for target in network.targets] == [("all", "all")]
    assert network.accuracy_percent is None


def test_values_need_as_many_outputs() -> None:
    data = read_data((xor_data()[0], np.full(4, 0.5)))
    with pytest.raises(DataMismatch, match="1 values for each trial, but the network has 2 outputs"):
        record(read_network(xor()), key="xor", data=data)


def test_blocks_point_forwards() -> None:
    hidden, output = record(read_network(xor()), key="xor").blocks
    assert (hidden.source, hidden.target, output.source, output.target) == ("input", "hidden", "hidden", "output")
    assert output.value.tolist() == [[0, 1], [0, -2]]  # from hidden/0 and hidden/1 to output/0 and output/1
    assert output.strength.tolist() == [[0, 1], [0, 2]]
    assert (output.kept, output.policy, output.removed_strength_share) == (None, "all", 0.0)


def test_two_blocks() -> None:
    network = record(read_network(two_blocks()), key="two", data=read_data(two_blocks_data()))
    assert network.accuracy_percent == 100.0
    assert [block.n_weights for block in network.blocks] == [16, 16, 8]
    assert [block.strength.sum() for block in network.blocks] == [8, 8, 4]


def test_kept_weights() -> None:
    tensors = {"a.weight": torch.tensor([[1.0, -5.0, 2.0, 2.0]]), "b.weight": torch.tensor([[3.0]])}
    network = read_network(tensors, Opening(chain="a,b"))
    first, second = record(network, key="n", keep=parse_keep("top:2")).blocks
    assert first.kept is not None
    assert first.kept.tolist() == [[False], [True], [True], [False]]  # 5, and the first of the equal 2s
    assert (first.policy, first.n_weights, first.removed_strength_share) == ("top:2", 2, pytest.approx(0.3))
    assert (second.n_weights, second.policy) == (1, "top:2")


def test_estimate() -> None:
    size = estimate(record(read_network(two_blocks()), key="two"))
    assert (size.n_neurons, size.n_weights, size.bytes) == (14, 40, 3012)  # 75.3 bytes each


def test_origin() -> None:
    origin = Origin(dataset="mine", family="small", seed=3, training_step=100)
    network = record(read_network(xor()), key="xor", data=read_data(xor_data()), origin=origin)
    assert (network.dataset, network.family, network.seed, network.training_step) == ("mine", "small", 3, 100)


def test_numbers_of_numpy() -> None:
    origin = Origin(seed=np.int64(3), training_step=np.uint8(100))  # type: ignore[arg-type]
    assert (type(origin.seed), origin.seed, type(origin.training_step), origin.training_step) == (int, 3, int, 100)


@pytest.mark.parametrize("name", ["seed", "training_step"])
@pytest.mark.parametrize("value", ["a", "3", -1, 1.5, 2.0, True, [1], float("nan"), 2**63], ids=repr)
def test_no_whole_number(name: str, value: object) -> None:
    with pytest.raises(BadParameter, match=f"^{name} is ") as caught:
        Origin(**{name: value})  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["family", "dataset"])
@pytest.mark.parametrize("value", [3, "", " ", ["a"]], ids=repr)
def test_no_name(name: str, value: object) -> None:
    with pytest.raises(BadParameter, match=f"^{name} is .* It must be text, and not empty"):
        Origin(**{name: value})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"origin": {}}, BadParameter, "{} is no Origin"),
        ({"origin": {"seed": 1}}, BadParameter, "{'seed': 1} is no Origin"),
        ({"keep": "share:0.9"}, BadParameter, "'share:0.9' is no Keep"),
        ({"key": 3}, BadKey, "The network key 3 cannot be a key"),
    ],
    ids=str,
)
def test_of_another_kind(given: dict[str, Any], error: type[AtlasError], message: str) -> None:
    with pytest.raises(error, match=f"^{re.escape(message)}"):
        record(read_network(xor()), **{"key": "xor", **given})


def test_key_of_another_kind() -> None:
    with pytest.raises(BadKey, match=r"^The network key 3 cannot be a key"):
        forward(xor(), key=3, data=xor_data())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "dataset"), [("digits:test", "digits"), ("networks:xor_data", "networks:xor_data")], ids=["digits", "own"]
)
def test_dataset(text: str, dataset: str) -> None:
    data = read_data(text)
    network = read_network({"a.weight": torch.ones(data.n_classes, data.inputs.shape[1])}, Opening(chain="a"))
    assert record(network, key="n", data=data).dataset == dataset


@pytest.mark.parametrize(
    ("chain", "expected"),
    [("a", "2-2 linear"), ("a:relu,b:tanh,c", "2-2-2-2 relu/tanh"), ("a:tanh,b:tanh", "2-2-2 tanh, tanh output")],
)
def test_architecture(chain: str, expected: str) -> None:
    tensors = {f"{name}.weight": torch.eye(2) for name in "abc"}
    assert record(read_network(tensors, Opening(chain=chain)), key="n").architecture == expected


def test_bad_key() -> None:
    with pytest.raises(BadKey, match="network key 'a/b'"):
        record(read_network(xor()), key="a/b")


def test_width_differs() -> None:
    with pytest.raises(DataMismatch, match="3 values a trial, but the network takes in 2"):
        record(read_network(xor()), key="n", data=read_data((np.eye(3), [0, 1, 0])))


def test_too_many_classes() -> None:
    with pytest.raises(DataMismatch, match="3 classes, but the network has 2 outputs"):
        record(read_network(xor()), key="n", data=read_data((np.ones((3, 2)), [0, 1, 2])))
