"""Computing only what changes gives what the plain way gives: hooks on a run from the input."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise

import architectures
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from atlas.analysis.answers import answers_of, n_near_ties
from atlas.records import METHODS_OF_ABLATION, NO_ANSWER, DataRecord, Replacement
from ingest import Opening, ProgramForward, TrainedNetwork, forward, read_data, read_network
from ingest.activation import FUNCTIONS, Activation
from ingest.masked import tail

N_TRIALS = 60


class Nonlinearity(nn.Module):
    def __init__(self, name: str) -> None:
        super().__init__()
        self.activation = Activation(name)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.activation(x)


class Recurrent(nn.Module):
    """A perceptron before and behind a recurrent layer."""

    def __init__(self) -> None:
        super().__init__()
        self.before, self.rnn, self.behind = nn.Linear(3, 5), nn.GRU(5, 4, batch_first=True), nn.Linear(4, 6)
        self.out = nn.Linear(6, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        states = self.rnn(torch.relu(self.before(x)))[0]
        return self.out(torch.tanh(self.behind(states[:, -1])))


def dense(activation: str, *sizes: int) -> nn.Sequential:
    parts: list[nn.Module] = []
    for n_in, n_out in pairwise(sizes):
        parts += [nn.Linear(n_in, n_out), Nonlinearity(activation)]
    return nn.Sequential(*parts[:-1])


def pooled(pool: nn.Module) -> nn.Sequential:
    first = [nn.Conv2d(2, 6, 3, padding=1), nn.BatchNorm2d(6), nn.ReLU(), pool]
    second = [nn.Conv2d(6, 5, (3, 2), stride=2, padding=(1, 0), dilation=(1, 2)), nn.LeakyReLU(0.2)]
    return nn.Sequential(*first, *second, nn.Flatten(), nn.LazyLinear(8), nn.Tanh(), nn.Linear(8, 4))


def strange() -> nn.Sequential:
    """Groups, padding of its own on every side, a mean over all positions."""
    first = [nn.Conv2d(2, 4, 2, padding="same"), nn.Sigmoid(), nn.Conv2d(4, 6, 3, groups=2, bias=False), nn.SiLU()]
    return nn.Sequential(*first, nn.Conv2d(6, 5, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(5, 3))


def sequence() -> nn.Sequential:
    return nn.Sequential(
        nn.Conv1d(3, 6, 3),
        nn.ReLU(),
        nn.MaxPool1d(3, 2, 1),
        nn.Conv1d(6, 4, 2),
        nn.Tanh(),
        nn.Flatten(),
        nn.LazyLinear(3),
    )


def residual() -> nn.Sequential:
    blocks = [architectures.Residual(2, 4, 1), architectures.Residual(4, 4, 1)]
    return nn.Sequential(*blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3))


KINDS: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...]]] = {
    **{name: (lambda name=name: dense(name, 7, 12, 9, 8, 5), (7,)) for name in FUNCTIONS},
    "max pool": (lambda: pooled(nn.MaxPool2d(2)), (2, 8, 10)),
    "average pool": (lambda: pooled(nn.AvgPool2d(2)), (2, 8, 10)),
    "overlapping pool": (lambda: pooled(nn.MaxPool2d(3, 2, 1, ceil_mode=True)), (2, 8, 10)),
    "dilated pool": (lambda: pooled(nn.MaxPool2d(2, 2, dilation=2)), (2, 8, 10)),
    "strange": (strange, (2, 6, 6)),
    "sequence": (sequence, (3, 14)),
    "residual": (residual, (2, 6, 6)),
    "heads": (architectures.Vit, (3, 8, 8)),
    "recurrent": (Recurrent, (6, 3)),
}


@cache
def made(kind: str, dtype: type[np.floating] = np.float32) -> tuple[ProgramForward, ProgramForward]:
    """Make a network that computes what changes, and the same one without the room for it."""
    build, shape = KINDS[kind]
    torch.manual_seed(0)
    module = build().eval()
    module(torch.zeros(1, *shape))  # settles the sizes of lazy layers
    for part in module.modules():
        if isinstance(part, nn.BatchNorm2d):
            part.running_mean, part.running_var = torch.randn(part.num_features), torch.rand(part.num_features) + 0.5
    x = np.random.default_rng(0).normal(size=(N_TRIALS, *shape)).astype(dtype)
    network = read_network(module.double() if dtype == np.float64 else module, Opening(input="x".join(map(str, shape))))
    data = read_data((x, np.arange(N_TRIALS) % 3))
    return ProgramForward(network.program, network.walked, network="n", data=data), plain_of(network, data)


def plain_of(network: TrainedNetwork, data: DataRecord) -> ProgramForward:
    """Make a network that runs hooks from the first replaced layer's activations, always."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("ingest.masked.parts.HELD_BYTES", 0)
        plain = ProgramForward(network.program, network.walked, network="n", data=data)
        for layer in plain.layers:  # which layers there is room for is settled at their first use
            plain.changed_answers(replacing({layer: np.array([0])}, "zero", len(data.labels)))
    return plain


def sets(network: ProgramForward, draws: np.random.Generator) -> list[dict[str, np.ndarray]]:
    """Draw a neuron, half of a layer, most of it, all of it, and neurons of several layers."""
    found = []
    for layer in network.layers[:-1]:
        n = network.activations(layer).shape[1]
        found += [{layer: draws.permutation(n)[:size]} for size in {1, max(1, n // 2), max(1, n - 1), n}]
    hidden = [(layer, network.activations(layer).shape[1]) for layer in network.layers[:-1]]
    found.append({layer: draws.permutation(n)[:1] for layer, n in hidden})
    found.append({layer: draws.permutation(n)[: max(1, n // 2)] for layer, n in hidden[1:]})
    return found


def replacing(members: dict[str, np.ndarray], method: str, n_trials: int = N_TRIALS) -> dict[str, Replacement]:
    donors = np.random.default_rng(9).permutation(n_trials)
    return {layer: Replacement(numbers=numbers, method=method, donors=donors) for layer, numbers in members.items()}


def assert_same(fast: ProgramForward, plain: ProgramForward, replace: dict[str, Replacement], tolerance: float) -> None:
    expected = plain.outputs(replace)
    close = tolerance * max(1.0, float(np.abs(expected).max()))
    np.testing.assert_allclose(fast.outputs(replace), expected, rtol=0, atol=close)
    np.testing.assert_allclose(
        fast.outputs(replace, trials=np.array([7, 3, 7])), expected[[7, 3, 7]], rtol=0, atol=close
    )
    assert_changes(fast, plain, replace, expected)


def assert_changes(
    fast: ProgramForward, plain: ProgramForward, replace: dict[str, Replacement], expected: np.ndarray
) -> None:
    found, answers, n_near = fast.changed_answers(replace), answers_of(expected), n_near_ties(expected)
    told = plain.predict()
    told[found.trials] = found.answers
    assert np.count_nonzero(told != answers) <= n_near
    assert (np.diff(found.trials) > 0).all()
    assert (found.answers != plain.predict()[found.trials]).all()


@pytest.mark.parametrize("kind", KINDS)
def test_as_plain(kind):
    fast, plain = made(kind)
    for number, members in enumerate(sets(fast, np.random.default_rng(1))):
        method = METHODS_OF_ABLATION[(number + number // 4) % 4]
        assert_same(fast, plain, replacing(members, method), 2e-5)


@pytest.mark.parametrize("method", METHODS_OF_ABLATION)
@pytest.mark.parametrize("kind", ["relu", "overlapping pool", "heads"])
def test_every_method(kind, method):
    fast, plain = made(kind)
    for members in sets(fast, np.random.default_rng(2)):
        assert_same(fast, plain, replacing(members, method), 2e-5)


@pytest.mark.parametrize("kind", ["relu", "gelu", "max pool", "strange", "residual", "recurrent"])
def test_in_double(kind):
    fast, plain = made(kind, np.float64)
    for number, members in enumerate(sets(fast, np.random.default_rng(2))):
        assert_same(fast, plain, replacing(members, METHODS_OF_ABLATION[number % 4]), 1e-12)


FAST_LAYERS = {
    "relu": ["input", "0", "2", "4"],
    "max pool": ["input", "0", "4", "7"],
    "strange": ["input", "2", "4"],  # not 0: a convolution in groups follows
    "residual": ["0.conv1", "1.conv1"],  # what else is put out goes two ways
    "heads": ["input", "blocks.0", "blocks.0.fc", "blocks.1", "blocks.1.fc"],
    "recurrent": ["input", "behind"],
}


@pytest.mark.parametrize("kind", FAST_LAYERS)
def test_where(kind):
    fast, _ = made(kind)
    planned = [layer for layer in fast.layers if fast._fast.plan(replacing({layer: np.array([0])}, "zero"))]
    assert planned == FAST_LAYERS[kind]


@pytest.mark.parametrize("kind", ["relu", "max pool", "heads"])
def test_onnx(kind, tmp_path):
    build, shape = KINDS[kind]
    torch.manual_seed(3)
    module = build().eval()
    example = torch.randn(N_TRIALS, *shape)
    module(example[:1])
    file = tmp_path / "network.onnx"
    options = {"input_names": ["x"], "dynamic_axes": {"x": {0: "n"}}, "opset_version": 18, "dynamo": False}
    torch.onnx.export(module, (example,), file, **options)
    data = (example.numpy(), np.arange(N_TRIALS) % 3)
    plain, fast = forward(module, key="n", data=data), forward(file, key="n", data=data)
    for layer, same in zip(plain.layers[:-1], fast.layers[:-1], strict=True):
        for size in {1, plain.activations(layer).shape[1] // 2 or 1}:
            replacement = replacing({layer: np.arange(size)}, "mean")[layer]
            expected = plain.outputs({layer: replacement})
            np.testing.assert_allclose(fast.outputs({same: replacement}), expected, atol=1e-4)


def planted() -> tuple[nn.Sequential, tuple[np.ndarray, np.ndarray]]:
    """Four modules of four copies: weight 1 inside a module, 0.05 across, one-hot inputs, the label the class."""
    inside = np.kron(np.eye(4), np.ones((4, 1)))
    first = inside + 0.05 * (1 - inside)
    module = nn.Sequential(nn.Linear(4, 16, bias=False), nn.ReLU(), nn.Linear(16, 4, bias=False)).double().eval()
    with torch.no_grad():
        module[0].weight.copy_(torch.from_numpy(first))
        module[2].weight.copy_(torch.from_numpy(first.T))
    return module, (np.eye(4), np.arange(4))


def right(network: ProgramForward, replace: dict[str, Replacement]) -> list[float]:
    answers, changes = network.predict(), network.changed_answers(replace)
    answers[changes.trials] = changes.answers
    return [float((answers == network.data.labels)[network.data.labels == label].mean()) for label in range(4)]


def test_planted_modules():
    module, data = planted()
    network = forward(module, key="n", data=data)
    first = np.arange(4)
    assert right(network, {"0": Replacement(numbers=first, method="zero")}) == [0, 1, 1, 1]
    for method in ("mean", "balanced_mean"):
        assert right(network, {"0": Replacement(numbers=first, method=method)}) == [1, 1, 1, 1]
    for size in (1, 2, 3):
        assert right(network, {"0": Replacement(numbers=first[:size], method="zero")}) == [1, 1, 1, 1]


def test_planted_modules_with_every_donor():
    module, (x, y) = planted()
    network = forward(module, key="n", data=(np.repeat(x, 4, axis=0), np.repeat(y, 4)))
    donors = np.tile(np.arange(0, 16, 4), 4)  # each of the four inputs with each of them as the donor
    found = right(network, {"0": Replacement(numbers=np.arange(4), method="resample", donors=donors)})
    assert np.mean(found) == 0.625  # 10 of 16, ties being wrong


def sure(seed: int = 0, hidden: tuple[int, ...] = (20, 16, 12)) -> tuple[nn.Sequential, tuple[np.ndarray, np.ndarray]]:
    """Make a network whose answers are far apart, so that most trials are pruned."""
    torch.manual_seed(seed)
    module = dense("relu", 6, *hidden, 4)
    with torch.no_grad():
        module[-1].weight.mul_(20)
    x = np.random.default_rng(seed).normal(size=(400, 6)).astype(np.float32)
    return module.eval(), (x, np.arange(400) % 4)


@pytest.mark.parametrize("hidden", [(20, 16, 12), (90, 80, 70)])
def test_pruning_changes_no_answer(monkeypatch, hidden):
    module, data = sure(hidden=hidden)
    network = forward(module, key="n", data=data)
    monkeypatch.setattr("ingest.masked.answering.slack", lambda outputs, _: np.full(len(outputs), -np.inf))
    unpruned = forward(module, key="n", data=data)
    for members in sets(network, np.random.default_rng(3)):
        for method in METHODS_OF_ABLATION:
            replace = replacing(members, method, 400)
            one, other = network.changed_answers(replace), unpruned.changed_answers(replace)
            assert one.trials.tolist() == other.trials.tolist()
            assert one.answers.tolist() == other.answers.tolist()
            assert one.n_near_ties == other.n_near_ties


def test_trials_are_pruned(monkeypatch):
    network, seen = forward(sure()[0], key="n", data=sure()[1]), []
    headed = tail._headed
    monkeypatch.setattr(tail, "_headed", lambda *given: seen.append(len(given[1][0][0])) or headed(*given))
    replace = {"4": Replacement(numbers=network.activations("4").mean(axis=0).argsort()[-4:-3], method="zero")}
    network.changed_answers(replace)
    n_firing = int(network.touched(replace).sum())
    assert 0 < seen[0] < n_firing / 2


def test_history_changes_nothing():
    once, often = (forward(sure()[0], key="n", data=sure()[1]) for _ in range(2))
    for members in sets(often, np.random.default_rng(4)):
        often.changed_answers(replacing(members, "mean", 400))
    replace = {"0": Replacement(numbers=np.array([1, 5]), method="zero")}
    np.testing.assert_array_equal(often.outputs(replace), once.outputs(replace))
    assert often.changed_answers(replace).trials.tolist() == once.changed_answers(replace).trials.tolist()


def test_threads():
    network, alone = (forward(sure()[0], key="n", data=sure()[1]) for _ in range(2))
    tasks = [replacing(members, "zero", 400) for members in sets(alone, np.random.default_rng(5))] * 3
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(network.changed_answers, tasks))
    for task, changes in zip(tasks, found, strict=True):
        expected = alone.changed_answers(task)
        assert changes.trials.tolist() == expected.trials.tolist()
        assert changes.answers.tolist() == expected.answers.tolist()


def test_one_huge_activation():
    """A neuron that drowns all others leaves what they put out, not its roundings."""
    module = nn.Sequential(nn.Linear(2, 3, bias=False), nn.ReLU(), nn.Linear(3, 2, bias=False)).eval()
    with torch.no_grad():
        module[0].weight.copy_(torch.tensor([[1e8, 0.0], [0.0, 1.0], [0.0, 0.7]]))
        module[2].weight.copy_(torch.tensor([[1.0, 1.0, 0.0], [1.0, 0.0, 1.0]]))
    network = forward(module, key="n", data=(np.array([[1.0, 0.3], [0.5, 0.2]]), [0, 1]))
    found = network.outputs({"0": Replacement(numbers=np.array([0]), method="zero")})
    np.testing.assert_allclose(found, [[0.3, 0.21], [0.2, 0.14]], rtol=1e-6)


def test_tie_is_no_answer():
    module = nn.Sequential(nn.Linear(2, 3, bias=False), nn.ReLU(), nn.Linear(3, 2, bias=False)).eval()
    with torch.no_grad():
        module[0].weight.copy_(torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]]))
        module[2].weight.copy_(torch.tensor([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]))
    network = forward(module, key="n", data=(np.array([[1.0, 0.5], [0.0, 2.0]]), [0, 1]))
    assert network.predict().tolist() == [0, NO_ANSWER]
    changes = network.changed_answers({"0": Replacement(numbers=np.array([0]), method="zero")})
    assert (changes.trials.tolist(), changes.answers.tolist(), changes.n_near_ties) == ([0], [NO_ANSWER], 1)


def test_set_that_changes_nothing():
    network = forward(sure()[0], key="n", data=sure()[1])
    itself = Replacement(numbers=np.arange(20), method="resample", donors=np.arange(400))
    assert network.changed_answers({"0": itself}).trials.size == 0
    np.testing.assert_array_equal(network.outputs({"0": itself}), network.outputs({}))


@settings(max_examples=25)
@given(
    st.integers(0, 2**32),
    st.lists(st.integers(1, 9), min_size=3, max_size=5),
    st.sampled_from(list(FUNCTIONS)),
    st.sampled_from(METHODS_OF_ABLATION),
    st.sampled_from([np.float32, np.float64]),
)
def test_any_dense_network(seed, sizes, activation, method, dtype):
    torch.manual_seed(seed % 2**31)
    draws = np.random.default_rng(seed)
    module = dense(activation, *sizes, 3).eval()
    x = draws.normal(scale=3, size=(30, sizes[0])).astype(dtype)
    network = read_network(module.double() if dtype == np.float64 else module, Opening(input=str(sizes[0])))
    data = read_data((x, np.arange(30) % 3))
    fast = ProgramForward(network.program, network.walked, network="n", data=data)
    plain = plain_of(network, data)
    layers = draws.permutation(fast.layers[:-1])[: draws.integers(1, 3)]
    numbers = {layer: fast.activations(layer).shape[1] for layer in layers}
    members = {layer: draws.permutation(n)[: draws.integers(1, n + 1)] for layer, n in numbers.items()}
    assert_same(fast, plain, replacing(members, method, 30), 1e-4 if dtype == np.float32 else 1e-12)
