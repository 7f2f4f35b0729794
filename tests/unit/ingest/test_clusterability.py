"""Clusterable initialisation, the clusterability penalty and its slope, and the scale of neurons."""

from __future__ import annotations

import copy
import math
from collections import OrderedDict
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
import torch
from sklearn.cluster import SpectralClustering
from torch import nn
from torch.nn.utils import prune

from atlas.analysis.graph import NeuronGraph
from atlas.analysis.partition import quality
from atlas.errors import BadParameter, EmptySelection, NonFiniteWeights, UnsupportedLayer
from ingest import Opening, clusterability_penalty, make_clusterable, normalise_neurons, read_network, record
from ingest.cores import one_core


def dense(*sizes: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> nn.Sequential:
    """Build a ReLU network of dense layers `fc1`, `fc2`, ..."""
    torch.manual_seed(seed)
    parts: OrderedDict[str, nn.Module] = OrderedDict()
    for number, (n_in, n_out) in enumerate(pairwise(sizes), start=1):
        parts[f"fc{number}"] = nn.Linear(n_in, n_out, dtype=dtype)
        parts[f"relu{number}"] = nn.ReLU()
    parts.popitem()
    return nn.Sequential(parts)


def convolutional() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(2, 3, 3, dtype=torch.float64),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(3, 4, 2, dtype=torch.float64),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(4 * 2 * 2, 5, dtype=torch.float64),
        nn.ReLU(),
        nn.Linear(5, 3, dtype=torch.float64),
    )


def graph_of(network: nn.Module, shape: str | None = None) -> NeuronGraph:
    return NeuronGraph.from_record(record(read_network(network, Opening(input=shape)), key="made"))


def fill(network: nn.Module, value: float) -> None:
    with torch.no_grad():
        for part in network.modules():
            if isinstance(part, (nn.Linear, nn.Conv2d)):
                part.weight.fill_(value)


def planted_n_cut(network: nn.Module, modules: dict[str, np.ndarray], shape: str | None = None) -> float:
    return quality.n_cut(graph_of(network, shape).adjacency, np.concatenate(list(modules.values())))


def slopes(network: nn.Module, value: Callable[[], torch.Tensor]) -> np.ndarray:
    """Differentiate a value by every weight."""
    weights = [part.weight for part in network.modules() if isinstance(part, (nn.Linear, nn.Conv2d))]
    return torch.cat([slope.flatten() for slope in torch.autograd.grad(value(), weights)]).numpy()


def differences(network: nn.Module, value: Callable[[], torch.Tensor], *steps: float) -> np.ndarray:
    """Change every weight by two steps, and give the difference of the values by that of the steps."""
    found = []
    for part in network.modules():
        if isinstance(part, (nn.Linear, nn.Conv2d)):
            weight = part.weight.detach().view(-1)
            for place in range(len(weight)):
                first = weight[place].item()
                values = []
                for step in steps:
                    weight[place] = first + step
                    values.append(value().item())
                weight[place] = first
                found.append((values[1] - values[0]) / (steps[1] - steps[0]))
    return np.array(found)


def dense_penalty(network: nn.Sequential, n_eigenvalues: int) -> torch.Tensor:
    """Give the penalty by torch's own eigenvalues of the whole matrix."""
    weights = [part.weight.abs() for part in network if isinstance(part, nn.Linear)]
    ends = np.cumsum([0, *(weight.shape[1] for weight in weights), weights[-1].shape[0]])
    adjacency = torch.zeros(int(ends[-1]), int(ends[-1]), dtype=torch.float64)
    for place, weight in enumerate(weights):
        rows, columns = slice(ends[place], ends[place + 1]), slice(ends[place + 1], ends[place + 2])
        adjacency[rows, columns], adjacency[columns, rows] = weight.T, weight
    rooted = adjacency.sum(dim=0) ** -0.5
    similar = rooted[:, None] * adjacency * rooted
    return torch.linalg.eigh(torch.eye(len(similar)) - similar).eigenvalues[1 : n_eigenvalues + 1].mean()


def two_copies() -> nn.Sequential:
    """Build two equal 3-3-2 networks side by side, nothing between them: eigenvalues come in pairs."""
    one, both = dense(3, 3, 2, seed=3), dense(6, 6, 4)
    for own, pair in zip(one, both, strict=True):
        if isinstance(own, nn.Linear) and isinstance(pair, nn.Linear):
            pair.load_state_dict(
                {"weight": torch.block_diag(own.weight, own.weight), "bias": torch.cat([own.bias, own.bias])}
            )
    return both


class TestInitialisation:
    def test_n_cut_of_equal_modules(self) -> None:
        network = dense(4, 4, 2)
        fill(network, 0.5)
        modules = make_clusterable(network, n_modules=2, across=0.6, seed=6, first_layer=True)
        assert [np.bincount(ids).tolist() for ids in modules.values()] == [[2, 2], [2, 2], [1, 1]]
        # Of the strength of a module 1.4 of 2 stays inside, 0.6 leaves: 2 x 0.3.
        assert planted_n_cut(network, modules) == pytest.approx(0.6, abs=1e-12)

    def test_n_cut_counted(self) -> None:
        network = dense(40, 30, 20, 10)
        fill(network, -2.0)
        modules = make_clusterable(network, seed=1, first_layer=True)
        counts = np.array([np.bincount(ids, minlength=10) for ids in modules.values()])
        inside = 2 * 4.6 * (counts[:-1] * counts[1:]).sum(axis=0)
        neighbours = np.array([counts[1], counts[0] + counts[2], counts[1] + counts[3], counts[2]])
        all_of = (counts * (0.6 * neighbours.sum(axis=1, keepdims=True) + 4.0 * neighbours)).sum(axis=0)
        assert planted_n_cut(network, modules) == pytest.approx((1 - inside / all_of).sum(), abs=1e-12)

    def test_n_cut_at_random_weights(self) -> None:
        network = dense(784, 256, 256, 256, 256, 10, dtype=torch.float32)
        modules = make_clusterable(network, first_layer=True)
        assert planted_n_cut(network, modules) == pytest.approx(5.4, abs=0.05)  # expected: 10 x 0.54

    def test_first_layer_stays(self) -> None:
        network, before = dense(6, 5, 4), dense(6, 5, 4)
        modules = make_clusterable(network, n_modules=2)
        assert list(modules) == ["fc1", "fc2"]
        assert torch.equal(network.fc1.weight, before.fc1.weight)
        assert not torch.equal(network.fc2.weight, before.fc2.weight)

    def test_outputs_in_order(self) -> None:
        modules = make_clusterable(dense(3, 3, 7), n_modules=3)
        assert modules["fc2"].tolist() == [0, 1, 2, 0, 1, 2, 0]

    def test_factors(self) -> None:
        network = dense(3, 3, 2)
        fill(network, 1.0)
        modules = make_clusterable(network, n_modules=2, across=0.0, within=3.0, first_layer=True)
        expected = np.where(modules["fc1"][:, None] == modules["input"], 3.0, 0.0)
        assert np.array_equal(network.fc1.weight.detach().numpy(), expected)

    def test_biases_stay(self) -> None:
        network, before = dense(3, 3, 2), dense(3, 3, 2)
        make_clusterable(network, first_layer=True)
        assert torch.equal(network.fc2.bias, before.fc2.bias)

    def test_channels_are_neurons(self) -> None:
        network = convolutional()
        fill(network, 1.0)
        modules = make_clusterable(network, n_modules=2, across=0.5, seed=2, first_layer=True)
        assert [len(ids) for ids in modules.values()] == [2, 3, 4, 5, 3]
        expected = np.where(modules["6"][:, None] == modules["3"], 1.5, 0.5).repeat(4, axis=1)  # 4 positions
        assert np.array_equal(network[6].weight.detach().numpy(), expected)
        assert planted_n_cut(network, modules, "2x8x8") < planted_n_cut(convolutional(), modules, "2x8x8")

    def test_repeatable(self) -> None:
        first, again, other = dense(5, 5, 5), dense(5, 5, 5), dense(5, 5, 5)
        for network, seed in ((first, 1), (again, 1), (other, 2)):
            make_clusterable(network, seed=seed)
        assert torch.equal(first.fc2.weight, again.fc2.weight)
        assert not torch.equal(first.fc2.weight, other.fc2.weight)

    @pytest.mark.parametrize(
        ("wrong", "told"),
        [({"n_modules": 0}, "n_modules is 0"), ({"across": -0.1}, "'across' is -0.1"), ({"within": math.nan}, "nan")],
    )
    def test_bad_parameters(self, wrong: dict[str, float], told: str) -> None:
        with pytest.raises(BadParameter, match=told):
            make_clusterable(dense(2, 2, 2), **wrong)


class TestPenalty:
    def test_value_of_the_planted(self) -> None:
        """Pairs with 1 and d inside, e across: the eigenvalue is the normalised cut of the pairs, 4e / (1 + d + 2e)."""
        network = dense(4, 4, 4, 4)
        fill(network, -0.1)  # magnitudes count
        with torch.no_grad():
            for part in (network.fc1, network.fc2, network.fc3):
                for pair in (slice(0, 2), slice(2, 4)):
                    part.weight[pair, pair] = torch.tensor([[1.0, 0.5], [0.5, 1.0]])
        assert clusterability_penalty(network, n_eigenvalues=1).item() == pytest.approx(0.4 / 1.7, abs=1e-12)

    @pytest.mark.parametrize("network", [dense(4, 5, 3), dense(6, 4, 4, 2, seed=5), convolutional()])
    @pytest.mark.parametrize("n_eigenvalues", [1, 3])
    def test_slope_by_differences(self, network: nn.Sequential, n_eigenvalues: int) -> None:
        def value() -> torch.Tensor:
            return clusterability_penalty(network, n_eigenvalues=n_eigenvalues)

        assert slopes(network, value) == pytest.approx(differences(network, value, -1e-6, 1e-6), abs=1e-8)

    @pytest.mark.parametrize("network", [dense(4, 5, 3), dense(300, 190, 30)], ids=["small", "large"])
    def test_slope_by_torch(self, network: nn.Sequential) -> None:
        own, expected = clusterability_penalty(network), dense_penalty(network, 3)
        assert own.item() == pytest.approx(expected.item(), abs=1e-10)
        found = slopes(network, lambda: clusterability_penalty(network))
        assert found == pytest.approx(slopes(network, lambda: dense_penalty(network, 3)), abs=1e-8)

    def test_equal_eigenvalues_within(self) -> None:
        network = two_copies()
        present = torch.cat([network.fc1.weight.flatten(), network.fc2.weight.flatten()]).detach().numpy() != 0

        def value() -> torch.Tensor:
            return clusterability_penalty(network, n_eigenvalues=3)  # 0 and 0, a and a

        found, expected = slopes(network, value), differences(network, value, -1e-6, 1e-6)
        assert found[present] == pytest.approx(expected[present], abs=1e-8)
        assert np.all(found[~present] == 0)

    def test_equal_eigenvalues_at_the_end(self) -> None:
        network = two_copies()
        present = torch.cat([network.fc1.weight.flatten(), network.fc2.weight.flatten()]).detach().numpy() != 0

        def value() -> torch.Tensor:
            return clusterability_penalty(network, n_eigenvalues=2)  # 0 and 0, one a of two

        found = slopes(network, value)[present]
        below, above = (differences(network, value, 0.0, step)[present] for step in (-1e-6, 1e-6))
        assert np.abs(below - above).max() > 0.01  # no slope: it is another one to the right
        assert np.all(found <= np.maximum(below, above) + 1e-5)
        assert np.all(found >= np.minimum(below, above) - 1e-5)

    def test_many_parts(self) -> None:
        network = dense(400, 400, 400)
        with torch.no_grad():
            for part in (network.fc1, network.fc2):
                part.weight.mul_(torch.block_diag(*[torch.ones(100, 100)] * 4))
        assert clusterability_penalty(network).item() == pytest.approx(0.0, abs=1e-12)  # one 0 for each of four parts

    def test_neurons_without_weights(self) -> None:
        network, smaller = dense(3, 3, 2), dense(3, 2, 2)
        with torch.no_grad():
            network.fc1.weight[2], network.fc2.weight[:, 2] = 0, 0
            smaller.fc1.weight[:], smaller.fc2.weight[:] = network.fc1.weight[:2], network.fc2.weight[:, :2]
        assert clusterability_penalty(network).item() == pytest.approx(
            clusterability_penalty(smaller).item(), abs=1e-12
        )
        found = torch.autograd.grad(clusterability_penalty(network), network.fc1.weight)[0]
        expected = torch.autograd.grad(clusterability_penalty(smaller), smaller.fc1.weight)[0]
        assert torch.allclose(found[:2], expected, rtol=0, atol=1e-12)
        assert torch.equal(found[2], torch.zeros(3, dtype=torch.float64))

    def test_type_of_the_weights(self) -> None:
        network = dense(4, 3, 2, dtype=torch.float32)
        penalty = clusterability_penalty(network)
        penalty.backward()
        assert (penalty.dtype, network.fc1.weight.grad.dtype) == (torch.float32, torch.float32)

    @pytest.mark.parametrize("n_eigenvalues", [0, 6])
    def test_bad_number(self, n_eigenvalues: int) -> None:
        with pytest.raises(BadParameter, match=f"n_eigenvalues is {n_eigenvalues}"):
            clusterability_penalty(dense(2, 2, 2), n_eigenvalues=n_eigenvalues)

    def test_no_weights(self) -> None:
        network = dense(2, 2)
        fill(network, 0.0)
        with pytest.raises(EmptySelection, match="All weights are 0"):
            clusterability_penalty(network)

    def test_not_finite(self) -> None:
        network = dense(2, 2)
        fill(network, math.nan)
        with pytest.raises(NonFiniteWeights, match="NaN"):
            clusterability_penalty(network)

    def test_training_lowers_the_n_cut(self) -> None:
        plain, penalised = trained(0.0), trained(1.0)
        assert spectral_n_cut(penalised) < 0.7 * spectral_n_cut(plain)


def trained(factor: float) -> nn.Sequential:
    """Learn four sums of two inputs each, with the penalty times a factor."""
    network = dense(8, 16, 16, 4, seed=1, dtype=torch.float32)
    inputs = torch.randn(256, 8)
    wanted = inputs.reshape(256, 4, 2).sum(dim=2).abs()
    optimiser = torch.optim.Adam(network.parameters(), lr=3e-3)
    with one_core():
        for _ in range(200):
            normalise_neurons(network)
            optimiser.zero_grad()
            loss = nn.functional.mse_loss(network(inputs), wanted)
            (loss + factor * clusterability_penalty(network)).backward()
            optimiser.step()
    normalise_neurons(network)
    return network


def spectral_n_cut(network: nn.Module) -> float:
    adjacency = graph_of(network).adjacency
    labels = SpectralClustering(4, affinity="precomputed", random_state=0).fit_predict(adjacency.toarray())
    return quality.n_cut(adjacency, labels)


class TestNormalisation:
    @pytest.mark.parametrize(
        ("network", "shape"),
        [(dense(4, 6, 5, 3), (7, 4)), (convolutional(), (7, 2, 8, 8))],
        ids=["dense", "channels"],
    )
    def test_same_function(self, network: nn.Sequential, shape: tuple[int, ...]) -> None:
        network = copy.deepcopy(network)
        inputs = torch.randn(shape, dtype=torch.float64)
        before = network(inputs)
        normalise_neurons(network)
        assert torch.allclose(network(inputs), before, rtol=0, atol=1e-12)
        for part in list(network)[:-1]:
            if isinstance(part, (nn.Linear, nn.Conv2d)):
                norm = torch.cat([part.weight.flatten(1), part.bias[:, None]], dim=1).norm(dim=1)
                assert norm.tolist() == pytest.approx([math.sqrt(2)] * len(norm), abs=1e-12)

    def test_by_hand(self) -> None:
        network = dense(2, 1, 1)
        with torch.no_grad():
            network.fc1.weight[:], network.fc1.bias[:] = torch.tensor([[3.0, 0.0]]), 4.0
            network.fc2.weight[:] = 7.0
        normalise_neurons(network, norm=10.0)  # the norm is 5
        assert network.fc1.weight.tolist() == [[6.0, 0.0]]
        assert (network.fc1.bias.item(), network.fc2.weight.item()) == (8.0, 3.5)

    def test_nothing_comes_in(self) -> None:
        network = dense(2, 2, 1)
        with torch.no_grad():
            network.fc1.weight[0], network.fc1.bias[0] = 0, 0
        before = network.fc2.weight[0, 0].item()
        normalise_neurons(network)
        assert network.fc1.weight[0].tolist() == [0.0, 0.0]
        assert network.fc2.weight[0, 0].item() == before

    def test_same_graph_for_the_same_function(self) -> None:
        network = dense(3, 4, 2)
        scaled = copy.deepcopy(network)
        with torch.no_grad():
            scaled.fc1.weight.mul_(8), scaled.fc1.bias.mul_(8), scaled.fc2.weight.div_(8)
        assert clusterability_penalty(scaled).item() != pytest.approx(clusterability_penalty(network).item())
        normalise_neurons(network), normalise_neurons(scaled)
        assert clusterability_penalty(scaled).item() == pytest.approx(clusterability_penalty(network).item())

    def test_other_activations(self) -> None:
        network = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 2))
        with pytest.raises(UnsupportedLayer, match="part '1' is a Tanh"):
            normalise_neurons(network)

    def test_activation_after_the_last(self) -> None:
        normalise_neurons(nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 2), nn.Softmax(dim=1)))

    @pytest.mark.parametrize("norm", [0.0, math.inf])
    def test_bad_norm(self, norm: float) -> None:
        with pytest.raises(BadParameter, match="norm is"):
            normalise_neurons(dense(2, 2, 2), norm=norm)


def shared() -> nn.Sequential:
    layer = nn.Linear(2, 2)
    return nn.Sequential(layer, nn.ReLU(), layer)


def pruned() -> nn.Sequential:
    network = dense(2, 2, 2)
    prune.random_unstructured(network.fc1, "weight", amount=1)
    return network


@pytest.mark.parametrize(
    ("network", "told"),
    [
        (nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2), nn.Linear(2, 2)), "part '1' is a BatchNorm1d"),
        (nn.Sequential(nn.Linear(2, 2), nn.LSTM(2, 2)), "part '1' is a LSTM"),
        (nn.Sequential(nn.Linear(2, 3), nn.Linear(4, 2)), "'1' takes in 4 values, '0' before it has 3"),
        (nn.Sequential(nn.Conv2d(2, 4, 3, groups=2)), "'0' has groups"),
        (nn.Sequential(nn.ReLU()), "no dense layer"),
        (shared(), "layer '2' runs twice"),
        (pruned(), "'fc1' is made of other tensors"),
    ],
    ids=["norm", "recurrent", "sizes", "groups", "empty", "shared", "pruned"],
)
@pytest.mark.parametrize("change", [make_clusterable, clusterability_penalty, normalise_neurons])
def test_no_chain(network: nn.Module, told: str, change: Callable[[nn.Module], object]) -> None:
    with pytest.raises(UnsupportedLayer, match=told):
        change(network)
