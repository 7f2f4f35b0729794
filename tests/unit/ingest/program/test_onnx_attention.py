"""Attention in ONNX networks, however it is written."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from onnx import helper
from torch.nn import functional

from ingest.program.onnx_program import program_of_onnx

N = helper.make_node
SHAPE = ("batch", 2, 3, 4)  # heads, positions, width
SPLIT = [N("Mul", ["x", "two"], ["k"]), N("Neg", ["x"], ["v"])]
SWAP = N("Transpose", ["k"], ["kt"], perm=[0, 1, 3, 2])
MASK = np.triu(np.full((3, 3), -np.inf, dtype=np.float32), 1)
CONSTANTS = {"two": np.full(4, 2, np.float32), "half": np.float32(0.5), "mask": MASK, "zero": np.float32(0)}

WAYS = {
    "plain": [SWAP, N("MatMul", ["x", "kt"], ["s"]), N("Mul", ["s", "half"], ["h"]), N("Add", ["h", "mask"], ["m"]),
              N("Softmax", ["m"], ["p"]), N("MatMul", ["p", "v"], ["y"])],
    "scaled-before": [SWAP, N("Mul", ["x", "half"], ["q"]), N("MatMul", ["q", "kt"], ["s"]),
                      N("Add", ["s", "mask"], ["m"]),
                      N("Softmax", ["m"], ["p"]), N("MatMul", ["p", "v"], ["y"])],
    "guarded": [SWAP, N("MatMul", ["x", "kt"], ["s"]), N("Mul", ["s", "half"], ["h"]), N("Add", ["h", "mask"], ["m"]),
                N("Softmax", ["m"], ["p"]), N("IsNaN", ["p"], ["n"]), N("Where", ["n", "zero", "p"], ["w"]),
                N("MatMul", ["w", "v"], ["y"])],
    "einsum": [N("Einsum", ["x", "k"], ["s"], equation="bhqd,bhkd->bhqk"), N("Mul", ["s", "half"], ["h"]),
               N("Add", ["h", "mask"], ["m"]), N("Softmax", ["m"], ["p"]),
               N("Einsum", ["p", "v"], ["y"], equation="bhqk,bhkd->bhqd")],
    "operator": [N("Attention", ["x", "k", "v", "mask"], ["y"], scale=0.5)],
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_attention(saved, way: str) -> None:
    opset = 23 if way == "operator" else 18
    program = program_of_onnx(saved([*SPLIT, *WAYS[way]], CONSTANTS, shape=SHAPE, opset=opset))
    (attention,) = (each for each in program.operations if each.kind == "attention")
    assert not [each.kind for each in program.operations if each.kind in ("opaque", "product", "normalise")]
    x = np.random.default_rng(0).normal(size=(5, 2, 3, 4)).astype(np.float32)
    query, key, value = attention.inputs
    values = program.run({"x": x}, [query, key, value, attention.output, "y"])
    scores = np.einsum("bhqd,bhkd->bhqk", values[query], values[key])
    expected_scores = np.einsum("bhqd,bhkd->bhqk", x, 2 * x)
    np.testing.assert_allclose(scores, expected_scores, rtol=1e-5)  # the half is inside the attention
    np.testing.assert_allclose(values[value], -x)
    mask = torch.from_numpy(MASK)
    expected = functional.scaled_dot_product_attention(
        torch.from_numpy(x), torch.from_numpy(2 * x), torch.from_numpy(-x), attn_mask=mask, scale=0.5
    )
    np.testing.assert_allclose(values["y"], expected.numpy(), atol=1e-6)


def test_from_heads(saved) -> None:
    """Attention is computed from queries, keys and values alone, and a hook on the keys is obeyed."""
    program = program_of_onnx(saved([*SPLIT, *WAYS["plain"]], CONSTANTS, shape=SHAPE))
    x = np.random.default_rng(0).normal(size=(5, 2, 3, 4)).astype(np.float32)
    zeros = np.zeros_like(x)
    y = program.run({"x": x, "k": zeros, "v": x}, ["y"])["y"]
    means = np.cumsum(x, axis=2) / np.array([1, 2, 3])[:, None]  # of all earlier positions, as every score is 0
    np.testing.assert_allclose(y, means, atol=1e-6)
    y = program.run({"x": x}, ["y"], hooks={"k": np.zeros_like})["y"]
    np.testing.assert_allclose(y, -means, atol=1e-6)


@pytest.mark.parametrize("axis", [1, 2])
def test_other_softmax(saved, axis: int) -> None:
    """A softmax over anything but keys is no attention."""
    nodes = [
        *SPLIT,
        SWAP,
        N("MatMul", ["x", "kt"], ["s"]),
        N("Softmax", ["s"], ["p"], axis=axis),
        N("MatMul", ["p", "v"], ["y"]),
    ]
    kinds = [each.kind for each in program_of_onnx(saved(nodes, CONSTANTS, shape=SHAPE)).operations]
    assert kinds.count("opaque") == 2
    assert "attention" not in kinds


def test_grouped_queries(saved) -> None:
    """Two heads of queries share one of keys: the keys are repeated by moves."""
    nodes = [
        N("Slice", ["x", "zero", "one", "one"], ["k"]),
        N("Attention", ["x", "k", "k"], ["y"]),
    ]
    constants = {"zero": np.array([0]), "one": np.array([1])}
    program = program_of_onnx(saved(nodes, constants, shape=SHAPE, opset=23))
    (attention,) = (each for each in program.operations if each.kind == "attention")
    assert [program.shapes[name] for name in attention.inputs] == [(1, 2, 3, 4)] * 3
    x = np.random.default_rng(0).normal(size=(2, 2, 3, 4)).astype(np.float32)
    q, k = torch.from_numpy(x), torch.from_numpy(x[:, :1].repeat(2, axis=1))
    expected = functional.scaled_dot_product_attention(q, k, k).numpy()
    np.testing.assert_allclose(program.run({"x": x}, ["y"])["y"], expected, atol=1e-6)
