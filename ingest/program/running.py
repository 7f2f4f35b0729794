"""Run a graph: known values in, wanted values out."""

from __future__ import annotations

import operator
import warnings
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import fx

from atlas.errors import BadParameter, UnknownName, UnsupportedLayer
from ingest.program.calls import arguments, asks_size, evaluate
from ingest.program.exporting import quiet
from ingest.program.graph import Graph
from ingest.program.layout import Layout
from ingest.program.operation import Array, Hook
from ingest.program.recurrent import recurrent_layer

Tensor = torch.Tensor


class Run:
    """One run of a graph.

    Where the batch is open, values are tensors of the whole batch. Otherwise every value has an axis of trials before
    those it has for one trial.
    """

    def __init__(self, graph: Graph, values: Mapping[str, fx.Node], *, open_batch: bool) -> None:
        self._graph, self._values, self._layout = graph, values, Layout(open_batch)
        self._known: dict[fx.Node, Any] = {}
        self._hooks: dict[fx.Node, Hook] = {}

    def values(self, given: Mapping[str, Array], wanted: Sequence[str], hooks: Mapping[str, Hook]) -> dict[str, Array]:
        """Compute the wanted values; see `Program.run`."""
        ends = [self._call(name) for name in wanted]
        self._hooks = {self._call(name): hook for name, hook in hooks.items()}
        for name, array in given.items():
            self._give(self._call(name), array)
        needed = self._needed(ends)
        uses = Counter(source for call in needed for source in set(call.all_input_nodes))
        uses.update(ends)
        for call in needed:
            self._known[call] = self._computed(call)
            for source in set(call.all_input_nodes):
                uses[source] -= 1
                if not uses[source]:
                    self._known.pop(source, None)
        return {name: self._layout.outside(self._known[call]).numpy() for name, call in zip(wanted, ends, strict=True)}

    def _call(self, name: str) -> fx.Node:
        if name not in self._values:
            raise UnknownName("value", name, self._values)
        return self._values[name]

    def _give(self, call: fx.Node, array: Array) -> None:
        """Take in a value that is known."""
        tensor = _tensor(array, self._graph.dtypes[call])
        n_trials = self._count(call, tensor)
        if self._layout.n_trials not in (0, n_trials):
            raise BadParameter(
                f"The value given for {call.name!r} holds {n_trials} trials, others hold {self._layout.n_trials}. "
                "Give the same trials for all."
            )
        self._layout.n_trials = n_trials
        self._known[call] = self._hooked(call, self._layout.inside(tensor, self._graph.shape(call)))

    def _count(self, call: fx.Node, tensor: Tensor) -> int:
        shapes = (self._graph.shapes[n][call] for n in ((1, 2) if self._layout.open_batch else (1, 1)))
        one, two = (int(np.prod(shape, dtype=np.int64)) for shape in shapes)
        n_trials, left = divmod(tensor.numel() - one, two - one or one)
        if left or n_trials < 0:
            raise BadParameter(
                f"The value given for {call.name!r} has the shape {tuple(tensor.shape)}, which is no batch of trials "
                f"of {self._graph.shape(call)}. Give the batch on the axis the forward pass has it on."
            )
        return n_trials + 1

    def _needed(self, ends: Sequence[fx.Node]) -> list[fx.Node]:
        """Give the calls that lead from what is known to what is wanted, in order."""
        needed: set[fx.Node] = set()
        waiting = [call for call in ends if call not in self._known]
        while waiting:
            call = waiting.pop()
            if call in needed:
                continue
            if call is self._graph.input:
                raise BadParameter(
                    f"The values given ({', '.join(known.name for known in self._known)}) do not lead to "
                    f"{', '.join(end.name for end in ends)}. Give the input {call.name!r}, or values further back."
                )
            needed.add(call)
            if not self._stands_alone(call):
                waiting.extend(source for source in call.all_input_nodes if source not in self._known)
        return [call for call in self._graph.calls.nodes if call in needed]

    def _stands_alone(self, call: fx.Node) -> bool:
        """Tell whether a call needs no other: a constant, or the size of a value whose shape is known."""
        return (
            call in self._graph.constants
            or (not self._layout.open_batch and self._graph.roles[call] != "data")
            or asks_size(call)
        )

    def _computed(self, call: fx.Node) -> Any:
        graph = self._graph
        if call in graph.constants:
            return graph.constants[call]
        if graph.roles[call] != "data":
            return evaluate(call, self._sized) if self._layout.open_batch else graph.at_one[call]
        put_out = self._recurrent(call) if call.target is recurrent_layer else self._evaluated(call)
        steps_hooked = call.target is operator.getitem and arguments(call)[0].target is recurrent_layer
        return put_out if steps_hooked else self._hooked(call, put_out)

    def _sized(self, source: fx.Node) -> Any:
        """Give the input of a call that follows the size of the batch: for the size of a value, any of its shape."""
        if self._graph.roles[source] != "data":
            return self._known[source]
        one, two = (self._graph.shapes[n][source] for n in (1, 2))
        shape = [a + (b - a) * (self._layout.n_trials - 1) for a, b in zip(one, two, strict=True)]
        return torch.empty((), dtype=self._graph.dtypes[source]).expand(shape)

    def _evaluated(self, call: fx.Node) -> Any:
        if self._layout.open_batch or call.target is operator.getitem:
            return evaluate(call, self._known.__getitem__)
        varying = self._graph.data_inputs(call)

        def for_one(*values: Tensor) -> Any:
            own = dict(zip(varying, values, strict=True))
            return evaluate(call, lambda source: own[source] if source in own else self._known[source])

        values = [self._known[source] for source in varying]
        try:
            with quiet():
                return torch.vmap(for_one)(*values)
        except UnsupportedLayer:  # not every operation knows how to run trials side by side
            ones = [for_one(*(value[number] for value in values)) for number in range(self._layout.n_trials)]
        return (
            torch.stack(ones)
            if isinstance(ones[0], Tensor)
            else [torch.stack(parts) for parts in zip(*ones, strict=True)]
        )

    def _recurrent(self, call: fx.Node) -> tuple[Tensor, ...]:
        """Run a recurrent layer, step by step where its states are replaced; the batch is one axis of it."""
        named = next((user for user in call.users if arguments(user)[1] == 0), None)
        hook = self._hooks.get(named) if named is not None else None
        axis = 0 if call.kwargs["batch_first"] else 1
        x, states, weights = fx.map_arg(arguments(call), self._known.__getitem__)
        x_call, state_calls, _ = arguments(call)
        x = self._joined(x, x_call, axis)
        states = [self._joined(state, own, 1) for state, own in zip(states, state_calls, strict=True)]
        states = [state.expand(-1, x.shape[axis], -1).contiguous() for state in states]
        options: Mapping[str, Any] = call.kwargs
        on_step = None if hook is None else self._step_hook(hook, axis)
        put_out, *cells = recurrent_layer(x, states, weights, hook=on_step, **options)
        return (self._layout.parted(put_out, axis), *(self._layout.parted(state, 1) for state in cells))

    def _step_hook(self, hook: Hook, axis: int) -> Callable[[Tensor], Tensor]:
        def on_step(state: Tensor) -> Tensor:
            parted = self._layout.parted(state, axis)
            outside = self._layout.outside(parted)
            replaced = _tensor(hook(outside.numpy()), state.dtype).reshape(outside.shape)
            return self._layout.merged(replaced.reshape(parted.shape), axis)

        return on_step

    def _joined(self, tensor: Tensor, call: Any, axis: int) -> Tensor:
        return self._layout.merged(tensor, axis) if self._graph.is_data(call) else tensor

    def _hooked(self, call: fx.Node, value: Any) -> Any:
        hook = self._hooks.get(call)
        if hook is None:
            return value
        outside = self._layout.outside(value)
        replaced = _tensor(hook(outside.numpy()), value.dtype)
        if replaced.shape != outside.shape:
            raise BadParameter(
                f"What is to stand in the place of {call.name!r} has the shape {tuple(replaced.shape)}, "
                f"the value has {tuple(outside.shape)}. Give one of the same shape."
            )
        return self._layout.inside(replaced, self._graph.shape(call))


def _tensor(array: Array, dtype: torch.dtype) -> Tensor:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an array that may not be written to is not written to
        return torch.from_numpy(np.ascontiguousarray(array)).to(dtype)
