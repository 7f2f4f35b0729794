"""Recurrent layers: one call for every layer, run at once or, where states are replaced, step by step."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import fx

from ingest.program.calls import arguments, operation_name, overload

Tensor = torch.Tensor
StepHook = Callable[[Tensor], Tensor]  # takes the state of one step, (batch, 1, n) or (1, batch, n)
_FUSED: Mapping[str, Callable[..., Any]] = {
    "lstm": torch.lstm,
    "gru": torch.gru,
    "rnn_tanh": torch.rnn_tanh,
    "rnn_relu": torch.rnn_relu,
}
_CELLS: Mapping[str, Callable[..., Any]] = {
    "lstm": torch.lstm_cell,
    "gru": torch.gru_cell,
    "rnn_tanh": torch.rnn_tanh_cell,
    "rnn_relu": torch.rnn_relu_cell,
}
CELLS = {f"{cell}_cell": cell for cell in _CELLS}


def recurrent_layer(
    x: Tensor,
    states: Sequence[Tensor],
    weights: Sequence[Tensor],
    *,
    cell: str,
    bidirectional: bool,
    batch_first: bool,
    hook: StepHook | None = None,
) -> tuple[Tensor, ...]:
    """Run one recurrent layer.

    Parameters
    ----------
    states
        Initial hidden state, and of an LSTM cell state, each (n_directions, batch, n).
    weights
        In torch's order, forwards first.
    hook
        What stands in place of the state of each step, before the next is computed. Where the layer runs both ways,
        it sees zeros for the way not run yet.

    Returns
    -------
    tuple[Tensor, ...]
        States of all steps; of an LSTM also the last cell states.
    """
    if hook is None:
        biased = len(weights) > 2 * (1 + bidirectional)
        start = list(states) if cell == "lstm" else states[0]
        options = (biased, 1, 0.0, False, bidirectional, batch_first)
        put_out, *last = _FUSED[cell](x, start, list(weights), *options)
        return (put_out, *last[1:])
    axis = 1 if batch_first else 0
    n_ways = 1 + bidirectional
    per_way = len(weights) // n_ways
    put_out, cells = x.new_zeros((*x.shape[:2], n_ways * states[0].shape[-1])), []
    for way in range(n_ways):
        state = [start[way] for start in states]
        part = weights[way * per_way : (way + 1) * per_way]
        cells.append(_run_way(x.unbind(axis), state, part, cell=cell, way=way, put_out=put_out, axis=axis, hook=hook))
    return (put_out, torch.stack(cells)) if cell == "lstm" else (put_out,)


def _run_way(
    inputs: Sequence[Tensor],
    state: list[Tensor],
    weights: Sequence[Tensor],
    *,
    cell: str,
    way: int,
    put_out: Tensor,
    axis: int,
    hook: StepHook,
) -> Tensor:
    """Run one way step by step into its columns of `put_out`; give the last state."""
    n = state[0].shape[-1]
    columns = slice(way * n, (way + 1) * n)
    for step in reversed(range(len(inputs))) if way else range(len(inputs)):
        after = _CELLS[cell](inputs[step], state if cell == "lstm" else state[0], *weights)
        state = list(after) if cell == "lstm" else [after]
        now = put_out.narrow(axis, step, 1)
        now[..., columns] = state[0].unsqueeze(axis)
        state[0] = hook(now.clone())[..., columns].squeeze(axis)
        now[..., columns] = state[0].unsqueeze(axis)
    return state[-1]


def split_layers(calls: fx.Graph) -> None:
    """Replace every recurrent network of several layers by a call for each layer."""
    for call in list(calls.nodes):
        if operation_name(call) in _FUSED and overload(call) == "input" and _has_plain_states(call):
            with calls.inserting_before(call):
                _split(calls, call)
    calls.eliminate_dead_code()


def _has_plain_states(call: fx.Node) -> bool:
    """Tell whether every direction has two weights, and two biases if any: no projection of the states."""
    _, _, weights, biased, n_layers, _, _, bidirectional, _ = arguments(call)
    return bool(len(weights) == (4 if biased else 2) * n_layers * (1 + bool(bidirectional)))


def _split(calls: fx.Graph, call: fx.Node) -> None:
    x, states, weights, _, n_layers, _, _, bidirectional, batch_first = arguments(call)
    aten = torch.ops.aten
    cell = operation_name(call)
    n_ways, per_layer = 1 + bool(bidirectional), len(weights) // n_layers
    starts = states if cell == "lstm" else (states,)
    lasts, last_cells = [], []
    for layer in range(n_layers):
        bounds = (0, layer * n_ways, (layer + 1) * n_ways)
        own = tuple(calls.call_function(aten.slice.Tensor, (start, *bounds)) for start in starts)
        part = tuple(weights[layer * per_layer : (layer + 1) * per_layer])
        options: dict[str, Any] = {"cell": cell, "bidirectional": bool(bidirectional), "batch_first": bool(batch_first)}
        ran = calls.call_function(recurrent_layer, (x, own, part), options)
        x = calls.call_function(operator.getitem, (ran, 0))
        for made in (ran, x):
            made.meta.update(call.meta)
        lasts.append(_last_states(calls, x, call))
        if cell == "lstm":
            last_cells.append(calls.call_function(operator.getitem, (ran, 1)))
    ends = [x, calls.call_function(aten.cat.default, (lasts, 0))]
    if last_cells:
        ends.append(calls.call_function(aten.cat.default, (last_cells, 0)))
    for user in list(call.users):
        user.replace_all_uses_with(ends[arguments(user)[1]])


def _last_states(calls: fx.Graph, put_out: fx.Node, call: fx.Node) -> fx.Node:
    """Add calls that take the last state of each way from the states of all steps; shape (n_ways, batch, n)."""
    select, axis = torch.ops.aten.select.int, 1 if arguments(call)[-1] else 0
    last = calls.call_function(select, (put_out, axis, -1))
    if not arguments(call)[-2]:
        return calls.call_function(torch.ops.aten.unsqueeze.default, (last, 0))
    first = calls.call_function(select, (put_out, axis, 0))
    n = arguments(call)[2][1].meta["val"].shape[-1]
    take = torch.ops.aten.slice.Tensor
    ways = [calls.call_function(take, (last, -1, 0, n)), calls.call_function(take, (first, -1, n, 2 * n))]
    return calls.call_function(torch.ops.aten.stack.default, (ways, 0))
