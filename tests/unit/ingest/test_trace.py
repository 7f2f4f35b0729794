"""Torch modules: chains are read off their forward pass, all else is refused by name."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from networks import two_blocks
from torch import nn
from torch.nn import functional

from atlas.errors import UnsupportedLayer
from ingest.reading import read_mlp


class Written(nn.Module):
    """A forward pass given as a function of the module and its input."""

    def __init__(self, forward: Callable[[Written, torch.Tensor], torch.Tensor]) -> None:
        super().__init__()
        self.a, self.b, self.c = nn.Linear(4, 3), nn.Linear(3, 2), nn.Linear(3, 2)
        self.run = forward

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.run(self, x)


def test_two_blocks() -> None:
    mlp = read_mlp(two_blocks())
    assert (mlp.chain, mlp.sizes) == ("dense_1:relu,dense_2:relu,dense_3", (4, 4, 4, 2))


def test_nested() -> None:
    module = nn.Sequential(nn.Flatten(), nn.Sequential(nn.Linear(4, 3), nn.Tanh()), nn.Dropout(), nn.Linear(3, 2))
    assert read_mlp(module).chain == "1.0:tanh,3"
    assert module.training


def test_single_layer() -> None:
    assert read_mlp(nn.Linear(4, 3, bias=False)).chain == "0"


@pytest.mark.parametrize(
    ("forward", "chain"),
    [
        (lambda m, x: m.b(torch.relu(m.a(torch.flatten(x, 1)))), "a:relu,b"),
        (lambda m, x: m.b(m.a(x.view(x.size(0), -1)).relu()), "a:relu,b"),
        (lambda m, x: m.b(functional.elu(m.a(x.reshape(x.shape[0], 4)), 0.5)), "a:elu(0.5),b"),
        (lambda m, x: m.b(functional.leaky_relu(m.a(x), negative_slope=0.3)), "a:leaky_relu(0.3),b"),
        (lambda m, x: m.b(functional.gelu(m.a(x), approximate="tanh")), "a:gelu_tanh,b"),
        (lambda m, x: m.b(functional.dropout(m.a(x).tanh(), 0.5, training=m.training)), "a:tanh,b"),
        (lambda m, x: functional.log_softmax(m.b(torch.sigmoid(m.a(x))), dim=1), "a:sigmoid,b"),
        (lambda m, x: m.b(functional.softplus(m.a(x), beta=2)).softmax(1), "a:softplus(2.0),b"),
    ],
    ids=["flatten", "view", "reshape", "leaky", "gelu", "dropout", "log_softmax", "softmax"],
)
def test_written(forward: Callable[[Written, torch.Tensor], torch.Tensor], chain: str) -> None:
    assert read_mlp(Written(forward)).chain == chain


@pytest.mark.parametrize(
    ("layer", "chain"),
    [
        (nn.ReLU6(), "relu6"),
        (nn.SiLU(), "silu"),
        (nn.Mish(), "mish"),
        (nn.SELU(), "selu"),
        (nn.Softsign(), "softsign"),
        (nn.GELU(), "gelu"),
        (nn.LeakyReLU(0.2), "leaky_relu(0.2)"),
        (nn.ELU(2.0), "elu(2.0)"),
        (nn.Softplus(3.0), "softplus(3.0)"),
        (nn.Sigmoid(), "sigmoid"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_activations(layer: nn.Module, chain: str) -> None:
    assert read_mlp(nn.Sequential(nn.Linear(4, 3), layer, nn.Linear(3, 2))).chain == f"0:{chain},2"


@pytest.mark.parametrize(
    ("forward", "operation"),
    [
        (lambda m, x: m.b(m.a(x)) + m.c(m.a(x)), "which joins or branches"),
        (lambda m, x: m.b(m.a(x) * 2), "'mul'"),
        (lambda m, x: m.b(m.a(torch.relu(x))), "'relu', which stands after no linear layer"),
        (lambda m, x: m.b(torch.tanh(torch.relu(m.a(x)))), "'tanh', which stands after no linear layer"),
        (lambda m, x: m.b(m.a(x).softmax(1)), "'b' after a softmax"),
        (lambda m, x: m.b(functional.dropout(m.a(x))), "'dropout'"),
        (lambda m, x: m.b(m.a(x)) if x.sum() > 0 else x, "cannot be traced"),
        (lambda m, x: x.view(2, -1), "no linear layer in 'Written'"),
        (lambda m, x: m.b(m.a(x.view(-1, 2, 2))), "does not run on 4 inputs"),
        (lambda m, x: (m.b(m.a(x)), x), "which joins or branches"),
        (lambda m, x: (m.b(m.a(x)),), "gives back a tuple"),
        (lambda m, x: m.b(m.a(x)).softmax(0), "that changes its answers"),
    ],
    ids=[
        "skip",
        "scaled",
        "early",
        "twice",
        "inner-softmax",
        "dropout",
        "if",
        "none",
        "width",
        "pair",
        "tuple",
        "softmax-0",
    ],
)
def test_no_chain(forward: Callable[[Written, torch.Tensor], torch.Tensor], operation: str) -> None:
    with pytest.raises(UnsupportedLayer, match=operation):
        read_mlp(Written(forward))


@pytest.mark.parametrize(
    ("layer", "name"),
    [(nn.BatchNorm1d(3), r"'1' \(BatchNorm1d\)"), (nn.LayerNorm(3), r"'1' \(LayerNorm\)"), (nn.PReLU(), "PReLU")],
    ids=["batch", "norm", "prelu"],
)
def test_unsupported_module(layer: nn.Module, name: str) -> None:
    with pytest.raises(UnsupportedLayer, match=name):
        read_mlp(nn.Sequential(nn.Linear(4, 3), layer, nn.Linear(3, 2)))


def test_convolution() -> None:
    with pytest.raises(UnsupportedLayer, match=r"'0' \(Conv2d\)"):
        read_mlp(nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(8, 2)))


def test_hook() -> None:
    module = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))
    module[0].register_forward_hook(lambda _module, _inputs, output: output + 1)
    with pytest.raises(UnsupportedLayer, match="changes its answers"):
        read_mlp(module)


def test_part_by_chain() -> None:
    module = Written(lambda m, x: m.b(m.a(x)) + m.c(m.a(x)))
    assert read_mlp(module, chain="a:relu,c").sizes == (4, 3, 2)


def test_modes_kept() -> None:
    module = nn.Sequential(nn.Linear(4, 3), nn.Dropout())
    module[1].eval()
    read_mlp(module)
    assert [part.training for part in module.modules()] == [True, True, False]
