"""Training as in the paper on complexity: its epochs, its steps, and what it leaves as it was."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from atlas.errors import BadParameter
from ingest import Opening, checkpoint_epochs, quantised_network, read_data, read_network, record, train_quantised

DATA = (np.random.default_rng(0).normal(size=(50, 4)), np.arange(50) % 3)


def test_epochs_of_the_paper() -> None:
    epochs = checkpoint_epochs(100_000)
    assert len(epochs) == 49
    assert epochs[:20] == (0, 1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25, 32, 40, 50, 63, 79, 100, 126)
    assert epochs[-1] == 100_000


@pytest.mark.parametrize(("last", "epochs"), [(0, (0,)), (1, (0, 1)), (7, (0, 1, 2, 3, 4, 5, 6, 7)), (9, (8, 9))])
def test_last_epoch_is_kept(last: int, epochs: tuple[int, ...]) -> None:
    assert checkpoint_epochs(last)[-len(epochs) :] == epochs


def test_steps_are_those_of_plain_gradient_descent() -> None:
    network, same = quantised_network((4, 6, 3)), quantised_network((4, 6, 3))
    states = train_quantised(network, DATA, n_epochs=3, learning_rate=0.1, batch_size=16, seed=5)
    x, y = torch.tensor(DATA[0], dtype=torch.float32), torch.tensor(DATA[1])
    optimiser = torch.optim.SGD(same.parameters(), lr=0.1)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(5)
        for _ in range(3):
            for batch in torch.randperm(50).split(16):
                optimiser.zero_grad()
                nn.functional.cross_entropy(same(x[batch]), y[batch]).backward()
                optimiser.step()
    for name, tensor in same.state_dict().items():
        assert torch.equal(states[3][name], tensor)


def test_states_by_epoch() -> None:
    network = quantised_network((4, 6, 3), seed=2)
    states = train_quantised(network, DATA, n_epochs=5, checkpoints=[5, 0, 2])
    assert list(states) == [0, 2, 5]
    assert torch.equal(states[0]["fc1.weight"], quantised_network((4, 6, 3), seed=2).fc1.weight)
    assert torch.equal(states[5]["fc1.weight"], network.fc1.weight)
    assert not torch.equal(states[2]["fc1.weight"], network.fc1.weight)
    assert not network.training


def test_more_checkpoints_change_nothing() -> None:
    few, many = (
        train_quantised(quantised_network((4, 6, 3)), DATA, n_epochs=4, checkpoints=kept) for kept in ([4], range(5))
    )
    assert torch.equal(few[4]["fc2.weight"], many[4]["fc2.weight"])


def test_random_state_of_torch_stays() -> None:
    torch.manual_seed(1)
    before = torch.random.get_rng_state()
    train_quantised(quantised_network((4, 6, 3)), DATA, n_epochs=1)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_seed() -> None:
    one, same, other = (
        train_quantised(quantised_network((4, 6, 3)), DATA, n_epochs=2, seed=seed)[2]["fc1.weight"]
        for seed in (0, 0, 1)
    )
    assert torch.equal(one, same)
    assert not torch.equal(one, other)


def test_learns() -> None:
    network = quantised_network((64, 50, 10))
    train_quantised(network, "digits:train", n_epochs=60)
    test = read_data("digits:test")
    found = record(read_network(network, data=test), key="digits", data=test)
    assert found.accuracy_percent is not None
    assert found.accuracy_percent > 85  # chance: 10


def test_states_are_networks_of_a_series() -> None:
    states = train_quantised(quantised_network((4, 6, 3)), DATA, n_epochs=2)
    opening = Opening(chain="fc1:quantised_tanh(8),fc2")
    series = [record(read_network(state, opening), key=f"epoch-{epoch}") for epoch, state in states.items()]
    assert [layer.activation for layer in series[0].layers] == ["identity", "quantised_tanh", "identity"]
    assert len({one.weights_sha256 for one in series}) == 3


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"n_epochs": -1}, "n_epochs is -1"),
        ({"n_epochs": 2, "checkpoints": [3]}, r"checkpoints are \[3\]"),
        ({"n_epochs": 1, "learning_rate": 0.0}, "learning rate is 0.0"),
        ({"n_epochs": 1, "batch_size": 0}, "batch_size is 0"),
        ({"n_epochs": 1, "seed": -1}, "seed is -1"),
    ],
)
def test_bad_arguments(arguments: dict[str, object], reason: str) -> None:
    with pytest.raises(BadParameter, match=reason):
        train_quantised(quantised_network((4, 6, 3)), DATA, **arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize("sizes", [(5, 6, 3), (4, 6, 2)])
def test_data_that_do_not_fit(sizes: tuple[int, ...]) -> None:
    with pytest.raises(BadParameter, match="4 values a trial and 3 classes"):
        train_quantised(quantised_network(sizes), DATA, n_epochs=1)
