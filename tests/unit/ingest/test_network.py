"""Networks from state dicts, modules and files: what is read, and what is refused."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import onnx
import pytest
import torch
from networks import two_blocks, xor
from onnx import TensorProto, helper, numpy_helper
from torch import nn
from torch.nn import functional

from atlas.errors import BadParameter, NonFiniteWeights, TensorMismatch, UnknownName, UnsupportedLayer
from ingest import Opening, TrainedNetwork, forward, read_data, read_network


def described(network: TrainedNetwork) -> list[tuple[str, int, str]]:
    return [(layer.name, layer.n_neurons, layer.activation) for layer in network.walked.layers]


def state(**shapes: tuple[int, ...]) -> dict[str, torch.Tensor]:
    """Weights of ones, by layer."""
    return {f"{name}.weight": torch.ones(shape) for name, shape in shapes.items()}


class Written(nn.Module):
    """A forward pass given as a function of the module and its input."""

    def __init__(self, forward: Callable[[Written, torch.Tensor], torch.Tensor]) -> None:
        super().__init__()
        self.a, self.b, self.c = nn.Linear(4, 3), nn.Linear(3, 2), nn.Linear(4, 2)
        self.run = forward

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.run(self, x)


def test_chain():
    network = read_network(state(a=(3, 2), b=(4, 3)), Opening(chain=" a : leaky_relu(0.2), b "))
    assert described(network) == [("input", 2, "identity"), ("a", 3, "leaky_relu(0.2)"), ("b", 4, "identity")]


@pytest.mark.parametrize("last", ["softmax", "log_softmax", "identity"])
def test_last_left_out(last):
    assert described(read_network(state(a=(3, 2)), Opening(chain=f"a:{last}")))[-1] == ("a", 3, "identity")


def test_left_out_of_a_chain_is_told(tmp_path):
    tensors = state(a=(3, 2), b=(3, 3), c=(4, 3)) | {"b.bias": torch.ones(3)}
    torch.save(tensors, tmp_path / "n.pt")
    told = "the chain leaves out 'b.weight', 'b.bias'; if they belong to the network, name their layers in the chain"
    for source in (tensors, tmp_path / "n.pt"):
        assert read_network(source, Opening(chain="a:relu,c")).notes == (told,)
        assert read_network(source, Opening(chain="a:relu,b:relu,c")).notes == ()


def test_left_out_is_warned_of():
    with pytest.warns(UserWarning, match="the chain leaves out 'c.weight'"):
        forward(state(a=(3, 2), c=(4, 3)), key="n", data=(np.eye(2), [0, 1]), opening=Opening(chain="a"))


def test_many_left_out():
    (note,) = read_network(state(**{f"l{number}": (2, 2) for number in range(20)}), Opening(chain="l0")).notes
    assert "'l12.weight' and 7 more; if" in note


@pytest.mark.parametrize("shape", ["10", "8x8x2", "tokens:64"])
def test_input_that_does_not_fit_a_chain(shape):
    with pytest.raises(BadParameter, match=rf"^The input '{shape}' does not fit 'a\.weight', .* Write --input 64, or"):
        read_network(state(a=(3, 64), b=(4, 3)), Opening(chain="a:relu,b", input=shape))


def test_input_that_does_not_fit_a_module():
    with pytest.raises(UnsupportedLayer, match="One trial was taken for 10, as --input says; if it is not, correct it"):
        read_network(xor(), Opening(input="10"))


def test_first_of_a_chain_stands_within_another():
    tensors = {"a.0.weight": torch.ones(3, 2), "a.weight": torch.ones(1, 3), "first.weight": torch.ones(2, 1)}
    network = read_network(tensors, Opening(chain="a.0:relu,a:tanh,first"))
    assert described(network)[0] == ("input", 2, "identity")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (Written, "'Written' is a class, not a network"),
        (5, "5 is no network"),
        (None, "null is no network"),
        (b"n.pt", "b'n.pt' is no network"),
        ({"a.weight": np.ones((2, 2))}, "The state dict holds a ndarray under 'a.weight'"),
        ({3: torch.ones(2, 2)}, "The state dict holds a Tensor under 3"),
        ({"state_dict": state(a=(2, 2))}, "The state dict holds a dict under 'state_dict'"),
    ],
    ids=["class", "number", "nothing", "bytes", "array", "number as name", "checkpoint"],
)
def test_no_network(source, message):
    with pytest.raises(BadParameter, match=f"^{message}") as caught:
        read_network(source, Opening(chain="a"))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("opening", ["fc1:relu", {}, {"chain": "a"}], ids=repr)
def test_no_opening(opening):
    with pytest.raises(BadParameter, match=r"is no Opening\. Write opening=ingest\.Opening\("):
        read_network(state(a=(2, 2)), opening)


@pytest.mark.parametrize(
    "said", [{"chain": ["a"]}, {"input": 64}, {"part": 0}, {"factory": int}, {"norm": None}], ids=str
)
def test_opening_that_is_no_text(said):
    with pytest.raises(BadParameter, match=f"^{next(iter(said))} is .* It must be text"):
        Opening(**said)


def test_file_equals_module(tmp_path):
    torch.save(xor().state_dict(), tmp_path / "xor.pt")
    from_file = read_network(tmp_path / "xor.pt", Opening(chain="hidden:relu,output"))
    how = {"file": str(tmp_path / "xor.pt"), "chain": "hidden:relu,output", "input": "2", "norm": "entrywise_l1"}
    assert dict(from_file.opened) == how
    from_module = read_network(xor())
    assert described(from_module) == described(from_file)
    assert from_module.walked.weights_sha256 == from_file.walked.weights_sha256
    assert from_module.opened == {}


def test_hash_in_memory():
    changed = two_blocks()
    changed.dense_1.weight.data[0, 0] = 2
    assert read_network(two_blocks()).sha256 == read_network(two_blocks()).sha256 != read_network(changed).sha256


def test_values_are_copies():
    module = xor()
    network = read_network(module)
    module.hidden.weight.data.fill_(9)
    assert network.walked.blocks[0].value.tolist() == [[1, 1], [1, 1]]
    assert network.program.run({network.program.input.value: np.eye(2, dtype=np.float32)}, [network.program.output])[
        network.program.output
    ].tolist() == [[0.5, 1], [0.5, 1]]


def test_state_is_copied():
    tensors = state(a=(1, 2))
    network = read_network(tensors, Opening(chain="a"))
    tensors["a.weight"].fill_(9)
    given = {network.program.input.value: np.ones((1, 2), dtype=np.float32)}
    assert network.program.run(given, [network.program.output])[network.program.output].tolist() == [[2]]
    assert network.walked.blocks[0].value.tolist() == [[1], [1]]


def test_modes_kept():
    module = nn.Sequential(nn.Linear(4, 3), nn.Dropout())
    module[1].eval()
    assert read_network(module).notes == ()
    assert [part.training for part in module.modules()] == [True, True, False]


def test_training_mode_is_told():
    module = nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3), nn.ReLU(), nn.Dropout(), nn.Linear(3, 2))
    (note,) = read_network(module).notes
    assert note == "the module is in training mode; it was taken in evaluation mode (BatchNorm1d, Dropout)"
    assert module.training
    assert read_network(module.eval()).notes == ()


@pytest.mark.parametrize(
    ("forward", "layers"),
    [
        (lambda m, x: m.b(torch.relu(m.a(torch.flatten(x, 1)))), ["a:relu", "b:identity"]),
        (lambda m, x: m.b(m.a(x.view(x.size(0), -1)).relu()), ["a:relu", "b:identity"]),
        (lambda m, x: m.b(functional.elu(m.a(x.reshape(x.shape[0], 4)), 0.5)), ["a:elu(0.5)", "b:identity"]),
        (lambda m, x: m.b(functional.dropout(m.a(x).tanh(), 0.5, training=m.training)), ["a:tanh", "b:identity"]),
        (lambda m, x: functional.log_softmax(m.b(torch.sigmoid(m.a(x))), dim=1), ["a:sigmoid", "b:identity"]),
        (lambda m, x: m.b(functional.gelu(m.a(x), approximate="tanh")), ["a:gelu_tanh", "b:identity"]),
    ],
    ids=["flatten", "view", "elu", "dropout", "log_softmax", "gelu"],
)
def test_written(forward, layers):
    found = described(read_network(Written(forward).eval()))
    assert [f"{name}:{activation}" for name, _, activation in found[1:]] == layers


def test_residual_sum_passes_through():
    network = read_network(Written(lambda m, x: m.b(torch.relu(m.a(x))) + m.c(x)))
    assert [(block.source, block.target) for block in network.walked.blocks] == [
        ("input", "a"),
        ("a", "b"),
        ("input", "c"),
        ("b", "output"),
        ("c", "output"),
    ]


@pytest.mark.parametrize(
    ("forward", "reason"),
    [
        (lambda m, x: m.b(m.a(x)) if x.sum() > 0 else x, "Written"),
        (lambda m, x: (m.b(m.a(x)), x), "puts out 2 values"),
        (lambda m, x: m.b(m.a(x).cumsum(1)), "cumsum"),
        (lambda m, x: x.view(-1, 2, 2), "no layer with weights"),
    ],
    ids=["if", "pair", "cumsum", "none"],
)
def test_not_understood(forward, reason):
    with pytest.raises(UnsupportedLayer, match=reason) as raised:
        read_network(Written(forward).eval())
    assert "\n" not in str(raised.value)


def test_opaque_on_request():
    network = read_network(Written(lambda m, x: m.b(m.a(x).cumsum(1))).eval(), Opening(allow_opaque=True))
    assert [layer.kind for layer in network.walked.layers] == ["input", "linear", "opaque", "linear"]


def test_input_from_data():
    images = read_data((np.ones((3, 5, 5)), [0, 1, 0]))
    convolutional = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(18, 2)).eval()
    assert read_network(convolutional, data=images).program.input.shape == (1, 5, 5)
    flat = nn.Sequential(nn.Linear(25, 2)).eval()
    assert read_network(flat, data=images).program.input.shape == (25,)


def test_input_not_known():
    with pytest.raises(BadParameter, match="--input 3x32x32"):
        read_network(nn.Sequential(nn.Conv2d(1, 2, 3)))


@pytest.mark.parametrize("text", ["", "3x", "0", "3*4", "tokens", "tokens:", "-3", "3x32x32x"])
def test_bad_input(text):
    with pytest.raises(BadParameter, match="is no shape of a trial"):
        read_network(nn.Sequential(nn.Linear(3, 2)), Opening(input=text))


def test_no_chain(tmp_path):
    torch.save(xor().state_dict(), tmp_path / "xor.pt")
    with pytest.raises(BadParameter, match=r"xor\.pt' holds 'hidden\.weight' 2 x 2, .*hidden:relu,output"):
        read_network(tmp_path / "xor.pt")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_not_finite(value):
    module = two_blocks()
    module.dense_2.weight.data[1, 2] = module.dense_2.weight.data[3, 0] = value
    with pytest.raises(NonFiniteWeights, match=r"'dense_2\.weight' has 2 NaN or infinite values"):
        read_network(module)


def test_onnx_not_finite(tmp_path):
    weights = [numpy_helper.from_array(np.array([[1, 2]], np.float32), "w")]
    weights += [numpy_helper.from_array(np.array([np.nan], np.float32), "b")]
    values = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ("n", size)) for name, size in (("x", 2), ("y", 1))
    ]
    node = helper.make_node("Gemm", ["x", "w", "b"], ["y"], transB=1)
    graph = helper.make_graph([node], "g", values[:1], values[1:], weights)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), tmp_path / "n.onnx")
    with pytest.raises(NonFiniteWeights, match=r"n\.onnx.*'w\.bias' has 1 NaN or infinite values"):
        read_network(tmp_path / "n.onnx")


def test_tensors_that_do_not_fit():
    with pytest.raises(TensorMismatch, match="'b' puts out 4 values, but 'a' takes in 2"):
        read_network(state(a=(3, 2), b=(4, 3)), Opening(chain="b,a"))


def test_unknown_norm():
    with pytest.raises(UnknownName, match=r"norm 'frobenus'. Did you mean 'frobenius'"):
        read_network(xor(), Opening(norm="frobenus"))


def test_part_of_a_list(tmp_path):
    torch.save([state(a=(3, 2)), state(a=(4, 2))], tmp_path / "n.pt")
    first = read_network(tmp_path / "n.pt", Opening(chain="a", part="0"))
    assert described(first)[-1] == ("a", 3, "identity")
    assert first.opened["part"] == "0"


def test_guessed_input():
    image = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(8, 3))
    with pytest.raises(UnsupportedLayer, match=r"One trial was taken for 8, .* --input 3x32x32\."):
        read_network(image)
    assert described(read_network(image, Opening(input="1x4x4")))[-1] == ("2", 3, "identity")
