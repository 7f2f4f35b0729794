"""Modules made of a state dict and a chain: names, answers, and what does not fit."""

from __future__ import annotations

import pytest
import torch

from atlas.errors import AtlasError, BadKey, BadParameter, NonFiniteWeights, TensorMismatch, UnknownName
from ingest.sources import module_of_chain


def state(**shapes: tuple[int, ...]) -> dict[str, torch.Tensor]:
    """Weights of ones, by layer."""
    return {f"{name}.weight": torch.ones(shape) for name, shape in shapes.items()}


def test_answers() -> None:
    tensors = state(a=(3, 2), b=(1, 3)) | {"a.bias": torch.tensor([0.0, -1.0, -5.0])}
    module = module_of_chain(tensors, " a : leaky_relu(0.5), b ")
    assert module(torch.tensor([[1.0, 1.0]])).tolist() == [[2 + 1 - 1.5]]


def test_names_as_in_file() -> None:
    tensors = {"a.0.weight": torch.ones(3, 2), "a.weight": torch.ones(1, 3), "c.d.weight": torch.ones(2, 1)}
    module = module_of_chain(tensors, "a.0:relu,a:tanh,c.d")
    assert {name: tensor.shape for name, tensor in module.state_dict().items()} == {
        name: tensor.shape for name, tensor in tensors.items()
    }
    assert [name for name, part in module.named_modules() if isinstance(part, torch.nn.Linear)] == ["a", "a.0", "c.d"]


def test_exported() -> None:
    module = module_of_chain(state(a=(3, 2), b=(1, 3)), "a:relu,b")
    program = torch.export.export(module, (torch.ones(4, 2),))
    called = [str(call.target) for call in program.graph.nodes if call.op == "call_function"]
    assert called == ["aten.linear.default", "aten.relu.default", "aten.linear.default"]


def test_images_are_flattened() -> None:
    assert module_of_chain(state(a=(1, 6)), "a")(torch.ones(2, 2, 3)).tolist() == [[6], [6]]


@pytest.mark.parametrize("last", ["softmax", "log_softmax", "identity"])
def test_last_left_out(last: str) -> None:
    assert module_of_chain(state(a=(1, 2)), f"a:{last}")(torch.ones(1, 2)).tolist() == [[2]]


def test_widest_type() -> None:
    tensors = {"a.weight": torch.ones(2, 2, dtype=torch.float16), "b.weight": torch.ones(2, 2, dtype=torch.float64)}
    assert module_of_chain(tensors, "a").state_dict()["a.weight"].dtype == torch.float32
    assert module_of_chain(tensors, "a,b").state_dict()["a.weight"].dtype == torch.float64


@pytest.mark.parametrize(
    ("chain", "error", "message"),
    [
        ("a:relu,c", UnknownName, "'c'.*The file holds 'a.weight' 3 x 2, 'b.weight' 4 x 3"),
        ("a:rleu,b", UnknownName, "activation 'rleu'. Did you mean 'relu'"),
        ("a:relu(2),b", BadParameter, "'relu' takes none"),
        ("a:softmax,b", BadParameter, "after 'a'. It may stand after the last layer only"),
        ("a,,b", BadParameter, "has an empty part"),
        ("a,a", BadParameter, "'a' is taken"),
        ("b,a", TensorMismatch, "'b' puts out 4 values, but 'a' takes in 2"),
    ],
)
def test_bad_chain(chain: str, error: type[AtlasError], message: str) -> None:
    with pytest.raises(error, match=message):
        module_of_chain(state(a=(3, 2), b=(4, 3)), chain)


@pytest.mark.parametrize(
    ("tensors", "chain", "error", "message"),
    [
        (state(input=(2, 2)), "input", BadParameter, "'input' is taken"),
        (state(forward=(2, 2)), "forward", BadParameter, "'forward' is taken by torch"),
        ({"a..b.weight": torch.ones(2, 2)}, "a..b", BadParameter, "'' is taken by torch"),
        (state(_a=(2, 2)), "_a", BadKey, "layer name '_a'"),
        (state(c=(6, 3, 5, 5)), "c", TensorMismatch, r"'c\.weight' is 6 x 3 x 5 x 5"),
        (state(c=(0, 3)), "c", TensorMismatch, "has no values"),
        (state(a=(2, 2)) | {"a.bias": torch.ones(3)}, "a", TensorMismatch, "2 neurons but 3 biases"),
        (state(a=(2, 2)) | {"a.bias": torch.tensor([0, float("nan")])}, "a", NonFiniteWeights, r"'a\.bias' has 1 NaN"),
    ],
)
def test_no_layer(tensors: dict[str, torch.Tensor], chain: str, error: type[AtlasError], message: str) -> None:
    with pytest.raises(error, match=message):
        module_of_chain(tensors, chain)
