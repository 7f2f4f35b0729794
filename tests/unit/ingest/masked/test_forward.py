"""Running networks with activations replaced, against values worked out by hand and plain torch modules."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from networks import two_blocks, two_blocks_data, xor, xor_data
from torch import nn

from atlas.errors import BadParameter, UnknownName
from atlas.records import MaskedForward, Replacement
from ingest import ProgramForward, forward

METHODS = ("zero", "mean", "resample")


@pytest.fixture
def small() -> ProgramForward:
    return forward(xor(), key="xor", data=xor_data())


@pytest.fixture
def blocks() -> ProgramForward:
    return forward(two_blocks(), key="two", data=two_blocks_data())


def zeroed(*numbers: int) -> Replacement:
    return Replacement(numbers=np.array(numbers, dtype=np.int64), method="zero")


def points(network: MaskedForward, layer: str, *numbers: int) -> float:
    """Accuracy lost when neurons are set to zero."""
    right = network.outputs({layer: zeroed(*numbers)}).argmax(axis=1) == network.data.labels
    return 100 * float((network.predict() == network.data.labels).mean() - right.mean())


def test_names(small):
    assert (small.network, small.layers, small.hidden) == ("xor", ("input", "hidden", "output"), ("hidden",))


def test_activations(small):
    assert small.activations("input").tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert small.activations("hidden").tolist() == [[0, 0], [1, 0], [1, 0], [2, 1]]
    assert small.activations("output").tolist() == [[0.5, 0], [0.5, 1], [0.5, 1], [0.5, 0]]
    assert (small.predict().tolist(), small.accuracy_percent) == ([0, 1, 1, 0], 100.0)


def test_xor_effects(small):
    assert [points(small, "hidden", number) for number in (0, 1)] == [50, 25]


def test_block_effects(blocks):
    assert [points(blocks, "dense_1", number) for number in range(4)] == [50, 0, 50, 0]
    assert [points(blocks, "dense_2", number) for number in range(4)] == [50, 25, 50, 25]
    assert [points(blocks, "dense_2", 0, 1), points(blocks, "dense_2", 2, 3)] == [50, 50]


def test_two_layers_at_once(blocks):
    outputs = blocks.outputs({"dense_2": zeroed(0, 1), "dense_1": zeroed(2)})
    np.testing.assert_array_equal(outputs[:, 0], 0)  # block A is cut off
    np.testing.assert_array_equal(outputs[:, 1], blocks.activations("dense_1")[:, 3])  # without s, d is left


def test_mean_and_resampled(small):
    donors = np.array([3, 2, 1, 0])
    mean = small.outputs({"hidden": Replacement(numbers=np.array([0]), method="mean")})
    assert mean[:, 1].tolist() == [1, 1, 1, -1]  # 1, the mean of 0 1 1 2, minus 2 hidden/1
    other = small.outputs({"hidden": Replacement(numbers=np.array([0]), method="resample", donors=donors)})
    assert other[:, 1].tolist() == [2, 1, 1, -2]


def test_chosen_trials(small):
    assert small.outputs({"hidden": zeroed(1)}, trials=np.array([3, 0])).tolist() == [[0.5, 2], [0.5, 0]]
    assert small.outputs({}, trials=np.array([3])).tolist() == [[0.5, 0]]


def test_touched(small):
    assert small.touched({"hidden": zeroed(0)}).tolist() == [False, True, True, True]
    assert small.touched({"hidden": zeroed(1)}).tolist() == [False, False, False, True]
    assert small.touched({"hidden": Replacement(numbers=np.array([0]), method="mean")}).tolist() == [1, 0, 0, 1]
    assert small.touched({}).tolist() == [False] * 4


def test_nothing_is_overwritten(small):
    small.outputs({"hidden": zeroed(0, 1), "input": zeroed(0)})
    assert small.activations("hidden").tolist() == [[0, 0], [1, 0], [1, 0], [2, 1]]
    with pytest.raises(ValueError, match="read-only"):
        small.activations("output")[0, 0] = 1


def test_type_of_weights():
    assert forward(xor().double(), key="n", data=xor_data()).activations("output").dtype == np.float64
    assert forward(xor(), key="n", data=xor_data()).activations("output").dtype == np.float32


def test_images_are_flattened():
    network = forward(two_blocks(), key="n", data=(np.ones((3, 2, 2)), [0, 1, 0]))
    assert network.activations("input").shape == (3, 4)


@pytest.mark.parametrize(
    ("layer", "replacement", "error", "message"),
    [
        ("hiden", zeroed(0), UnknownName, "Did you mean 'hidden'"),
        ("hidden", zeroed(2), UnknownName, "neuron '2' of 'hidden'"),
        ("hidden", zeroed(-1), UnknownName, "neuron '-1' of 'hidden'"),
        ("hidden", Replacement(numbers=np.array([0]), method="zeros"), UnknownName, "Did you mean 'zero'"),
        ("hidden", Replacement(numbers=np.array([0]), method="resample"), BadParameter, "Give `donors`"),
    ],
    ids=["layer", "neuron", "negative", "method", "donors"],
)
def test_refused(small, layer, replacement, error, message):
    with pytest.raises(error, match=message):
        small.outputs({layer: replacement})


class Convolutional(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv, self.norm, self.fc = nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3), nn.Linear(12, 4)
        self.norm.running_mean, self.norm.running_var = torch.tensor([0.1, 0.2, -0.3]), torch.tensor([0.5, 2.0, 1.0])

    def hidden(self, x: torch.Tensor) -> torch.Tensor:
        return torch.tanh(self.norm(self.conv(x)))

    def rest(self, hidden: torch.Tensor) -> torch.Tensor:
        return self.fc(nn.functional.max_pool2d(hidden, 2).flatten(1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.rest(self.hidden(x))


class Recurrent(nn.Module):
    """An Elman network whose states can be replaced at every step."""

    def __init__(self) -> None:
        super().__init__()
        self.rnn, self.fc = nn.RNN(3, 4, batch_first=True), nn.Linear(4, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc(self.rnn(x)[0][:, -1])

    def states(self, x: torch.Tensor, instead: Callable[[int, torch.Tensor], torch.Tensor]) -> torch.Tensor:
        state, states = torch.zeros(len(x), 4), []
        for step in range(x.shape[1]):
            w_in, w_back, b_in, b_back = self.rnn.all_weights[0]
            state = instead(step, torch.tanh(x[:, step] @ w_in.T + b_in + state @ w_back.T + b_back))
            states.append(state)
        return torch.stack(states, dim=1)


class Heads(nn.Module):
    """Self-attention that keeps its positions first and its batch second inside, as torch's own does."""

    def __init__(self) -> None:
        super().__init__()
        self.attention, self.fc = nn.MultiheadAttention(8, 2, batch_first=True), nn.Linear(8, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc((x + self.attention(x, x, x, need_weights=False)[0])[:, -1])


def data(*shape: int, n_classes: int) -> tuple[np.ndarray, np.ndarray]:
    draws = np.random.default_rng(0)
    return draws.normal(size=shape).astype(np.float32), np.arange(shape[0]) % n_classes


def instead(values: torch.Tensor, numbers: list[int], method: str, donors: np.ndarray) -> torch.Tensor:
    """Replace channels, or neurons, on axis 1."""
    changed = values.clone()
    stand_in = {"zero": torch.zeros(()), "mean": values.mean(0), "resample": values[donors]}[method]
    changed[:, numbers] = stand_in if method == "zero" else stand_in[..., numbers, :, :] if values.ndim == 4 else 0
    return changed


@pytest.mark.parametrize("method", METHODS)
def test_channels(method):
    torch.manual_seed(0)
    module, (x, y) = Convolutional().eval(), data(7, 2, 6, 6, n_classes=4)
    network, donors = forward(module, key="n", data=(x, y)), np.roll(np.arange(7), 1)
    assert network.layers == ("input", "conv", "fc")
    with torch.no_grad():
        hidden = module.hidden(torch.tensor(x))
        expected = module.rest(instead(hidden, [0, 2], method, donors)).numpy()
    np.testing.assert_allclose(network.activations("conv"), hidden.mean((2, 3)), atol=1e-6)
    replaced = {"conv": Replacement(numbers=np.array([0, 2]), method=method, donors=donors)}
    np.testing.assert_allclose(network.outputs(replaced), expected, atol=1e-5)
    np.testing.assert_allclose(network.outputs(replaced, trials=np.array([4, 1])), expected[[4, 1]], atol=1e-5)
    assert network.touched(replaced).all()


@pytest.mark.parametrize("method", METHODS)
def test_states_of_every_step(method):
    torch.manual_seed(0)
    module, (x, y) = Recurrent().eval(), data(5, 6, 3, n_classes=2)
    network, donors = forward(module, key="n", data=(x, y)), np.roll(np.arange(5), 2)
    with torch.no_grad():
        intact = module.states(torch.tensor(x), lambda _, state: state)
        stand_in = {"zero": torch.zeros_like(intact), "mean": intact.mean(0, keepdim=True).expand_as(intact)}
        stand_in["resample"] = intact[donors]

        def replace(step: int, state: torch.Tensor) -> torch.Tensor:
            state = state.clone()
            state[:, 1] = stand_in[method][:, step, 1]
            return state

        expected = module.fc(module.states(torch.tensor(x), replace)[:, -1]).numpy()
    np.testing.assert_allclose(network.activations("rnn"), intact[:, -1], atol=1e-6)
    np.testing.assert_allclose(network.all_steps("rnn").reshape(5, 6, 4), intact, atol=1e-6)
    replaced = {"rnn": Replacement(numbers=np.array([1]), method=method, donors=donors)}
    np.testing.assert_allclose(network.outputs(replaced), expected, atol=1e-5)


def test_whole_head():
    torch.manual_seed(0)
    module, (x, y) = Heads().eval(), data(5, 4, 8, n_classes=3)
    network = forward(module, key="n", data=(x, y))
    layer = next(name for name in network.hidden if network.activations(name).shape[1] == 2)
    silenced = network.outputs({layer: zeroed(1)})
    with torch.no_grad():
        module.attention.out_proj.weight[:, 4:] = 0  # what the second head would write
        expected = module(torch.tensor(x)).numpy()
    np.testing.assert_allclose(silenced, expected, atol=1e-5)


def test_tokens():
    torch.manual_seed(0)
    module = nn.Sequential(nn.Embedding(5, 3), nn.Flatten(), nn.Linear(6, 4)).eval()
    tokens = np.array([[0, 1], [2, 3], [4, 4]])
    network = forward(module, key="n", data=(tokens, [0, 1, 2]))
    with torch.no_grad():
        np.testing.assert_allclose(network.outputs({}), module(torch.tensor(tokens)), atol=1e-6)
        rows = module[0](torch.tensor(tokens)).clone()
        rows[:, :, 2] = 0
        expected = module[2](rows.flatten(1))
    np.testing.assert_allclose(network.outputs({network.layers[1]: zeroed(2)}), expected, atol=1e-6)


def test_blocks_of_trials(monkeypatch):
    x, y = data(50, 4, n_classes=2)
    whole = forward(two_blocks(), key="n", data=(x, y))
    monkeypatch.setattr("ingest.masked.intact.BLOCK_BYTES", 1000)
    monkeypatch.setattr("ingest.masked.intact.KEPT_BYTES", 0)
    parted = forward(two_blocks(), key="n", data=(x, y))
    for method in METHODS:
        replaced = {"dense_1": Replacement(numbers=np.array([0, 3]), method=method, donors=np.roll(np.arange(50), 9))}
        np.testing.assert_allclose(parted.outputs(replaced), whole.outputs(replaced), atol=1e-6)
        assert parted.touched(replaced).tolist() == whole.touched(replaced).tolist()


@settings(max_examples=20)
@given(st.integers(0, 2**32), st.integers(1, 9))
def test_replaced_by_itself(seed, n_trials):
    draws = np.random.default_rng(seed)
    network = forward(two_blocks(), key="n", data=(draws.normal(size=(n_trials, 4)), np.zeros(n_trials, dtype=int)))
    own = {
        layer: Replacement(numbers=np.arange(network.activations(layer).shape[1]), method="resample", donors=itself)
        for itself in [np.arange(n_trials)]
        for layer in network.layers
    }
    np.testing.assert_array_equal(network.outputs(own), network.activations("dense_3"))
    assert not network.touched(own).any()
