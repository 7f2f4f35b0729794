"""ONNX networks run from any values to any others, with hooks on the way."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from onnx import TensorProto, helper
from torch import nn

from atlas.errors import BadParameter, DataMismatch, UnknownName
from ingest.program.onnx_program import program_of_onnx

X = np.array([[1.0, 2.0], [-1.0, 0.5], [0.0, -3.0]], dtype=np.float32)


@pytest.fixture
def two_layers(saved) -> Path:
    """h = relu(x A + b), y = softmax(h C + h D): a value read twice."""
    constants = {
        "a.weight": np.float32([[1, 0, 1], [0, 1, 1]]), "a.bias": np.float32([0, 0, -1]),
        "c.weight": np.float32([[1, 0], [0, 1], [1, 1]]), "d.weight": np.float32([[2, 0], [0, 0], [0, 0]]),
    }  # fmt: skip
    nodes = [
        helper.make_node("MatMul", ["x", "a.weight"], ["xa"]),
        helper.make_node("Add", ["xa", "a.bias"], ["a"]),
        helper.make_node("Relu", ["a"], ["h"]),
        helper.make_node("MatMul", ["h", "c.weight"], ["c"]),
        helper.make_node("MatMul", ["h", "d.weight"], ["d"]),
        helper.make_node("Add", ["c", "d"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["y"]),
    ]
    return saved(nodes, constants)


def test_logits(two_layers: Path) -> None:
    program = program_of_onnx(two_layers)
    assert (program.input.value, program.input.shape, program.input.dtype) == ("x", (2,), "float32")
    values = program.run({"x": X}, ["h", program.output])
    assert values["h"].tolist() == [[1, 2, 2], [0, 0.5, 0], [0, 0, 0]]
    assert values["logits"].tolist() == [[5, 4], [0, 0.5], [0, 0]]


def test_operations(two_layers: Path) -> None:
    program = program_of_onnx(two_layers)
    assert [(each.kind, each.name, each.inputs, each.output) for each in program.operations] == [
        ("linear", "a", ("x",), "a"),
        ("pointwise", "", ("a",), "h"),
        ("linear", "c", ("h",), "c"),
        ("linear", "d", ("h",), "d"),
        ("sum", "", ("c", "d"), "logits"),
    ]
    assert program.operations[0].tensors["weight"].tolist() == [[1, 0], [0, 1], [1, 1]]
    assert program.operations[0].tensors["bias"].tolist() == [0, 0, -1]


def test_resumed(two_layers: Path) -> None:
    program = program_of_onnx(two_layers)
    assert program.run({"h": np.float32([[1, 1, 1]])}, ["logits", "h"])["logits"].tolist() == [[4, 2]]
    given = {"c": np.float32([[1, 1]]), "d": np.float32([[2, 3]])}
    assert program.run(given, ["logits"])["logits"].tolist() == [[3, 4]]


def test_hook(two_layers: Path) -> None:
    program = program_of_onnx(two_layers)
    seen = []

    def first_to_ten(value):
        seen.append(value.copy())
        value = value.copy()
        value[:, 0] = 10
        return value

    values = program.run({"x": X[:1]}, ["logits", "h"], hooks={"h": first_to_ten})
    assert seen[0].tolist() == [[1, 2, 2]]
    assert values["h"].tolist() == [[10, 2, 2]]
    assert values["logits"].tolist() == [[32, 4]]


def test_two_hooks(two_layers: Path) -> None:
    hooks = {"h": lambda value: value + 1, "d": lambda value: 0 * value, "logits": lambda value: -value}
    values = program_of_onnx(two_layers).run({"x": X[:1]}, ["logits", "c"], hooks=hooks)
    assert values["c"].tolist() == [[5, 6]]
    assert values["logits"].tolist() == [[-5, -6]]


def test_hook_on_given(two_layers: Path) -> None:
    given = {"h": np.float32([[1, 1, 1]])}
    values = program_of_onnx(two_layers).run(given, ["logits"], hooks={"h": lambda value: 2 * value, "a": np.negative})
    assert values["logits"].tolist() == [[8, 4]]


def test_refused(two_layers: Path) -> None:
    program = program_of_onnx(two_layers)
    with pytest.raises(BadParameter, match="'x', which is neither given"):
        program.run({"c": X}, ["logits"])
    with pytest.raises(UnknownName, match="'H'"):
        program.run({"x": X}, ["H"])
    with pytest.raises(DataMismatch, match=r"\(1, 3\)"):
        program.run({"h": X}, ["logits"])
    with pytest.raises(DataMismatch, match="numbers of trials"):
        program.run({"c": X, "d": X[:1]}, ["logits"])


def test_one_by_one(saved) -> None:
    """Flatten (1, 2, 2) to a fixed (1, 4), double, add one: no batch but one passes."""
    nodes = [
        helper.make_node("Reshape", ["x", "flat"], ["f"]),
        helper.make_node("Mul", ["f", "two"], ["m"]),
        helper.make_node("Add", ["m", "one"], ["y"]),
    ]
    constants = {"flat": np.array([1, 4]), "two": np.float32(2), "one": np.float32(1)}
    program = program_of_onnx(saved(nodes, constants, shape=(1, 2, 2)))
    trials = np.arange(12, dtype=np.float32).reshape(3, 2, 2)
    assert not program.together
    seen = []

    def swapped(value):
        seen.append(value.shape)
        return value[::-1]

    values = program.run({"x": trials}, ["y"], hooks={"m": swapped})
    assert seen == [(3, 4)]  # all trials at once, so that they can be exchanged
    assert values["y"].tolist() == [[17, 19, 21, 23], [9, 11, 13, 15], [1, 3, 5, 7]]


def test_fixed_batch_opened(saved) -> None:
    nodes = [helper.make_node("Neg", ["x"], ["y"])]
    program = program_of_onnx(saved(nodes, {}, shape=(1, 2)))
    assert program.together
    assert program.run({"x": X}, ["y"])["y"].tolist() == (-X).tolist()


def test_batch_that_mixes(saved) -> None:
    """A mean over trials is one over the one trial that is shown at a time."""
    nodes = [helper.make_node("ReduceMean", ["x", "axes"], ["m"]), helper.make_node("Sub", ["x", "m"], ["y"])]
    program = program_of_onnx(saved(nodes, {"axes": np.array([0])}))
    assert not program.together
    assert program.run({"x": X}, ["y"])["y"].tolist() == [[0, 0]] * 3


def test_sizes(saved) -> None:
    """The size of the batch is known without the input: `y` can be computed from `h` alone."""
    nodes = [
        helper.make_node("Relu", ["x"], ["h"]),
        helper.make_node("Shape", ["x"], ["s"], start=0, end=1),
        helper.make_node("Concat", ["s", "two"], ["target"], axis=0),
        helper.make_node("Expand", ["class", "target"], ["wide"]),
        helper.make_node("Concat", ["wide", "h"], ["y"], axis=1),
    ]
    constants = {"two": np.array([1]), "class": np.float32([[7]])}
    program = program_of_onnx(saved(nodes, constants))
    assert program.run({"h": X}, ["y"])["y"].tolist() == [[7, 1, 2], [7, -1, 0.5], [7, 0, -3]]
    (_, joined) = program.operations
    assert (joined.kind, joined.inputs) == ("move", ("h",))
    assert joined.route is not None
    assert joined.route([np.array([[5, 6]])]).tolist() == [[[0], [5], [6]]]


@pytest.mark.parametrize("elem_type", [TensorProto.FLOAT16, TensorProto.UINT8])
def test_cast_input(saved, elem_type: int) -> None:
    nodes = [helper.make_node("Cast", ["x"], ["f"], to=1), helper.make_node("Mul", ["f", "two"], ["y"])]
    program = program_of_onnx(saved(nodes, {"two": np.float32(2)}, dtype=elem_type))
    assert program.input.dtype == "float32"
    assert program.run({program.input.value: np.float32([[1, 3]])}, ["y"])["y"].tolist() == [[2, 6]]


class Residual(nn.Module):
    """Convolutions with a shortcut, pooling, a linear layer."""

    def __init__(self) -> None:
        super().__init__()
        self.c1, self.norm = nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4)
        self.c2, self.fc = nn.Conv2d(4, 4, 3, padding=1, groups=2), nn.Linear(36, 5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = torch.relu(self.norm(self.c1(x)))
        y = nn.functional.max_pool2d(y + self.c2(y), 2)
        return self.fc(torch.flatten(y, 1))


class Tokens(nn.Module):
    """A transformer of one block on five tokens."""

    def __init__(self) -> None:
        super().__init__()
        self.embed, self.place = nn.Embedding(11, 8), nn.Parameter(torch.randn(5, 8))
        self.block = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True, activation="gelu", norm_first=True)
        self.head = nn.Linear(8, 11)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        return self.head(self.block(self.embed(tokens) + self.place)[:, -1])


class Steps(nn.Module):
    """A recurrent layer, read at its last step."""

    def __init__(self, layer: nn.Module, width: int) -> None:
        super().__init__()
        self.layer, self.head = layer, nn.Linear(width, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.layer(x)[0][:, -1])


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(1)


EXPORTED = {
    "convolution": (Residual, lambda: torch.randn(3, 3, 6, 6, generator=generator())),
    "transformer": (Tokens, lambda: torch.randint(0, 11, (3, 5), generator=generator())),
    "lstm": (lambda: Steps(nn.LSTM(3, 4, batch_first=True), 4), lambda: torch.randn(3, 5, 3, generator=generator())),
    "lstm-stacked": (
        lambda: Steps(nn.LSTM(3, 4, batch_first=True, num_layers=2), 4),
        lambda: torch.randn(3, 5, 3, generator=generator()),
    ),
    "gru-both-ways": (
        lambda: Steps(nn.GRU(3, 4, batch_first=True, bidirectional=True), 8),
        lambda: torch.randn(3, 5, 3, generator=generator()),
    ),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("opset", [14, 20])
@pytest.mark.parametrize("name", EXPORTED)
def test_like_torch(tmp_path: Path, name: str, opset: int) -> None:
    """Runs like torch and like ONNX Runtime; from every operation's inputs comes what the whole run gives."""
    torch.manual_seed(0)
    module, trials = EXPORTED[name][0]().eval(), EXPORTED[name][1]()
    path = tmp_path / "n.onnx"
    options = {"dynamo": False, "opset_version": opset, "input_names": ["x"], "output_names": ["y"]}
    torch.onnx.export(module, (trials[:2],), str(path), dynamic_axes={"x": {0: "batch"}}, **options)
    program = program_of_onnx(path)
    with torch.no_grad():
        expected = module(trials).numpy()
    whole = onnxruntime.InferenceSession(str(path)).run(None, {"x": trials.numpy()})[0]
    values = program.run({"x": trials.numpy()}, [each.output for each in program.operations])
    np.testing.assert_allclose(values["y"], expected, atol=1e-5)
    np.testing.assert_allclose(values["y"], whole, atol=1e-5)
    values["x"] = trials.numpy()
    for operation in program.operations:
        given = {name: values[name] for name in operation.inputs}
        assert np.array_equal(program.run(given, [operation.output])[operation.output], values[operation.output])
        hooked = program.run({"x": trials.numpy()}, ["y"], hooks={operation.output: lambda value: value})["y"]
        np.testing.assert_allclose(hooked, values["y"], atol=1e-5)


NAMES = {
    "convolution": ["c1", "c2", "fc"],
    "lstm": ["layer", "head"],
    "lstm-stacked": ["layer.l0", "layer.l1", "head"],
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", NAMES)
def test_names(tmp_path: Path, name: str) -> None:
    """Layers bear the names of the module's parts, whatever the exporter made of its tensors."""
    module, trials = EXPORTED[name][0]().eval(), EXPORTED[name][1]()
    torch.onnx.export(module, (trials[:1],), str(tmp_path / "n.onnx"), dynamo=False, opset_version=18)
    assert [each.name for each in program_of_onnx(tmp_path / "n.onnx").operations if each.name] == NAMES[name]
