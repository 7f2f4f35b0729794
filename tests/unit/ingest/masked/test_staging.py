"""Networks taken apart into affine maps and nonlinearities, against their weights and what they put out."""

from __future__ import annotations

from pathlib import Path

import architectures
import numpy as np
import onnx
import pytest
import torch
from networks import two_blocks, two_blocks_data, xor, xor_data
from onnx import TensorProto, helper, numpy_helper
from scipy import sparse
from torch import nn
from torch.nn import functional

from atlas.errors import BadParameter, UnknownName, UnsupportedLayer
from atlas.records import StagedForward, StagedLayer
from ingest import Opening, ProgramForward, forward
from ingest.activation import parse_activation
from ingest.masked.staging import affine


def made(module: nn.Module, *shape: int, tokens: int | None = None) -> ProgramForward:
    draws = np.random.default_rng(0)
    doubles = any(tensor.dtype == torch.float64 for tensor in module.state_dict().values())
    x = draws.normal(size=(12, *shape)).astype(np.float64 if doubles else np.float32)
    if tokens is not None:
        x = draws.integers(0, tokens, size=(12, *shape))
    text = "x".join(map(str, shape)) if tokens is None else f"tokens:{shape[0]}"
    return forward(module.eval(), key="n", data=(x, np.zeros(12, dtype=np.int64)), opening=Opening(input=text))


def through(layer: StagedLayer, x: np.ndarray) -> np.ndarray:
    for stage in layer.stages:
        z = np.ascontiguousarray((stage.weight @ x.T).T + stage.bias)
        x = parse_activation(stage.activation)(torch.from_numpy(z)).numpy()
    return x


def elements(network: StagedForward, layer: str) -> np.ndarray:
    return network.all_steps(layer).reshape(len(network.data.labels), -1).astype(np.float64)


def check(network: StagedForward, start: str = "input") -> tuple[StagedLayer, ...]:
    """Run the trials through the stages, and compare with what every layer puts out."""
    layers, x = network.staged(start), elements(network, start)
    for layer in layers:
        x, expected = through(layer, x), elements(network, layer.layer)
        np.testing.assert_allclose(x, expected, rtol=0, atol=2e-6 * np.abs(expected).max())
    return layers


def dense(layer: StagedLayer, number: int = 0) -> np.ndarray:
    weight = layer.stages[number].weight
    return weight.toarray() if sparse.issparse(weight) else weight


class Written(nn.Module):
    """Two linear layers of 4-6-2 with a function between."""

    def __init__(self, function) -> None:
        super().__init__()
        self.fc1, self.fc2, self.function = nn.Linear(4, 6), nn.Linear(6, 2), function

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc2(self.function(self.fc1(x)))


class Skip(nn.Module):
    """A branch of two layers with a function between, beside the first layer; then two more layers."""

    def __init__(self, function) -> None:
        super().__init__()
        self.fc1, self.fc2, self.fc3 = nn.Linear(4, 6), nn.Linear(6, 6), nn.Linear(6, 6)
        self.fc4, self.fc5, self.function = nn.Linear(6, 3), nn.Linear(3, 2), function

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.fc1(x)
        y = y + self.fc3(self.function(self.fc2(y)))
        return self.fc5(torch.relu(self.fc4(torch.relu(y))))


class Recurrent(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.rnn, self.fc = nn.RNN(3, 4, batch_first=True), nn.Linear(4, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc(torch.relu(self.rnn(x)[0][:, -1]))


class Bag(nn.Module):
    """The mean of embedded tokens, and a linear layer."""

    def __init__(self) -> None:
        super().__init__()
        self.embed, self.fc = nn.Embedding(7, 4), nn.Linear(4, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc(self.embed(x).mean(1))


def normed(n_channels: int) -> nn.BatchNorm2d:
    norm, draws = nn.BatchNorm2d(n_channels), torch.Generator().manual_seed(1)
    norm.running_mean = 3 * torch.randn(n_channels, generator=draws)
    norm.running_var = torch.rand(n_channels, generator=draws) + 0.5
    norm.weight.data, norm.bias.data = torch.randn(2, n_channels, generator=draws)
    return norm


def plane(*parts: nn.Module, n_features: int) -> nn.Sequential:
    return nn.Sequential(*parts, nn.Flatten(), nn.Linear(n_features, 3))


REPRODUCED = {
    "average pool": (lambda: plane(nn.Conv2d(2, 3, 3), nn.ReLU(), nn.AvgPool2d(2), n_features=27), (2, 8, 8)),
    "batch norm": (lambda: plane(nn.Conv2d(2, 3, 3), normed(3), nn.ReLU(), n_features=108), (2, 8, 8)),
    "batch norm after": (lambda: plane(nn.Conv2d(2, 3, 3), nn.Tanh(), normed(3), n_features=108), (2, 8, 8)),
    "stride": (lambda: plane(nn.Conv2d(2, 3, 3, 2, 1, dilation=2), nn.GELU(), n_features=27), (2, 8, 8)),
    "groups": (lambda: plane(nn.Conv2d(4, 6, 3, groups=2, padding="same"), nn.SiLU(), n_features=150), (4, 5, 5)),
    "transposed": (lambda: plane(nn.ConvTranspose2d(2, 3, 3, 2), nn.ReLU(), n_features=147), (2, 3, 3)),
    "padded pool": (lambda: plane(nn.AvgPool2d(3, 2, 1), nn.Conv2d(2, 3, 1), nn.ReLU(), n_features=27), (2, 6, 6)),
    "global pool": (lambda: plane(nn.Conv2d(2, 3, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), n_features=3), (2, 6, 6)),
    "convolution over time": (lambda: plane(nn.Conv1d(3, 4, 3), nn.ELU(), n_features=24), (3, 8)),
    "every position alone": (lambda: nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 2)), (5, 4)),
    "dropout": (lambda: Written(nn.Dropout()), (4,)),
    "two functions": (lambda: Written(lambda x: torch.relu(torch.tanh(x))), (4,)),
    "scaled between": (lambda: Written(lambda x: torch.relu(3 * torch.tanh(x) - 1)), (4,)),
    "quadratic": (lambda: Written(lambda x: x + 0.3 * x**2), (4,)),
    "erf": (lambda: Written(torch.erf), (4,)),
    "around an affine map": (lambda: Skip(nn.Identity()), (4,)),
    "double precision": (lambda: Written(torch.tanh).double(), (4,)),
}


@pytest.mark.parametrize("name", REPRODUCED)
def test_stages_do_what_layers_do(name):
    build, shape = REPRODUCED[name]
    torch.manual_seed(0)
    network = made(build(), *shape)
    layers = check(network)
    assert layers[-1].layer == network.layers[-1]


def test_weights_of_xor():
    hidden, output = forward(xor(), key="xor", data=xor_data()).staged()
    assert (hidden.layer, hidden.numbers.tolist(), output.numbers.tolist()) == ("hidden", [0, 1], [0, 1])
    (first,), (second,) = hidden.stages, output.stages
    assert (first.weight.tolist(), first.bias.tolist(), first.activation) == ([[1, 1], [1, 1]], [0, -1], "relu")
    assert (second.weight.tolist(), second.bias.tolist()) == ([[0, 0], [1, -2]], [0.5, 0])
    assert second.activation == "identity"


def test_every_layer_of_two_blocks():
    assert [layer.layer for layer in check(forward(two_blocks(), key="two", data=two_blocks_data()))] == [
        "dense_1",
        "dense_2",
        "dense_3",
    ]


def test_weights_of_a_linear_layer_are_taken_as_they_are():
    torch.manual_seed(0)
    linear = nn.Linear(12, 3)
    (layer,) = made(nn.Sequential(nn.Flatten(), linear), 3, 4).staged()
    np.testing.assert_array_equal(layer.stages[0].weight, linear.weight.detach().double())
    np.testing.assert_array_equal(layer.stages[0].bias, linear.bias.detach().double())


def test_convolution_by_hand():
    convolution = nn.Conv1d(1, 1, 3)
    convolution.weight.data, convolution.bias.data = torch.tensor([[[1.0, 2, 3]]]), torch.tensor([0.5])
    layer, _ = made(nn.Sequential(convolution, nn.ReLU(), nn.Flatten(), nn.Linear(38, 1)), 1, 40).staged()
    assert sparse.issparse(layer.stages[0].weight)
    expected = sum(shift * np.eye(38, 40, shift - 1) for shift in (1, 2, 3))
    np.testing.assert_array_equal(dense(layer), expected)
    assert (layer.stages[0].bias == 0.5).all()
    assert (layer.numbers == 0).all()


def test_pool_and_norm_go_into_the_weights():
    norm, linear = nn.BatchNorm1d(2), nn.Linear(2, 1)
    norm.running_mean, norm.running_var, norm.eps = torch.tensor([1.0, 2]), torch.tensor([4.0, 16]), 0.0
    linear.weight.data, linear.bias.data = torch.tensor([[2.0, 4]]), torch.tensor([1.0])
    (layer,) = made(nn.Sequential(norm, nn.AvgPool1d(2), nn.Flatten(), linear), 2, 2).staged()
    np.testing.assert_allclose(dense(layer), [[0.5, 0.5, 0.5, 0.5]], rtol=1e-7)  # 2 / 2 / 2 and 4 / 4 / 2
    np.testing.assert_allclose(layer.stages[0].bias, [1 - 1 - 2], rtol=1e-7)


def test_a_large_bias_costs_no_digits():
    convolution = nn.Conv1d(1, 1, 1)
    convolution.weight.data, convolution.bias.data = torch.tensor([[[1e-3]]]), torch.tensor([1e4])
    layer, _ = made(nn.Sequential(convolution, nn.ReLU(), nn.Flatten(), nn.Linear(3, 1)), 1, 3).staged()
    np.testing.assert_allclose(np.diag(dense(layer)), 1e-3, rtol=1e-6)


def test_what_was_found_is_kept_until_another_start():
    network = forward(two_blocks(), key="two", data=two_blocks_data())
    whole, rest = network.staged(), network.staged("dense_1")
    assert [layer.layer for layer in rest] == ["dense_2", "dense_3"]
    assert network.staged("dense_1") is rest
    assert [layer.layer for layer in network.staged()] == [layer.layer for layer in whole]


def test_channels_number_elements():
    layer, _ = made(plane(nn.Conv2d(1, 2, 2), nn.ReLU(), n_features=8), 1, 3, 3).staged()
    assert layer.numbers.tolist() == [0, 0, 0, 0, 1, 1, 1, 1]


def test_two_functions_are_two_stages():
    layer, _ = made(Written(lambda x: torch.relu(torch.tanh(x))), 4).staged()
    assert [stage.activation for stage in layer.stages] == ["tanh", "relu"]
    np.testing.assert_array_equal(dense(layer, 1), np.eye(6))


def test_quadratic_of_a_chain():
    tensors = {"a.weight": torch.eye(2), "b.weight": torch.ones(2, 2)}
    network = forward(tensors, key="n", data=xor_data(), opening=Opening(chain="a:quadratic(0.3),b:erf"))
    assert [layer.stages[0].activation for layer in check(network)] == ["quadratic(0.3)", "erf"]
    np.testing.assert_allclose(network.activations("a"), [[0, 0], [0, 1.3], [1.3, 0], [1.3, 1.3]], rtol=1e-6)


def test_layers_on_an_affine_branch_belong_to_the_next():
    assert [layer.layer for layer in made(Skip(nn.Identity()), 4).staged()] == ["fc1", "fc4", "fc5"]


def test_a_function_that_chains_do_not_have_keeps_its_name():
    layer, _ = made(Written(functional.hardswish), 4).staged()
    assert layer.stages[0].activation == "hardswish"


def test_onnx(tmp_path: Path):
    draws = np.random.default_rng(0)
    constants = {
        "c.weight": draws.normal(size=(3, 2, 3, 3)),
        "c.bias": draws.normal(size=3),
        "fc.weight": draws.normal(size=(4, 3)),
    }
    nodes = [
        helper.make_node("Conv", ["x", "c.weight", "c.bias"], ["c"], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["c"], ["r"]),
        helper.make_node("GlobalAveragePool", ["r"], ["p"]),
        helper.make_node("Flatten", ["p"], ["f"]),
        helper.make_node("Gemm", ["f", "fc.weight"], ["y"], transB=1),
    ]
    held = [numpy_helper.from_array(array.astype(np.float32), name) for name, array in constants.items()]
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ("batch", 2, 6, 6))
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, ("batch", 4))
    opsets = [helper.make_opsetid("", 18)]
    onnx.save(
        helper.make_model(helper.make_graph(nodes, "g", [x], [y], held), opset_imports=opsets, ir_version=9),
        tmp_path / "n.onnx",
    )
    data = (draws.normal(size=(12, 2, 6, 6)).astype(np.float32), np.arange(12) % 2)
    layers = check(forward(tmp_path / "n.onnx", key="n", data=data))
    assert [layer.layer for layer in layers] == ["c", "fc"]


REFUSED = {  # network, shape of its input, what is refused, where to start
    "max pool": (
        lambda: nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), *pair(8)),
        (1, 6, 6),
        "After layer '0', on the way to '4', stands max-pooling.",
        "4",
    ),
    "other pool": (
        lambda: Written(lambda x: x.logsumexp(1, keepdim=True).expand(-1, 6)),
        (4,),
        "After layer 'fc1', on the way to 'fc2', stands a pooling that is no average.",
        None,
    ),
    "larger of two": (
        lambda: Written(lambda x: torch.maximum(x, x.flip(1))),
        (4,),
        "After layer 'fc1', on the way to 'fc2', stands a choice among several values, as by maximum.",
        None,
    ),
    "attention": (
        architectures.Vit,
        (3, 8, 8),
        "After layer 'patch', on the way to 'blocks.0', stands a layer norm.",
        None,
    ),
    "layer norm": (
        lambda: nn.Sequential(nn.Linear(4, 4), nn.LayerNorm(4), nn.ReLU(), nn.Linear(4, 2)),
        (4,),
        "After layer 'input', on the way to '0', stands a layer norm.",
        "0",
    ),
    "layer norm at the end": (
        lambda: nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 2), nn.LayerNorm(2)),
        (4,),
        "After layer '2' stands a layer norm.",
        None,
    ),
    "softmax": (
        lambda: nn.Sequential(nn.Linear(4, 4), nn.Softmax(1), *pair(4)),
        (4,),
        "After layer '0', on the way to '2', stands a softmax.",
        "2",
    ),
    "product": (
        lambda: Written(lambda x: x * x.flip(1)),
        (4,),
        "After layer 'fc1', on the way to 'fc2', stands a product of values.",
        None,
    ),
    "gate": (
        lambda: Written(lambda x: x * torch.sigmoid(x.flip(1))),
        (4,),
        "After layer 'fc1', on the way to 'fc2', stands a product of values.",
        None,
    ),
    "recurrent": (Recurrent, (5, 3), "After layer 'input', on the way to 'rnn', stands a recurrent layer.", "rnn"),
    "residual": (
        lambda: Skip(nn.ReLU()),
        (4,),
        "After layer 'fc3', on the way to 'fc4', stands a residual sum around the nonlinearity 'relu'.",
        "fc4",
    ),
    "two functions side by side": (
        lambda: Written(lambda x: torch.cat([torch.relu(x[:, :3]), torch.tanh(x[:, 3:])], 1)),
        (4,),
        "After layer 'fc1', on the way to 'fc2', stands a joining of branches around the nonlinearity 'relu'.",
        None,
    ),
    "nameless": (
        lambda: Written(lambda x: torch.where(x > 0, x, 0.2 * x)),
        (4,),
        "After layer 'input', on the way to 'fc1', stands a function of each element that has no name.",
        "fc1",
    ),
    "rounding": (
        lambda: Written(lambda x: (9 * x).to(torch.int32).float()),
        (4,),
        "What leads from layer 'fc1' to 'fc2' is no affine map",
        None,
    ),
    "after the last layer": (
        lambda: nn.Sequential(nn.Linear(4, 3), nn.ReLU(), Plus()),
        (4,),
        "After layer '0' stands a scale that belongs to no layer.",
        None,
    ),
    "wide": (
        lambda: nn.Sequential(nn.Conv2d(1, 1, 3, padding=1), nn.ReLU(), nn.AvgPool2d(32), nn.Flatten(), *pair(100)),
        (1, 320, 320),
        "What leads from layer 'input' to '0' is an affine map of 102,400 x 102,400 weights, too many to find",
        "4",
    ),
}


class Plus(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + 0.5


def pair(n_in: int) -> tuple[nn.Module, ...]:
    return nn.Linear(n_in, 5), nn.ReLU(), nn.Linear(5, 2)


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    build, shape, message, later = REFUSED[name]
    network = made(build(), *shape)
    with pytest.raises(UnsupportedLayer) as caught:
        network.staged()
    assert str(caught.value).startswith(message)
    remedy = "No later layer can be started at." if later is None else f"Start later: start={later!r}."
    assert str(caught.value).endswith(remedy)
    if later is not None:
        check(network, later)


def test_attention_itself():
    network = made(nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True), 5, 8)
    with pytest.raises(UnsupportedLayer, match=r"^After layer 'input', on the way to '.*', stands softmax attention"):
        network.staged()


def test_tokens():
    network = made(Bag(), 5, tokens=7)
    with pytest.raises(UnsupportedLayer, match=r"on the way to 'embed', stands an embedding.*start='embed'"):
        network.staged()
    (layer,) = check(network, "embed")
    assert layer.stages[0].weight.shape == (2, 20)


def test_a_published_network_from_where_it_can_be():
    torch.manual_seed(0)
    assert [layer.layer for layer in check(made(architectures.cifar_cnn(), 3, 32, 32), "fc1")] == ["fc2", "fc3"]


def test_start_that_others_go_around():
    with pytest.raises(UnsupportedLayer, match="a residual sum with values that go around layer 'fc2'"):
        made(Skip(nn.ReLU()), 4).staged("fc2")


def test_start_at_the_end():
    with pytest.raises(BadParameter, match=r"No layer comes after 'output'. Start at one before: 'hidden' or earlier"):
        forward(xor(), key="xor", data=xor_data()).staged("output")


def test_start_that_is_not_there():
    with pytest.raises(UnknownName, match="Did you mean 'hidden'"):
        forward(xor(), key="xor", data=xor_data()).staged("hiden")


@pytest.fixture
def banded() -> ProgramForward:
    torch.manual_seed(0)
    return made(nn.Sequential(nn.Conv1d(1, 1, 3), nn.ReLU(), nn.Flatten(), *pair(38)), 1, 40)


def test_what_is_mostly_zero_is_never_held_in_full(banded, monkeypatch):
    monkeypatch.setattr(affine, "MOST", 38 * 5 + 1)  # more than the 3 x 38 weights of the first layer
    monkeypatch.setattr(affine, "_AT_ONCE", 7 * 40)
    assert sparse.issparse(check(banded)[0].stages[0].weight)


def test_too_many_that_are_not_zero(banded, monkeypatch):
    monkeypatch.setattr(affine, "MOST", 100)
    with pytest.raises(UnsupportedLayer, match=r"'input' to '0' is an affine map of 38 x 40.* at most 100 .*start='3'"):
        banded.staged()
