"""Networks from torch modules: counts by hand, and strengths straight from the tensors."""

import numpy as np
import pytest
import torch
from architectures import Gpt, Vit, resnet18
from torch import nn

from ingest.program.torch_program import program_of_module
from ingest.walk import walk


def walked(module, *shape, tokens=None, **options):
    example = torch.zeros(1, *shape) if tokens is None else torch.zeros(1, tokens, dtype=torch.int64)
    return walk(program_of_module(module.eval(), example), **options)


def counts(found):
    return sum(layer.n_neurons for layer in found.layers), sum(block.n_weights for block in found.blocks)


def test_resnet18():
    found = walked(resnet18(), 3, 64, 64)
    # 3 + 64 + 4 * 64 + 5 * (128 + 256 + 512) + 1000 neurons; weights from all sources of every residual sum:
    # 3 * 64; 64 * 64 * 5; then n * n * 7 in each stage, from three and two sources; 3 * 512 * 1000
    weights = 192 + 5 * 64**2 + 7 * (128**2 + 256**2 + 512**2) + 3 * 512 * 1000
    assert counts(found) == (5803, weights)
    assert len(found.layers) == 22


def test_gpt():
    found = walked(Gpt(500, 128, 4, 4), tokens=8)
    reading = 128 * 4 * (1 + 3 + 5 + 7) + 4 * 4 * 128  # heads from 1, 3, 5, 7 sources; output projections
    thinking = 128 * 512 * (2 + 4 + 6 + 8) + 4 * 512 * 128
    assert counts(found) == (1 + 128 + 4 * (4 + 128 + 512 + 128) + 500, 128 + reading + thinking + 9 * 128 * 500)
    assert len(found.compositions) == 6  # of four attention layers, every two
    assert all(one.query.shape == (4, 4) for one in found.compositions)


def test_vit():
    found = walked(Vit(), 3, 8, 8)
    assert found.layers[0].n_neurons == 3
    into_head = [block.source for block in found.blocks if block.target == "head"]
    assert into_head == ["blocks.0.out", "blocks.0.proj", "blocks.1.out", "blocks.1.proj"]  # no patch at that position


@pytest.mark.parametrize("norm", ["entrywise_l1", "frobenius"])
def test_multi_head_attention(norm, blocks):
    torch.manual_seed(0)
    layer = nn.TransformerEncoderLayer(8, 2, 4, batch_first=True)
    found = blocks(walked(nn.Sequential(nn.Linear(3, 8), layer, nn.Linear(8, 2)), 5, 3, norm=norm))
    stacked = layer.self_attn.in_proj_weight.detach().numpy().reshape(3, 2, 4, 8)
    power = 1 if norm == "entrywise_l1" else 2
    wanted = (np.abs(stacked) ** power).sum(axis=(0, 2)) ** (1 / power)
    assert found["0", "1.self_attn"].strength == pytest.approx(wanted.T, rel=1e-5)
    slices = layer.self_attn.out_proj.weight.detach().numpy().reshape(8, 2, 4)
    wanted = (np.abs(slices) ** power).sum(axis=2) ** (1 / power)
    assert found["1.self_attn", "1.self_attn.out_proj"].strength == pytest.approx(wanted.T, rel=1e-5)


def test_convolutions(blocks):
    torch.manual_seed(0)
    layers = [nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU6(), nn.Conv2d(8, 8, 3, groups=8), nn.Hardswish()]
    layers += [nn.ConvTranspose2d(8, 4, 2, groups=2), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(4 * 4, 2)]
    module = nn.Sequential(*layers)
    norm = layers[1]
    norm.weight.data, norm.running_var.data = torch.randn(8), torch.rand(8) + 0.5
    found = blocks(walked(module, 3, 8, 8))
    folded = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    kernels = (layers[0].weight * folded[:, None, None, None]).detach().numpy()
    assert found["input", "0"].value == pytest.approx(kernels.sum(axis=(2, 3)).T, abs=1e-5)
    assert found["input", "0"].strength == pytest.approx(np.abs(kernels).sum(axis=(2, 3)).T, rel=1e-5)
    assert found["0", "3"].kept.tolist() == np.eye(8, dtype=bool).tolist()
    turned = layers[5].weight.detach().numpy().sum(axis=(2, 3))  # (in, out / groups)
    wanted = np.zeros((8, 4))
    wanted[:4, :2], wanted[4:, 2:] = turned[:4], turned[4:]
    assert found["3", "5"].value == pytest.approx(wanted, abs=1e-5)
    assert found["3", "5"].n_weights == 16
    channels = np.abs(layers[8].weight.detach().numpy()).reshape(2, 4, 4).sum(axis=2)
    assert found["5", "8"].strength == pytest.approx(channels.T, rel=1e-5)


class Lstm(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn, self.head = nn.LSTM(3, 4, num_layers=2, bidirectional=True, batch_first=True), nn.Linear(8, 2)

    def forward(self, x):
        return self.head(self.rnn(x)[0][:, -1])


def test_lstm(blocks):
    module = Lstm()
    found = walked(module, 5, 3)
    assert counts(found) == (3 + 8 + 8 + 2, 3 * 8 + 32 + 64 + 32 + 16)  # each way knows its own four neurons only
    gates = np.abs(module.rnn.weight_ih_l0_reverse.detach().numpy()).reshape(4, 4, 3).sum(axis=0)
    assert blocks(found)["input", found.layers[1].name].strength[:, 4:] == pytest.approx(gates.T, rel=1e-5)


class Difference(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.c = nn.Linear(2, 3), nn.Linear(2, 3), nn.Linear(3, 2)

    def forward(self, x):
        return self.c(self.a(x) - self.b(x))


def test_difference(blocks):
    found = blocks(walked(Difference(), 2))
    assert np.array_equal(found["a", "c"].value, -found["b", "c"].value)


def test_linear_network_against_autograd(blocks):
    """With nothing bent between, all values together make the Jacobian."""
    torch.manual_seed(0)
    module = nn.Sequential(nn.Conv1d(2, 3, 1), nn.BatchNorm1d(3), nn.Flatten(), nn.Linear(12, 2)).eval()
    found = blocks(walked(module, 2, 4))
    jacobian = torch.autograd.functional.jacobian(module, torch.zeros(1, 2, 4))[
        0, :, 0
    ]  # (outputs, channels, positions)
    through = found["input", "0"].value @ found["0", "3"].value
    assert through == pytest.approx(jacobian.sum(dim=2).T.numpy(), abs=1e-5)


@pytest.mark.parametrize(
    ("layers", "shape"),
    [
        ([nn.Conv2d(2, 4, 3), nn.GroupNorm(2, 4), nn.ReLU(), nn.Flatten(), nn.Linear(16, 2)], (2, 4, 4)),
        ([nn.Linear(3, 4), nn.LayerNorm(4), nn.GELU(), nn.Linear(4, 2)], (3,)),
    ],
    ids=["group", "layer"],
)
def test_norm_before_the_nonlinearity(layers, shape, blocks):
    layers[1].weight.data = torch.tensor([1.0, -2.0, 0.5, 3.0])
    module = nn.Sequential(*layers)
    found = walked(module, *shape)
    assert found.layers[1].activation == f"norm then {'relu' if len(shape) > 1 else 'gelu'}"
    program = program_of_module(module.eval(), torch.zeros(1, *shape))
    kinds = {operation.output: operation.kind for operation in program.operations}
    assert kinds[found.sites["0"].value] == "pointwise"
    kernels = layers[0].weight.detach().reshape(4, -1 if len(shape) == 1 else 2, *([9] if len(shape) > 1 else []))
    sums = kernels.sum(dim=2) if kernels.ndim == 3 else kernels
    expected = sums * layers[1].weight.detach()[:, None]  # gamma belongs to the weights into the layer
    assert blocks(found)["input", "0"].value == pytest.approx(expected.T.numpy(), abs=1e-5)


def test_norm_without_a_nonlinearity():
    module = nn.Sequential(nn.Linear(3, 4), nn.LayerNorm(4), nn.Linear(4, 2))
    assert walked(module, 3).layers[1].activation == "identity"
