"""Running a torch program: known values in the middle, replaced values, and what is refused."""

from __future__ import annotations

import io

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from atlas.errors import BadParameter, UnknownName, UnsupportedLayer
from ingest.program.operation import numbered
from ingest.program.torch_program import program_of_exported, program_of_module


def normal(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(1))


class Basic(nn.Module):
    """A residual block as ResNet has it."""

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(4, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4)
        self.conv2, self.bn2 = nn.Conv2d(4, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4)
        self.relu = nn.ReLU(inplace=True)
        self.fc = nn.Linear(4, 3)

    def forward(self, x):
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.relu(x + self.bn2(self.conv2(y)))
        return self.fc(functional.adaptive_avg_pool2d(y, 1).flatten(1))


def fixed_program(module, example):
    return program_of_exported(torch.export.export(module.eval(), (example[:1],)))


def open_program(module, example):
    return program_of_module(module, example)


pytestmark = pytest.mark.filterwarnings("ignore:The tensor attributes")
both = pytest.mark.parametrize("read", [open_program, fixed_program], ids=["open", "fixed"])


@pytest.fixture
def basic():
    torch.manual_seed(0)
    block = Basic()
    for norm in (block.bn1, block.bn2):
        norm.running_mean.copy_(normal(4))
        norm.running_var.copy_(normal(4).abs() + 0.5)
        norm.weight.data.copy_(normal(4))
    return block.eval()


@both
def test_resumes_from_every_value(basic, read):
    program = read(basic, normal(2, 4, 5, 5))
    x = normal(3, 4, 5, 5).numpy()
    names = list(program.shapes)
    values = program.run({program.input.value: x}, names)
    sums = [operation for operation in program.operations if operation.kind == "sum"]
    assert [operation.inputs[0] for operation in sums] == [program.input.value]
    after = names[names.index(sums[0].output) :]
    for name in after:
        again = program.run({name: values[name]}, [program.output])[program.output]
        np.testing.assert_allclose(again, values[program.output], rtol=1e-5, atol=1e-6)


@both
def test_given_values_stay(basic, read):
    program = read(basic, normal(2, 4, 5, 5))
    x = normal(3, 4, 5, 5).numpy()
    before = x.copy()
    program.run({program.input.value: x}, [program.output], hooks={program.input.value: lambda value: value * 2})
    assert (x == before).all()


@both
def test_masked_channel(basic, read):
    program = read(basic, normal(2, 4, 5, 5))
    x = normal(3, 4, 5, 5)
    relus = [operation.output for operation in program.operations if operation.kind == "pointwise"]
    mask = torch.tensor([1.0, 0.0, 1.0, 1.0]).reshape(1, 4, 1, 1)
    with torch.no_grad():
        hidden = torch.relu(basic.bn1(basic.conv1(x))) * mask
        y = torch.relu(x + basic.bn2(basic.conv2(hidden)))
        expected = basic.fc(y.mean((2, 3)))
    hooks = {relus[0]: lambda value: value * mask.numpy()}
    ran = program.run({program.input.value: x.numpy()}, [program.output], hooks=hooks)[program.output]
    np.testing.assert_allclose(ran, expected.numpy(), rtol=1e-5, atol=1e-6)
    given = program.run({program.input.value: x.numpy()}, [relus[0]])
    ran = program.run({program.input.value: x.numpy(), **given}, [program.output], hooks=hooks)[program.output]
    np.testing.assert_allclose(ran, expected.numpy(), rtol=1e-5, atol=1e-6)


def test_batch_norm_is_a_factor(basic):
    program = program_of_module(basic, normal(2, 4, 5, 5))
    scale = next(operation for operation in program.operations if operation.kind == "scale")
    factor = basic.bn1.weight / torch.sqrt(basic.bn1.running_var + basic.bn1.eps)
    assert scale.tensors["factor"].shape == (4, 1, 1)
    np.testing.assert_allclose(scale.tensors["factor"].ravel(), factor.detach().numpy(), rtol=1e-6)
    np.testing.assert_allclose(
        scale.tensors["constant"].ravel(), (basic.bn1.bias - basic.bn1.running_mean * factor).detach(), rtol=1e-5
    )


def test_pool_route():
    program = program_of_module(nn.MaxPool2d(2, padding=1, stride=2), normal(1, 1, 2, 2))
    (pool,) = program.operations
    assert pool.route([numbered((1, 1, 2, 2))]).tolist() == [
        [[[[0, 0, 0, 1], [0, 0, 2, 0]], [[0, 3, 0, 0], [4, 0, 0, 0]]]]
    ]


def test_mean_route():
    class Mean(nn.Module):
        def forward(self, x):
            return x.mean((1, 3), keepdim=True)

    (pool,) = program_of_module(Mean(), normal(1, 2, 2, 2)).operations
    assert pool.route([numbered((1, 2, 2, 2))]).tolist() == [[[[[1, 2, 5, 6]], [[3, 4, 7, 8]]]]]


def test_concatenation_route():
    class Join(nn.Module):
        def forward(self, x):
            left, right = x.chunk(2, 1)
            return torch.cat([right, torch.ones(x.shape[0], 1), left], 1)

    program = program_of_module(Join(), normal(1, 4))
    numbers = {program.input.value: numbered((1, 4))}
    for move in program.operations:
        numbers[move.output] = move.route([numbers[name] for name in move.inputs])[..., 0]
    assert numbers[program.output].tolist() == [[3, 4, 0, 1, 2]]


class Steps(nn.Module):
    def __init__(self, make, batch_first, **options):
        super().__init__()
        self.r = make(2, 3, batch_first=batch_first, **options)
        self.batch_first = batch_first

    def forward(self, x):
        return self.r(x)[0][:, -1] if self.batch_first else self.r(x.transpose(0, 1))[0][-1]


def by_hand(module, x, mask):
    """The last state, every state masked before the next step; one way only."""
    r = module.r
    state = [torch.zeros(len(x), 3) for _ in range(2)]
    weights = (r.weight_ih_l0, r.weight_hh_l0, r.bias_ih_l0, r.bias_hh_l0)
    for step in range(x.shape[1]):
        if r.mode == "LSTM":
            state = list(torch.lstm_cell(x[:, step], state, *weights))
        elif r.mode == "GRU":
            state[0] = torch.gru_cell(x[:, step], state[0], *weights)
        else:
            state[0] = torch.rnn_tanh_cell(x[:, step], state[0], *weights)
        state[0] = state[0] * mask
    return state[0]


@both
@pytest.mark.parametrize("batch_first", [True, False], ids=["batch-first", "steps-first"])
@pytest.mark.parametrize("make", [nn.LSTM, nn.GRU, nn.RNN], ids=["lstm", "gru", "rnn"])
def test_states_are_replaced_at_every_step(make, batch_first, read):
    torch.manual_seed(0)
    module = Steps(make, batch_first).eval()
    program = read(module, normal(1, 4, 2))
    x, mask = normal(3, 4, 2), torch.tensor([1.0, 0.0, 1.0])
    layer = next(operation for operation in program.operations if operation.kind == "recurrent")
    seen = []

    def hook(value):
        seen.append(value.shape)
        return value * mask.numpy()

    ran = program.run({program.input.value: x.numpy()}, [program.output], hooks={layer.output: hook})[program.output]
    with torch.no_grad():
        np.testing.assert_allclose(ran, by_hand(module, x, mask).numpy(), rtol=1e-5, atol=1e-6)
    per_step = (3, 1, 3) if batch_first or read is fixed_program else (1, 3, 3)
    assert seen == [per_step] * 4
    same = program.run({program.input.value: x.numpy()}, [program.output], hooks={layer.output: lambda value: value})
    with torch.no_grad():
        np.testing.assert_allclose(same[program.output], module(x).numpy(), rtol=1e-5, atol=1e-6)


@both
def test_both_ways_step_by_step(read):
    class Both(nn.Module):
        def __init__(self):
            super().__init__()
            self.r = nn.LSTM(2, 3, 2, batch_first=True, bidirectional=True)

        def forward(self, x):
            states, (hidden, cells) = self.r(x)
            return states.flatten(1), hidden, cells

    class One(nn.Module):
        def __init__(self, both):
            super().__init__()
            self.both = both

        def forward(self, x):
            states, hidden, cells = self.both(x)
            return states + hidden.sum((0, 2))[:, None] + cells.sum((0, 2))[:, None]

    module = One(Both()).eval()
    program = read(module, normal(1, 4, 2))
    x = normal(3, 4, 2)
    recurrent = [operation.output for operation in program.operations if operation.kind == "recurrent"]
    hooks = dict.fromkeys(recurrent, lambda value: value)
    ran = program.run({program.input.value: x.numpy()}, [program.output], hooks=hooks)[program.output]
    with torch.no_grad():
        np.testing.assert_allclose(ran, module(x).numpy(), rtol=1e-5, atol=1e-6)
    given = program.run({program.input.value: x.numpy()}, [recurrent[0]])
    first = program.run({program.input.value: x.numpy(), **given}, [recurrent[1]])
    whole = program.run({program.input.value: x.numpy()}, [recurrent[1]])
    np.testing.assert_allclose(first[recurrent[1]], whole[recurrent[1]], rtol=1e-6)


def test_hook_on_one_way_only():
    class Both(nn.Module):
        def __init__(self):
            super().__init__()
            self.r = nn.RNN(2, 1, batch_first=True, bidirectional=True, bias=False)

        def forward(self, x):
            return self.r(x)[0].flatten(1)

    module = Both().eval()
    for weight in module.parameters():
        weight.data.fill_(1.0)
    program = program_of_module(module, normal(1, 2, 2))
    (layer,) = [operation.output for operation in program.operations if operation.kind == "recurrent"]
    x = np.array([[[0.5, 0.0], [0.0, 0.25]]], np.float32)
    hooks = {layer: lambda value: value * np.array([0.0, 1.0], np.float32)}
    (ran,) = program.run({program.input.value: x}, [program.output], hooks=hooks)[program.output]
    last = np.tanh(0.25)  # backwards, step 1 is read first
    np.testing.assert_allclose(ran, [0, np.tanh(0.5 + last), 0, last], rtol=1e-6)


def test_mode_and_weights_stay(basic):
    basic.train()
    before = {name: value.clone() for name, value in basic.state_dict().items()}
    program = program_of_module(basic, normal(1, 4, 5, 5))
    assert basic.training and basic.bn1.training
    assert all((before[name] == value).all() for name, value in basic.state_dict().items())
    x = normal(2, 4, 5, 5).numpy()
    first = program.run({program.input.value: x}, [program.output])[program.output]
    with torch.no_grad():
        basic.fc.weight.zero_()
    assert (program.run({program.input.value: x}, [program.output])[program.output] == first).all()


def test_half_precision():
    module = nn.Sequential(nn.Linear(4, 3), nn.GELU()).half()
    program = program_of_module(module, normal(2, 4).half())
    x = normal(3, 4)
    expected = functional.gelu(functional.linear(x, module[0].weight.float(), module[0].bias.float()))
    ran = program.run({program.input.value: x.numpy()}, [program.output])[program.output]
    np.testing.assert_allclose(ran, expected.detach().numpy(), rtol=1e-5, atol=1e-6)
    assert program.input.dtype == "float32"


def test_saved_program_with_open_batch(basic):
    kept = io.BytesIO()
    batch = torch.export.Dim("batch")
    torch.export.save(torch.export.export(basic, (normal(2, 4, 5, 5),), dynamic_shapes=({0: batch},)), kept)
    kept.seek(0)
    program = program_of_exported(torch.export.load(kept))
    x = normal(3, 4, 5, 5)
    ran = program.run({program.input.value: x.numpy()}, [program.output])[program.output]
    np.testing.assert_allclose(ran, basic(x).detach().numpy(), rtol=1e-5, atol=1e-6)


def test_weights_that_name_no_rule_fit_keys():
    module = nn.Module()
    module.add_module("_odd näme", nn.Linear(2, 2))
    module.add_module("input", nn.Linear(2, 2))
    module.forward = lambda x: module.input(getattr(module, "_odd näme")(x))
    program = program_of_module(module, normal(1, 2))
    assert [operation.name for operation in program.operations] == ["odd_n_me", "input.2"]


class Inner(nn.Module):
    """Part of it under a context of its own, and a batch that is asked for as a plain integer."""

    def __init__(self, *, cast):
        super().__init__()
        self.fc, self.cast = nn.Linear(3, 3), cast

    def forward(self, x):
        with torch.autocast("cpu", torch.bfloat16) if self.cast else torch.no_grad():
            x = self.fc(x)
        return x.float().relu().reshape(int(x.shape[0]), 3)


@both
@pytest.mark.parametrize("cast", [False, True], ids=["no-grad", "autocast"])
def test_contexts_inside(read, cast):
    module = Inner(cast=cast)
    program = read(module, normal(1, 3))
    assert [operation.kind for operation in program.operations if operation.kind != "move"] == ["linear", "pointwise"]
    x = normal(3, 3)
    ran = program.run({program.input.value: x.numpy()}, [program.output])[program.output]
    np.testing.assert_allclose(ran, torch.relu(module.fc(x)).detach().numpy(), rtol=1e-5, atol=1e-6)


class Refused(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.fc, self.function = nn.Linear(3, 3), function

    def forward(self, x):
        return self.function(self.fc(x))


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda x: (x, x), "puts out 2 values"),
        (lambda x: x if x.sum() > 0 else -x, "cannot be exported"),
        (lambda x: functional.dropout(x), "'dropout' draws random numbers"),
        (lambda x: x + torch.randn_like(x), "'randn_like' draws random numbers"),
        (lambda x: x - x.mean(0), "Trials change each other"),
        (lambda x: x.sum(), "Trials change each other"),
        (lambda x: functional.batch_norm(x, None, None, training=True), "Trials change each other|cannot be exported"),
        (lambda x: torch.ones(2, 3), "does not depend on its input"),
    ],
    ids=["two", "branch", "dropout", "noise", "centred", "summed", "batch-norm", "constant"],
)
def test_refused(function, said):
    with pytest.raises(UnsupportedLayer, match=said) as caught:
        program_of_module(Refused(function), normal(2, 3))
    assert "\n" not in str(caught.value)


def test_exported_for_several_trials():
    exported = torch.export.export(nn.Linear(3, 3), (normal(4, 3),))
    with pytest.raises(UnsupportedLayer, match="first axis must hold one trial"):
        program_of_exported(exported)


def test_bad_requests():
    program = program_of_module(nn.Sequential(nn.Linear(3, 3), nn.ReLU(), nn.Linear(3, 2)), normal(2, 3))
    first, hidden, last = (operation.output for operation in program.operations)
    with pytest.raises(BadParameter, match="do not lead to"):
        program.run({hidden: np.ones((2, 3), np.float32)}, [first])
    with pytest.raises(UnknownName, match="nothing"):
        program.run({hidden: np.ones((2, 3), np.float32)}, ["nothing"])
    with pytest.raises(BadParameter, match="no batch"):
        program.run({hidden: np.ones((2, 4), np.float32)}, [last])
    with pytest.raises(BadParameter, match="same shape"):
        program.run({hidden: np.ones((2, 3), np.float32)}, [last], hooks={hidden: lambda value: value[:1]})
    with pytest.raises(BadParameter, match="holds 3 trials, others hold 2"):
        program.run({first: np.ones((2, 3), np.float32), hidden: np.ones((3, 3), np.float32)}, [last])
