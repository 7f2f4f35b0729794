"""A tanh rounded to levels: its values, its slope, and networks of it as the atlas takes them in."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

import ingest
from atlas.errors import BadParameter
from atlas.records import Replacement
from ingest import Opening, QuantisedTanh, quantised_network, read_network, record
from ingest.activation import parse_activation

EIGHT = torch.arange(-7, 8, 2) / 7  # levels, 2/7 apart


class TestLevels:
    def test_nearest(self) -> None:
        x = torch.atanh(torch.linspace(-0.999, 0.999, 1000))
        nearest = EIGHT[(torch.tanh(x)[:, None] - EIGHT).abs().argmin(dim=1)]
        assert torch.equal(QuantisedTanh().eval()(x), nearest)

    def test_outer_bins_are_half_as_wide(self) -> None:
        limits = torch.tensor([-1, -6.01 / 7, -5.99 / 7, -4.01 / 7, 5.99 / 7, 6.01 / 7, 1])
        levels = QuantisedTanh().eval()(torch.atanh(limits))
        assert (levels * 7).round().tolist() == [-7, -7, -5, -5, 5, 7, 7]

    @pytest.mark.parametrize("n_levels", [2, 3, 4, 256])
    def test_number(self, n_levels: int) -> None:
        levels = QuantisedTanh(n_levels).eval()(torch.linspace(-8, 8, 200_001, dtype=torch.float64)).unique()
        assert torch.equal(levels, torch.arange(-(n_levels - 1), n_levels, 2, dtype=torch.float64) / (n_levels - 1))

    def test_random_levels_are_the_same(self) -> None:
        torch.manual_seed(0)
        assert torch.equal(QuantisedTanh()(3 * torch.randn(100_000)).unique(), EIGHT)

    def test_random_rounding_is_unbiased(self) -> None:
        torch.manual_seed(0)
        tanh = torch.tensor([-0.95, -0.3, 0.0, 0.2, 3 / 7, 0.99], dtype=torch.float64)
        n_draws = 100_000
        rounded = QuantisedTanh()(torch.atanh(tanh).expand(n_draws, 6))
        share = (tanh + 1) * 3.5 % 1  # rounded up
        error = 2 / 7 * (share * (1 - share) / n_draws).sqrt()
        assert ((rounded.mean(dim=0) - tanh).abs() <= 4 * error + 1e-9).all()

    def test_no_draw_leads_beyond_the_levels(self) -> None:
        torch.manual_seed(2)  # with it, one draw is so near 1 that 7 and it add up to 8
        assert QuantisedTanh()(torch.full((2**22,), 20.0)).max() == 1

    def test_slope_is_that_of_the_tanh(self) -> None:
        x = torch.linspace(-3, 3, 11, dtype=torch.float64, requires_grad=True)
        weights = torch.arange(11.0, dtype=torch.float64)
        (slope,) = torch.autograd.grad((QuantisedTanh()(x) * weights).sum(), x)
        assert torch.allclose(slope, weights * (1 - torch.tanh(x) ** 2), rtol=1e-12)

    @pytest.mark.parametrize("n_levels", [1, 257, 2.5])
    def test_bad_number(self, n_levels: float) -> None:
        with pytest.raises(BadParameter, match=f"number of levels is {n_levels}"):
            QuantisedTanh(n_levels)  # type: ignore[arg-type]


class TestNetwork:
    def test_layers(self) -> None:
        network = quantised_network((64, 50, 5, 10), n_levels=4)
        kinds = [(name, type(part).__name__) for name, part in network.named_children()]
        assert kinds == [
            ("fc1", "Linear"),
            ("quantised1", "QuantisedTanh"),
            ("fc2", "Linear"),
            ("quantised2", "QuantisedTanh"),
            ("fc3", "Linear"),
        ]
        assert network.quantised2.n_levels == 4

    def test_first_weights(self) -> None:
        weight, bias = quantised_network((784, 500, 10)).fc1.parameters()
        largest = 5 / 3 * (6 / (784 + 500)) ** 0.5  # Glorot's limit times the gain
        assert 0.9999 * largest < weight.abs().max() <= largest
        assert weight.std().item() == pytest.approx(largest / 3**0.5, rel=0.01)  # uniform
        assert 0.95 * 784**-0.5 < bias.abs().max() <= 784**-0.5

    def test_seed(self) -> None:
        torch.manual_seed(3)
        before = torch.random.get_rng_state()
        one, same, other = (quantised_network((4, 3, 2), seed=seed) for seed in (1, 1, 2))
        assert torch.equal(torch.random.get_rng_state(), before)
        assert torch.equal(one.fc1.weight, same.fc1.weight)
        assert not torch.equal(one.fc1.weight, other.fc1.weight)

    @pytest.mark.parametrize(("sizes", "reason"), [((4,), "at least two"), ((4, 0, 2), "Size 1 is 0")])
    def test_bad_sizes(self, sizes: tuple[int, ...], reason: str) -> None:
        with pytest.raises(BadParameter, match=reason):
            quantised_network(sizes)


class TestIngestion:
    @pytest.fixture
    def data(self) -> tuple[np.ndarray, np.ndarray]:
        draws = np.random.default_rng(0)
        return draws.normal(size=(300, 6)), draws.integers(3, size=300)

    @pytest.fixture
    def network(self) -> nn.Sequential:
        return quantised_network((6, 9, 5, 3), seed=1).double().eval()

    def test_activations_are_the_levels(self, network, data) -> None:
        running = ingest.forward(network, key="made", data=data)
        x = torch.tensor(data[0])
        for layer, n_parts in (("fc1", 2), ("fc2", 4)):
            assert np.array_equal(running.activations(layer), network[:n_parts](x).detach().numpy())
        assert np.array_equal(np.unique(running.activations("fc1")), np.arange(-7, 8, 2) / 7)

    @pytest.mark.parametrize(("n_levels", "name"), [(8, "quantised_tanh"), (3, "quantised_tanh(3.0)")])
    def test_named(self, n_levels: int, name: str) -> None:
        found = record(read_network(quantised_network((6, 9, 3), n_levels=n_levels).eval()), key="made")
        assert [layer.activation for layer in found.layers] == ["identity", name, "identity"]
        assert found.architecture == f"6-9-3 {name}"

    def test_weights_stay(self, network) -> None:
        blocks = read_network(network).walked.blocks
        for block, linear in zip(blocks, (network.fc1, network.fc2, network.fc3), strict=True):
            assert np.array_equal(block.value, linear.weight.detach().numpy().T)

    def test_any_module_that_writes_it_out(self) -> None:
        class Written(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.a, self.b = nn.Linear(4, 6), nn.Linear(6, 3)

            def forward(self, x: torch.Tensor) -> torch.Tensor:
                return self.b(torch.round((torch.tanh(self.a(x)) + 1) / (2 / 7)) * (2 / 7) - 1)

        assert read_network(Written().eval()).walked.layers[1].activation == "quantised_tanh"

    def test_other_rounding_is_not_taken_for_it(self) -> None:
        class Written(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.a, self.b = nn.Linear(4, 6), nn.Linear(6, 3)

            def forward(self, x: torch.Tensor) -> torch.Tensor:
                return self.b(torch.round(torch.tanh(self.a(x)) * 3) / 5)

        assert read_network(Written().eval()).walked.layers[1].activation == "tanh then round"

    def test_chain_of_a_state_dict(self, network) -> None:
        chain = "fc1:quantised_tanh(8),fc2:quantised_tanh,fc3"
        from_state = read_network(network.state_dict(), Opening(chain=chain))
        assert [layer.activation for layer in from_state.walked.layers[1:3]] == ["quantised_tanh"] * 2
        assert from_state.walked.weights_sha256 == read_network(network).walked.weights_sha256

    @pytest.mark.parametrize("text", ["quantised_tanh(1)", "quantised_tanh(2.5)"])
    def test_bad_chain(self, text: str) -> None:
        with pytest.raises(BadParameter, match="number of levels"):
            parse_activation(text)

    @pytest.mark.parametrize("method", ["zero", "mean"])
    def test_ablation_is_exact(self, network, data, method: str) -> None:
        running = ingest.forward(network, key="made", data=data)
        numbers = np.array([0, 3, 4])
        x = network[:2](torch.tensor(data[0])).detach()
        x[:, numbers] = 0 if method == "zero" else x[:, numbers].mean(dim=0)
        outputs = network[2:](x).detach().numpy()
        replace = {"fc1": Replacement(numbers=numbers, method=method)}
        assert running.outputs(replace) == pytest.approx(outputs, abs=1e-12)
        changed = running.changed_answers(replace)
        answers = running.predict()
        answers[changed.trials] = changed.answers
        assert np.array_equal(answers, outputs.argmax(axis=1))

    def test_training_mode_is_told(self) -> None:
        (note,) = read_network(quantised_network((4, 3, 2))).notes
        assert note == "the module is in training mode; it was taken in evaluation mode (QuantisedTanh)"
