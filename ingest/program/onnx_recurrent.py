"""Recurrent layers: their states as one value, their weights in torch's order, and stepping through them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import onnx

from atlas.records import FloatArray
from ingest.program.onnx_graph import Graph, attributes_of, make
from ingest.program.operation import Array, Hook

_GATES = {"RNN": (0,), "LSTM": (0, 2, 3, 1), "GRU": (1, 0, 2)}  # torch's i f g o from i o f c; r z n from z r h
_PLAIN = {
    "RNN": {"tanh": "rnn_tanh", "relu": "rnn_relu"},
    "LSTM": {"sigmoid tanh tanh": "lstm"},
    "GRU": {"sigmoid tanh": "gru"},
}
_DEFAULT = {"RNN": "tanh", "LSTM": "sigmoid tanh tanh", "GRU": "sigmoid tanh"}
_ODD = ("clip", "input_forget", "layout", "activation_alpha", "activation_beta")  # attributes that torch's cells lack
_SEQUENCE, _INITIAL_H, _INITIAL_C, _PEEPHOLES = 4, 5, 6, 7  # places among the inputs


def split_recurrent(graph: Graph, node: onnx.NodeProto) -> Iterator[onnx.NodeProto]:
    """Let the states of all steps be one value, (steps, batch, directions times hidden), and all else follow from it.

    A layer that runs backward alone becomes one that runs forward over flipped steps. What is not an ordinary
    cell stays as it is.
    """
    if cell_of(graph, node) is None:
        yield node
        return
    attributes = attributes_of(node)
    every, last = [*node.output, ""][:2]
    source, n_hidden = node.input[0], attributes["hidden_size"]
    n_directions = 2 if attributes.get("direction") == "bidirectional" else 1
    every = every or graph.fresh(last)
    raw, turned, states = graph.fresh(every), graph.fresh(every), graph.fresh(f"{every}.states")
    flipped = attributes.pop("direction", "forward") == "reverse"
    if flipped:
        source = graph.fresh(source)
        yield _flip(graph, node.input[0], source)
    direction = "bidirectional" if n_directions == 2 else "forward"
    inputs = [source, *node.input[1:_SEQUENCE], "", *node.input[_INITIAL_H:_PEEPHOLES]]
    layer = make(node.op_type, inputs, raw, like=node, direction=direction, **attributes)
    yield layer
    yield make("Transpose", [raw], turned, perm=[0, 2, 1, 3])
    yield make("Reshape", [turned, graph.hold(np.array([0, 0, n_directions * n_hidden]), every)], states)
    graph.recurrent[states] = layer
    apart, kept = graph.fresh(every), graph.fresh(every) if flipped else every
    yield make("Reshape", [states, graph.hold(np.array([0, 0, n_directions, n_hidden]), every)], apart)
    yield make("Transpose", [apart], kept, perm=[0, 2, 1, 3])
    if flipped:
        yield _flip(graph, kept, every)
    if last:
        yield from _last(graph, kept, last, n_directions)


def _flip(graph: Graph, name: str, flipped: str) -> onnx.NodeProto:
    ends = [graph.hold(np.array([number], dtype=np.int64), name) for number in (-1, -(2**62), 0, -1)]
    return make("Slice", [name, *ends], flipped)


def _last(graph: Graph, every: str, last: str, n_directions: int) -> Iterator[onnx.NodeProto]:
    """Take the state after the last step: of the direction back in time, that at the first."""
    ends = [last] if n_directions == 1 else [graph.fresh(last), graph.fresh(last)]
    for number, end in enumerate(ends):
        step = graph.fresh(end)
        yield make("Gather", [every, graph.hold(np.array(-1 if number == 0 else 0), end)], step, axis=0)
        yield make("Gather", [step, graph.hold(np.array([number]), end)], end, axis=0)
    if n_directions == 2:
        yield make("Concat", ends, last, axis=0)


def cell_of(graph: Graph, node: onnx.NodeProto) -> str | None:
    """Name the cell of a layer as torch does; None if it is none of torch's, or its last memory is used."""
    attributes = attributes_of(node)
    inputs = [*node.input, *[""] * 8][:8]
    n_directions = 2 if attributes.get("direction") == "bidirectional" else 1
    default = _DEFAULT[node.op_type]
    functions = " ".join(f.decode().lower() for f in attributes.get("activations", [])) or " ".join(
        [default] * n_directions
    )
    plain = {" ".join([key] * n_directions): cell for key, cell in _PLAIN[node.op_type].items()}
    fixed = all(name in graph.constants for name in inputs[1:4] if name)
    fixed = fixed and all(graph.constant(name) is not None for name in inputs[4:] if name)
    odd = any(attributes.get(name) for name in _ODD)
    memory = len(node.output) > 2 and graph.is_read(node.output[2])
    peepholes = inputs[_PEEPHOLES] and np.any(graph.constant(inputs[_PEEPHOLES]))
    lengths = graph.constant(inputs[_SEQUENCE]) if inputs[_SEQUENCE] else None
    short = lengths is not None and np.any(lengths != graph.shapes[inputs[0]][0])
    return plain.get(functions) if fixed and not (odd or memory or peepholes or short) else None


def recurrent_tensors(graph: Graph, node: onnx.NodeProto) -> dict[str, Array]:
    """Give weights and biases in torch's order of gates, under torch's names."""
    gates = _GATES[node.op_type]
    tensors = {}
    for number, suffix in enumerate(("", "_reverse")[: len(graph.constants[node.input[1]])]):
        for name, place in (("weight_ih", 1), ("weight_hh", 2)):
            tensors[name + suffix] = _ordered(graph.constants[node.input[place]][number], gates)
        if len(node.input) > 3 and node.input[3]:
            halves = np.split(graph.constants[node.input[3]][number], 2)
            for name, half in zip(("bias_ih", "bias_hh"), halves, strict=True):
                tensors[name + suffix] = _ordered(half, gates)
    return tensors


def _ordered(rows: Array, gates: tuple[int, ...]) -> Array:
    parts = np.split(rows, len(gates))
    return np.concatenate([parts[gate] for gate in gates])


def initial_states(node: onnx.NodeProto) -> tuple[str, str]:
    """Name the first states and memories of a layer; empty for zeros."""
    hidden, memory = [*node.input, *[""] * 8][_INITIAL_H : _INITIAL_C + 1]
    return hidden, memory


def step_through(
    options: Mapping[str, Any], tensors: Mapping[str, Array], x: FloatArray, first: Mapping[str, Array], *, hook: Hook
) -> Array:
    """Compute the states of all steps, with a hook on the state of each before the next is computed.

    Parameters
    ----------
    options, tensors
        Of the operation.
    x
        Shape (steps, batch, inputs).
    first
        `hidden` and `memory` before the first step, (directions, batch, hidden); zeros where left out.
    hook
        Takes and gives (1, batch, directions * hidden). Of a layer that runs both ways each direction is stepped
        through alone, the half of the other one holding zeros.
    """
    n_directions, n_hidden = 1 + bool(options["bidirectional"]), tensors["weight_hh"].shape[1]
    zeros = np.zeros((n_directions, x.shape[1], n_hidden), dtype=x.dtype)
    states = np.zeros((len(x), x.shape[1], n_directions * n_hidden), dtype=x.dtype)
    for number, suffix in enumerate(("", "_reverse")[:n_directions]):
        own = slice(number * n_hidden, (number + 1) * n_hidden)
        w = {name: tensors.get(name + suffix, 0.0) for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")}
        hidden, memory = (first.get(name, zeros)[number] for name in ("hidden", "memory"))
        for step in range(len(x))[:: -1 if suffix else 1]:
            hidden, memory = _STEPS[options["cell"]](x[step], hidden, memory, w, bool(options["linear_before_reset"]))
            shown = np.zeros((1, *states.shape[1:]), dtype=x.dtype)
            shown[0, :, own] = hidden
            hidden = np.asarray(hook(shown), dtype=x.dtype)[0, :, own]
            states[step, :, own] = hidden
    return states


def _sigmoid(x: Array) -> Array:
    return 0.5 * (1 + np.tanh(0.5 * x))


def _gates(x: Array, h: Array, w: Mapping[str, Any]) -> tuple[Array, Array]:
    return x @ w["weight_ih"].T + w["bias_ih"], h @ w["weight_hh"].T + w["bias_hh"]


def _rnn_tanh(x: Array, h: Array, c: Array, w: Mapping[str, Any], _: bool) -> tuple[Array, Array]:
    return np.tanh(sum(_gates(x, h, w))), c


def _rnn_relu(x: Array, h: Array, c: Array, w: Mapping[str, Any], _: bool) -> tuple[Array, Array]:
    return np.maximum(sum(_gates(x, h, w)), 0), c


def _lstm(x: Array, h: Array, c: Array, w: Mapping[str, Any], _: bool) -> tuple[Array, Array]:
    i, f, g, o = np.split(np.add(*_gates(x, h, w)), 4, axis=-1)
    c = _sigmoid(f) * c + _sigmoid(i) * np.tanh(g)
    return _sigmoid(o) * np.tanh(c), c


def _gru(x: Array, h: Array, c: Array, w: Mapping[str, Any], linear_first: bool) -> tuple[Array, Array]:
    (x_r, x_z, x_n), (h_r, h_z, h_n) = (np.split(gates, 3, axis=-1) for gates in _gates(x, h, w))
    reset, update = _sigmoid(x_r + h_r), _sigmoid(x_z + h_z)
    if not linear_first:
        n_hidden = h.shape[1]
        bias = w["bias_hh"] if isinstance(w["bias_hh"], float) else w["bias_hh"][2 * n_hidden :]
        h_n = (reset * h) @ w["weight_hh"][2 * n_hidden :].T + bias
    new = np.tanh(x_n + (reset * h_n if linear_first else h_n))
    return (1 - update) * new + update * h, c


_STEPS = {"rnn_tanh": _rnn_tanh, "rnn_relu": _rnn_relu, "lstm": _lstm, "gru": _gru}
