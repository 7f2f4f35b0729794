"""Every kind of operation read from a torch module: what it is, and that it runs like the module."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from ingest.program.torch_program import program_of_exported, program_of_module


class Forward(nn.Module):
    """A forward pass written as a function of the module's parts and its input."""

    def __init__(self, function, **parts):
        super().__init__()
        self.function = function
        for name, part in parts.items():
            if isinstance(part, torch.Tensor):
                self.register_parameter(name, nn.Parameter(part))
            else:
                self.add_module(name, part)

    def forward(self, x):
        return self.function(self, x)


class Tied(nn.Module):
    """The same weights at both ends."""

    def __init__(self):
        super().__init__()
        self.e, self.head = nn.Embedding(5, 4), nn.Linear(4, 5, bias=False)
        self.head.weight = self.e.weight

    def forward(self, x):
        return self.head(self.e(x))


def normal(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0))


LINE, PLANE, STEPS = normal(3, 6), normal(3, 4, 6, 6), normal(3, 5, 4)
TOKENS = torch.tensor([[1, 2, 3, 0], [0, 4, 4, 1], [2, 2, 2, 2]])

CASES = {
    "linear": (lambda: nn.Sequential(nn.Linear(6, 3)), LINE, ["linear 0"]),
    "linear-alone": (lambda: nn.Linear(6, 3), LINE, ["linear linear"]),
    "matmul": (lambda: Forward(lambda m, x: x @ m.w, w=normal(6, 3)), LINE, ["linear w"]),
    "matmul-left": (lambda: Forward(lambda m, x: m.w @ x, w=normal(3, 5)), STEPS, ["linear w"]),
    "matmul-vector": (lambda: Forward(lambda m, x: x @ m.w, w=normal(6)), LINE, ["linear w"]),
    "matmul-heads": (lambda: Forward(lambda m, x: x[:, None] @ m.w, w=normal(2, 4, 3)), STEPS, ["linear w"]),
    "matmul-each": (
        lambda: Forward(lambda m, x: x.reshape(x.shape[0], 2, 3)[:, :, None] @ m.w, w=normal(2, 3, 4)),
        LINE,
        ["linear w", "linear w.2"],
    ),
    "addmm": (lambda: Forward(lambda m, x: torch.addmm(m.b, x, m.w), w=normal(6, 3), b=normal(3)), LINE, ["linear w"]),
    "einsum": (
        lambda: Forward(lambda m, x: torch.einsum("hdk,bpd->bhpk", m.w, x), w=normal(2, 4, 3)),
        STEPS,
        ["linear w"],
    ),
    "tied": (
        lambda: Forward(lambda m, x: m.fc(torch.tanh(m.fc(x))), fc=nn.Linear(6, 6)),
        LINE,
        ["linear fc", "pointwise", "linear fc.2"],
    ),
    "tied-head": (lambda: Tied(), TOKENS, ["embedding e", "linear head"]),
    "conv1d": (lambda: Forward(lambda m, x: m.c(x), c=nn.Conv1d(5, 3, 2, groups=1)), STEPS, ["convolution c"]),
    "conv2d-groups": (lambda: nn.Sequential(nn.Conv2d(4, 6, 3, groups=2, padding="same")), PLANE, ["convolution 0"]),
    "depthwise": (lambda: nn.Sequential(nn.Conv2d(4, 4, 3, groups=4, stride=2)), PLANE, ["convolution 0"]),
    "conv3d": (
        lambda: Forward(lambda m, x: m.c(x.unsqueeze(1)), c=nn.Conv3d(1, 2, 3)),
        PLANE,
        ["convolution c"],
    ),
    "transposed": (lambda: nn.Sequential(nn.ConvTranspose2d(4, 3, 3, stride=2)), PLANE, ["convolution 0"]),
    "embedding": (lambda: nn.Sequential(nn.Embedding(5, 3)), TOKENS, ["embedding 0"]),
    "embedding-indexed": (
        lambda: Forward(lambda m, x: m.w[:, x].permute(1, 2, 0), w=normal(3, 5)),
        TOKENS,
        ["embedding w"],
    ),
    "embedding-rows": (lambda: Forward(lambda m, x: m.w[x], w=normal(5, 3)), TOKENS, ["embedding w"]),
    "batch-norm": (lambda: nn.Sequential(nn.BatchNorm2d(4)), PLANE, ["scale"]),
    "batch-norm-in-place": (
        lambda: nn.Sequential(nn.Conv2d(4, 2, 3), nn.BatchNorm2d(2), nn.ReLU(inplace=True)),
        PLANE,
        ["convolution 0", "scale", "pointwise"],
    ),
    "layer-norm": (lambda: nn.Sequential(nn.LayerNorm(4)), STEPS, ["normalise"]),
    "group-norm": (lambda: nn.Sequential(nn.GroupNorm(2, 4)), PLANE, ["normalise"]),
    "instance-norm": (lambda: nn.Sequential(nn.InstanceNorm2d(4, affine=True)), PLANE, ["normalise"]),
    "rms-norm": (lambda: nn.Sequential(nn.RMSNorm(4)), STEPS, ["normalise"]),
    "softmax-inside": (lambda: nn.Sequential(nn.Softmax(-1), nn.Tanh()), LINE, ["normalise", "pointwise"]),
    "max-pool": (lambda: nn.MaxPool2d(3, 2, padding=1, ceil_mode=True), PLANE, ["pool"]),
    "avg-pool": (lambda: nn.AvgPool2d(2), PLANE, ["pool"]),
    "adaptive": (lambda: nn.AdaptiveAvgPool2d((3, 4)), PLANE, ["pool"]),
    "adaptive-max": (lambda: nn.AdaptiveMaxPool2d(2), PLANE, ["pool"]),
    "mean": (lambda: Forward(lambda m, x: x.mean((2, 3))), PLANE, ["pool"]),
    "amax": (lambda: Forward(lambda m, x: x.amax(1)), STEPS, ["pool"]),
    "max-values": (lambda: Forward(lambda m, x: x.max(1).values), STEPS, ["pool"]),
    "maximum": (lambda: Forward(lambda m, x: torch.maximum(x[:, :3], x[:, 3:])), LINE, ["pool"]),
    "squeeze": (lambda: Forward(lambda m, x: x.mean(1, keepdim=True).squeeze()), STEPS, ["pool"]),
    "residual": (
        lambda: Forward(lambda m, x: x + m.fc(x) - 2 * x, fc=nn.Linear(6, 6)),
        LINE,
        ["linear fc", "sum", "scale", "sum"],
    ),
    "constants": (lambda: Forward(lambda m, x: 1 - (x * m.a + 3) / m.a, a=normal(6) + 4), LINE, ["scale"] * 4),
    "spread": (lambda: Forward(lambda m, x: x[:, :, None] * m.a, a=normal(6, 2)), LINE, ["scale"]),
    "gate": (lambda: nn.GLU(), LINE, ["pointwise", "product"]),
    "product": (
        lambda: Forward(lambda m, x: x[:, :3] * x[:, 3:] / (1 + x[:, 3:] ** 2)),
        LINE,
        ["product", "pointwise", "scale", "product"],
    ),
    "position": (
        lambda: Forward(lambda m, x: m.e(x) + m.p[: x.shape[1]], e=nn.Embedding(5, 3), p=normal(9, 3)),
        TOKENS,
        ["embedding e", "scale"],
    ),
    "class-token": (
        lambda: Forward(lambda m, x: torch.cat([m.c.expand(x.shape[0], -1, -1), x], 1), c=normal(1, 1, 4)),
        STEPS,
        [],
    ),
    "double": (lambda: nn.Sequential(nn.Linear(6, 3)).double(), LINE.double(), ["linear 0"]),
    "softmax-at-the-end": (lambda: nn.Sequential(nn.Linear(6, 3), nn.LogSoftmax(-1)), LINE, ["linear 0"]),
    "lstm": (
        lambda: Forward(lambda m, x: m.r(x)[0], r=nn.LSTM(4, 3, 2, batch_first=True)),
        STEPS,
        ["recurrent r.l0", "recurrent r.l1"],
    ),
    "gru": (
        lambda: Forward(lambda m, x: m.r(x)[0], r=nn.GRU(4, 3, batch_first=True, bias=False)),
        STEPS,
        ["recurrent r"],
    ),
    "rnn-both-ways": (
        lambda: Forward(
            lambda m, x: m.r(x)[1].transpose(0, 1),
            r=nn.RNN(4, 3, 2, batch_first=True, bidirectional=True, nonlinearity="relu"),
        ),
        STEPS,
        ["recurrent r.l0", "recurrent r.l1"],
    ),
    "steps-first": (
        lambda: Forward(lambda m, x: m.r(x.transpose(0, 1))[1][0][-1], r=nn.LSTM(4, 3)),
        STEPS,
        ["recurrent r"],
    ),
    "lstm-cell": (
        lambda: Forward(lambda m, x: m.r(x[:, 1], m.r(x[:, 0]))[0], r=nn.LSTMCell(4, 3)),
        STEPS,
        ["recurrent r", "recurrent r.2"],
    ),
    "gru-cell": (lambda: Forward(lambda m, x: m.r(x), r=nn.GRUCell(6, 3)), LINE, ["recurrent r"]),
    "rnn-cell": (lambda: Forward(lambda m, x: m.r(x), r=nn.RNNCell(6, 3)), LINE, ["recurrent r"]),
    "unknown": (
        lambda: Forward(lambda m, x: torch.cumsum(x, 1).sort(1).values),
        LINE,
        ["opaque cumsum", "opaque sort"],
    ),
}


def write(module, x):
    x = x.clone()
    x[:, 1] = x[:, 2]
    x[:, :, 3:] = 0
    return x


MOVES = {
    "flatten": lambda m, x: x.flatten(1),
    "permute": lambda m, x: x.permute(0, 2, 3, 1),
    "stack-unbind": lambda m, x: torch.stack(x.unbind(1)[::-1], 2),
    "cat-chunk": lambda m, x: torch.cat(x.chunk(2, 1)[::-1], 1),
    "split": lambda m, x: x.split([1, 3], 1)[1],
    "select-slice": lambda m, x: x[:, 1, 2:, ::2],
    "pad": lambda m, x: functional.pad(x, (1, 2, 0, 1), value=-3.0),
    "pad-reflect": lambda m, x: functional.pad(x, (1, 2, 2, 1), mode="reflect"),
    "roll-flip": lambda m, x: x.roll(2, 3).flip(2),
    "index": lambda m, x: x[:, [2, 0, 0]].index_select(2, torch.tensor([5, 1])),
    "shuffle": lambda m, x: functional.pixel_shuffle(x, 2),
    "expand": lambda m, x: x[:, :1].expand(-1, 5, -1, -1),
    "unflatten": lambda m, x: x.unflatten(1, (2, 2)).transpose(1, 3).contiguous(),
    "mask": lambda m, x: x.masked_fill(torch.eye(6) > 0, -7.0).tril(1),
    "write": write,
    "upsample": lambda m, x: functional.interpolate(x, scale_factor=2),
    "patches": lambda m, x: functional.unfold(x, 2, stride=2),
    "double": lambda m, x: x.double(),
}


def checked(module, example, *, fixed):
    """Read a module, and check that it runs alike for one trial and for three."""
    module.eval()
    one = example[:1]
    program = program_of_exported(torch.export.export(module, (one,))) if fixed else program_of_module(module, one)
    last = program.output
    for n in (1, 3):
        with torch.no_grad():
            expected = module(example[:n].clone())
        ran = program.run({program.input.value: example[:n].numpy()}, [last])[last]
        if "softmax" in str(module).lower() and isinstance(list(module.children())[-1], nn.LogSoftmax):
            ran = torch.from_numpy(ran).log_softmax(-1).numpy()
        np.testing.assert_allclose(ran.reshape(expected.shape), expected.numpy(), rtol=1e-5, atol=1e-5)
    return program


ONE_BY_ONE = [  # where trials that run side by side take a path of their own
    *(
        "matmul-left",
        "matmul-each",
        "einsum",
        "conv2d-groups",
        "embedding-indexed",
        "batch-norm-in-place",
        "group-norm",
    ),
    *("max-pool", "adaptive-max", "max-values", "class-token", "lstm", "rnn-both-ways", "steps-first", "lstm-cell"),
    *("gru-cell", "unknown"),
]


@pytest.mark.filterwarnings("ignore:The tensor attributes")
@pytest.mark.parametrize(
    ("case", "fixed"), [*((case, False) for case in CASES), *((case, True) for case in ONE_BY_ONE)]
)
def test_kind(case, fixed):
    make, example, expected = CASES[case]
    program = checked(make(), example, fixed=fixed)
    found = [operation for operation in program.operations if operation.kind != "move"]
    layers = ("linear", "convolution", "embedding", "recurrent", "opaque")
    assert [f"{part.kind} {part.name}" if part.kind in layers else part.kind for part in found] == expected


@pytest.mark.parametrize("case", MOVES)
def test_move_has_the_route_of_its_values(case):
    program = checked(Forward(MOVES[case]), PLANE, fixed=case in {"flatten", "cat-chunk", "pad", "write"})
    one = np.arange(1, 145).reshape(1, 4, 6, 6)
    numbers = {program.input.value: one}
    for operation in program.operations:
        assert operation.kind == "move"
        (numbers[operation.output],) = np.moveaxis(operation.route([numbers[name] for name in operation.inputs]), -1, 0)
    values = program.run({program.input.value: one.astype(np.float32)}, [program.output])[program.output]
    filled = {"pad": -3.0, "mask": -7.0}.get(case, 0.0)
    assert np.where(values == filled, 0, values).tolist() == numbers[program.output].tolist()
