"""Attention read from torch modules, fused and written out, and functions written out call by call."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from ingest.program.torch_program import program_of_exported, program_of_module


def normal(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(2))


def checked(module, example, *, fixed=False):
    module.eval()
    read = torch.export.export(module, (example[:1],)) if fixed else None
    program = program_of_module(module, example) if read is None else program_of_exported(read)
    for n in (1, 3):
        with torch.no_grad():
            expected = module(example[:n])
        ran = program.run({program.input.value: example[:n].numpy()}, [program.output])[program.output]
        np.testing.assert_allclose(ran, expected.numpy(), rtol=1e-4, atol=1e-5)
    return program


def named(program, *kinds):
    return [operation.name for operation in program.operations if operation.kind in kinds]


def heads(program):
    (attention,) = [operation for operation in program.operations if operation.kind == "attention"]
    return attention


def check_heads(program, example):
    """Attention computed from its queries, keys and values is what the operation puts out."""
    attention = heads(program)
    values = program.run({program.input.value: example.numpy()}, [*attention.inputs, attention.output])
    query, key, value = (torch.from_numpy(values[name]).double() for name in attention.inputs)
    assert query.shape[-1] == key.shape[-1] and key.shape[-2] == value.shape[-2]
    return query, key, value, values[attention.output]


class Own(nn.Module):
    def __init__(self, *, weights):
        super().__init__()
        self.a, self.weights = nn.MultiheadAttention(8, 2, batch_first=True), weights

    def forward(self, x):
        return self.a(x, x, x, need_weights=self.weights)[0]


@pytest.mark.parametrize("fixed", [False, True], ids=["open", "fixed"])
@pytest.mark.parametrize("weights", [False, True], ids=["fused", "written-out"])
def test_multihead_attention(weights, fixed):
    program = checked(Own(weights=weights), normal(3, 5, 8), fixed=fixed)
    assert named(program, "linear", "attention", "opaque") == ["a.in_proj", "a", "a.out_proj"]
    query, key, value, put_out = check_heads(program, normal(1, 5, 8))
    scale = 1 if weights else 1 / 2  # written out, the queries come scaled
    expected = torch.softmax(query @ key.transpose(-1, -2) * scale, -1) @ value
    np.testing.assert_allclose(put_out, expected.numpy(), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("frozen", [False, True], ids=["trained", "frozen"])
def test_encoder_layer(frozen):
    layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True).requires_grad_(not frozen)
    program = checked(layer, normal(3, 5, 8))
    assert named(program, "linear", "attention", "opaque") == [
        "self_attn.in_proj",
        "self_attn",
        "self_attn.out_proj",
        "linear1",
        "linear2",
    ]
    assert named(program, "normalise") == ["norm1", "norm2"]


class Block(nn.Module):
    """A block of GPT-2: one map for queries, keys and values, a causal mask, GELU written out."""

    def __init__(self):
        super().__init__()
        self.ln_1, self.ln_2 = nn.LayerNorm(8), nn.LayerNorm(8)
        self.c_attn, self.c_proj = nn.Linear(8, 24), nn.Linear(8, 8)
        self.c_fc, self.mlp_proj = nn.Linear(8, 32), nn.Linear(32, 8)
        self.register_buffer("bias", torch.tril(torch.ones(9, 9, dtype=torch.bool)).view(1, 1, 9, 9))

    def forward(self, x):
        n_trials, n_positions, width = x.size()
        query, key, value = self.c_attn(self.ln_1(x)).split(width, dim=2)
        query, key, value = (part.view(n_trials, n_positions, 2, 4).transpose(1, 2) for part in (query, key, value))
        scores = query @ key.transpose(-2, -1) / math.sqrt(4)
        scores = scores.masked_fill(~self.bias[:, :, :n_positions, :n_positions], float("-inf"))
        mixed = functional.dropout(functional.softmax(scores, dim=-1), 0.1, self.training) @ value
        x = x + self.c_proj(mixed.transpose(1, 2).contiguous().view(n_trials, n_positions, width))
        y = self.c_fc(self.ln_2(x))
        y = 0.5 * y * (1.0 + torch.tanh(math.sqrt(2.0 / math.pi) * (y + 0.044715 * torch.pow(y, 3.0))))
        return x + self.mlp_proj(y)


@pytest.mark.parametrize("fixed", [False, True], ids=["open", "fixed"])
def test_gpt2_block(fixed):
    program = checked(Block(), normal(3, 5, 8), fixed=fixed)
    assert named(program, "linear", "attention", "opaque") == ["c_attn", "attention", "c_proj", "c_fc", "mlp_proj"]
    (pointwise,) = [operation for operation in program.operations if operation.kind == "pointwise"]
    assert pointwise.options == {"function": "gelu_tanh"}
    query, key, value, put_out = check_heads(program, normal(1, 5, 8))
    scores = query @ key.transpose(-1, -2) / 2 + torch.full((5, 5), -torch.inf).triu(1)
    np.testing.assert_allclose(put_out, (torch.softmax(scores, -1) @ value).numpy(), rtol=1e-4, atol=1e-5)
    assert [program.shapes[name] for name in heads(program).inputs] == [(1, 2, 5, 4)] * 3


@pytest.mark.parametrize("fixed", [False, True], ids=["open", "fixed"])
def test_resumes_after_the_first_map(fixed):
    program = checked(Block(), normal(3, 5, 8), fixed=fixed)
    linear = next(operation.output for operation in program.operations if operation.kind == "linear")
    x = normal(3, 5, 8).numpy()
    values = program.run({program.input.value: x}, [linear, program.output])
    given = {program.input.value: x, linear: values[linear]}
    again = program.run(given, [program.output], hooks={linear: lambda value: value})
    np.testing.assert_allclose(again[program.output], values[program.output], rtol=1e-6)
    (after,) = program.run({linear: values[linear]}, [heads(program).output]).values()
    whole = program.run({program.input.value: x}, [heads(program).output])[heads(program).output]
    np.testing.assert_allclose(after, whole, rtol=1e-6)


class Einsum(nn.Module):
    """Attention by sums over named indices, keys first and weights last; as many positions as dimensions."""

    def __init__(self, scores, mix):
        super().__init__()
        self.q, self.k, self.v = (nn.Parameter(normal(2, 4, 8)) for _ in range(3))
        self.o = nn.Parameter(normal(8, 8))
        self.scores, self.mix = scores, mix

    def forward(self, x):
        q, k, v = (torch.einsum("ihd,bpd->biph", part, x) for part in (self.q, self.k, self.v))
        parts = (k, q) if self.scores.startswith("bik") else (q, k)
        weights = torch.einsum(self.scores, *parts)
        weights = torch.softmax(weights.tril() - 1e10 * (1 - torch.tril(torch.ones(4, 4))), -1)
        mixed = torch.einsum(self.mix, *((v, weights) if self.mix.startswith("bikh") else (weights, v)))
        return torch.einsum("df,bqf->bqd", self.o, mixed.permute(0, 2, 1, 3).flatten(2))


@pytest.mark.parametrize("mix", ["biqk,bikh->biqh", "bikh,biqk->biqh"])
@pytest.mark.parametrize("scores", ["biqh,bikh->biqk", "bikh,biqh->biqk"])
def test_einsum(scores, mix):
    program = checked(Einsum(scores, mix), normal(3, 4, 8))
    assert sorted(named(program, "linear", "attention", "opaque")) == ["attention", "k", "o", "q", "v"]
    query, key, value, put_out = check_heads(program, normal(1, 4, 8))
    weights = torch.softmax((query @ key.transpose(-1, -2)).tril() + torch.full((4, 4), -1e10).triu(1), -1)
    np.testing.assert_allclose(put_out, (weights @ value).numpy(), rtol=1e-4, atol=1e-4)


class Wrong(nn.Module):
    """A softmax over queries, not keys: no attention."""

    def forward(self, x):
        return torch.softmax(x @ x.transpose(1, 2), 1) @ x


def test_softmax_over_queries_is_no_attention():
    program = checked(Wrong(), normal(3, 4, 4))
    assert [operation.kind for operation in program.operations] == ["move", "opaque", "normalise", "opaque"]


class Written(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.fc, self.function = nn.Linear(6, 6), function

    def forward(self, x):
        return self.function(self.fc(x))


@pytest.mark.parametrize(
    ("function", "written"),
    [
        (functional.relu, "relu"),
        (functional.relu6, "relu6"),
        (functional.gelu, "gelu"),
        (lambda x: functional.gelu(x, approximate="tanh"), "gelu_tanh"),
        (functional.silu, "silu"),
        (functional.mish, "mish"),
        (functional.selu, "selu"),
        (functional.softsign, "softsign"),
        (functional.elu, "elu"),
        (lambda x: functional.elu(x, 0.5), "elu(0.5)"),
        (lambda x: functional.leaky_relu(x, 0.2), "leaky_relu(0.2)"),
        (functional.leaky_relu, "leaky_relu"),
        (functional.softplus, "softplus"),
        (torch.sigmoid, "sigmoid"),
        (functional.hardtanh, "hardtanh"),
        (functional.hardswish, "hardswish"),
        (lambda x: x.clamp(-2, 3), "clamp(-2.0, 3.0)"),
        (lambda x: x.pow(3), "pow(3.0)"),
        (lambda x: x * x, "square"),
        (torch.erf, "erf"),
        (lambda x: x + 0.5 * x**2, "quadratic"),
        (lambda x: x + 0.3 * x * x, "quadratic(0.3)"),
        (lambda x: torch.add(x, x.square(), alpha=-2), "quadratic(-2.0)"),
        (lambda x: x * (1 + torch.tensor(0.7) * x), "quadratic(0.7)"),
        (lambda x: 2 * x + 0.5 * x**2, "pointwise"),
        (lambda x: x + 0.5 * x**3, "pointwise"),
        (lambda x: x * torch.sigmoid(x), "silu"),
        (lambda x: torch.where(x > 0, x, 0.2 * x), "pointwise"),
        (lambda x: x * (x > 0), "relu"),
        (lambda x: torch.maximum(x, torch.zeros(())), "relu"),
    ],
)
def test_function(function, written):
    program = checked(Written(function), normal(3, 6))
    linear, pointwise = program.operations
    assert (pointwise.kind, pointwise.options) == ("pointwise", {"function": written})
    assert pointwise.inputs == (linear.output,)
