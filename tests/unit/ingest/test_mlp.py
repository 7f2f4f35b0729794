"""Perceptrons from state dicts and chains: what is read, and what does not fit."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from networks import two_blocks, xor

from atlas.errors import BadKey, BadParameter, NonFiniteWeights, TensorMismatch, UnknownName
from ingest.reading import read_mlp


def state(**shapes: tuple[int, ...]) -> dict[str, torch.Tensor]:
    """Weights of ones, by layer."""
    return {f"{name}.weight": torch.ones(shape) for name, shape in shapes.items()}


def test_chain() -> None:
    mlp = read_mlp(state(a=(3, 2), b=(4, 3)), chain=" a : leaky_relu(0.2), b ")
    assert (mlp.names, mlp.sizes, mlp.chain) == (("input", "a", "b"), (2, 3, 4), "a:leaky_relu(0.2),b")
    assert mlp.linear[0](torch.tensor([[-1.0, -1.0]])).tolist() == [[pytest.approx(-0.4)] * 3]


@pytest.mark.parametrize("last", ["softmax", "log_softmax", "identity"])
def test_last_left_out(last: str) -> None:
    assert read_mlp(state(a=(3, 2)), chain=f"a:{last}").chain == "a"


def test_file_equals_module(tmp_path: Path) -> None:
    torch.save(xor().state_dict(), tmp_path / "xor.pt")
    from_file = read_mlp(tmp_path / "xor.pt", chain="hidden:relu,output")
    assert dict(from_file.opened) == {"file": str(tmp_path / "xor.pt"), "chain": "hidden:relu,output"}
    from_module = read_mlp(xor())
    for one, other in zip(from_file.linear, from_module.linear, strict=True):
        assert (one.weight.tolist(), one.activation) == (other.weight.tolist(), other.activation)
    assert from_module.opened == {}


def test_hash_in_memory() -> None:
    changed = two_blocks()
    changed.dense_1.weight.data[0, 0] = 2
    assert read_mlp(two_blocks()).sha256 == read_mlp(two_blocks()).sha256 != read_mlp(changed).sha256


def test_widest_type() -> None:
    tensors = {"a.weight": torch.ones(2, 2, dtype=torch.float16), "b.weight": torch.ones(2, 2, dtype=torch.float64)}
    assert read_mlp(tensors, chain="a").dtype == torch.float32
    assert read_mlp(tensors, chain="a,b").dtype == torch.float64


def test_values_are_copies() -> None:
    module = xor()
    mlp = read_mlp(module)
    module.hidden.weight.data.fill_(9)
    assert mlp.linear[0].weight.tolist() == [[1, 1], [1, 1]]


def test_no_chain(tmp_path: Path) -> None:
    torch.save(xor().state_dict(), tmp_path / "xor.pt")
    expected = r"xor\.pt' holds 'hidden\.weight' 2 x 2, 'hidden\.bias' 2, .*example chain='hidden:relu,output'"
    with pytest.raises(BadParameter, match=expected):
        read_mlp(tmp_path / "xor.pt")


@pytest.mark.parametrize(
    ("chain", "error", "message"),
    [
        ("a:relu,c", UnknownName, "'c'.*The file holds 'a.weight' 3 x 2, 'b.weight' 4 x 3"),
        ("a:rleu,b", UnknownName, "activation 'rleu'. Did you mean 'relu'"),
        ("a:relu(2),b", BadParameter, "'relu' takes none"),
        ("a:elu(x),b", BadParameter, "needs a number"),
        ("a:softmax,b", BadParameter, "after 'a'. It may stand after the last layer only"),
        ("a,,b", BadParameter, "has an empty part"),
        ("", BadParameter, "has an empty part"),
        ("a,a", BadParameter, "'a' is taken"),
        ("b,a", TensorMismatch, "'b' puts out 4 values, but 'a' takes in 2"),
    ],
)
def test_bad_chain(chain: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        read_mlp(state(a=(3, 2), b=(4, 3)), chain=chain)


@pytest.mark.parametrize("name", ["input", "target", "run"])
def test_reserved_names(name: str) -> None:
    with pytest.raises(BadParameter, match=f"'{name}' is taken"):
        read_mlp({f"{name}.weight": torch.ones(2, 2)}, chain=name)


def test_name_outside_rule() -> None:
    with pytest.raises(BadKey, match="layer name '_a'"):
        read_mlp(state(_a=(2, 2)), chain="_a")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_not_finite(value: float) -> None:
    tensors = state(a=(3, 2), b=(4, 3))
    tensors["b.weight"][1, 2] = tensors["b.weight"][3, 0] = value
    with pytest.raises(NonFiniteWeights, match=r"'b\.weight' has 2 NaN or infinite values, the first at \(1, 2\)"):
        read_mlp(tensors, chain="a,b")


def test_bias_not_finite() -> None:
    tensors = state(a=(2, 2)) | {"a.bias": torch.tensor([0.0, float("nan")])}
    with pytest.raises(NonFiniteWeights, match=r"'a\.bias' has 1 .* the first at \(1,\)"):
        read_mlp(tensors, chain="a")


def test_bias_length() -> None:
    with pytest.raises(TensorMismatch, match="'a' has 2 neurons but 3 biases"):
        read_mlp(state(a=(2, 2)) | {"a.bias": torch.ones(3)}, chain="a")


def test_kernel() -> None:
    with pytest.raises(TensorMismatch, match=r"'conv\.weight' is 6 x 3 x 5 x 5"):
        read_mlp(state(conv=(6, 3, 5, 5)), chain="conv")


@pytest.mark.parametrize(
    ("weight", "kind"),
    [
        (torch.ones(2, 2, dtype=torch.int64), "strided int64"),
        (torch.ones(2, 2, dtype=torch.complex64), "strided complex64"),
        (torch.eye(2).to_sparse(), "sparse_coo float32"),
        (torch.ones(2, 2, device="meta"), "without values"),
    ],
    ids=["integer", "complex", "sparse", "meta"],
)
def test_kind_of_numbers(weight: torch.Tensor, kind: str) -> None:
    with pytest.raises(TensorMismatch, match=f"'a.weight' is {kind}"):
        read_mlp({"a.weight": weight}, chain="a")
