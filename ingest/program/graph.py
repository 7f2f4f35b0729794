"""The calls of an exported program, sorted by what they depend on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

import numpy as np
import torch
from torch import fx

from atlas.errors import UnsupportedLayer
from atlas.records import IntArray
from ingest.program.calls import arguments, asks_size, evaluate, unpacked
from ingest.program.operation import Array, Shape

Role = Literal["constant", "size", "data"]


class Graph:
    """Calls in order. Each is constant, or follows the size of the batch alone, or depends on the trials."""

    def __init__(
        self, calls: fx.Graph, tensors: dict[fx.Node, torch.Tensor], paths: Mapping[fx.Node, tuple[str, ...]]
    ) -> None:
        self.calls = calls
        self.tensors = tensors  # of the parameters and buffers
        self.paths = paths  # their full names, several where they are tied
        self.input = next(call for call in calls.nodes if call.op == "placeholder" and call not in tensors)
        self.roles: dict[fx.Node, Role] = {}
        self.constants: dict[fx.Node, Any] = {}
        self.at_one: dict[fx.Node, Any] = {}  # constants, and what follows the size at a batch of one
        self.shapes: dict[int, dict[fx.Node, Shape]] = {}  # by number of trials
        self.dtypes: dict[fx.Node, torch.dtype] = {}

    @property
    def output(self) -> fx.Node:
        """The value put out in the end."""
        (call,) = arguments(self.calls.output_node())
        if not isinstance(call, fx.Node):
            raise UnsupportedLayer("The network puts out no tensor. One is understood, a row for each trial.")
        return call

    @output.setter
    def output(self, call: fx.Node) -> None:
        self.calls.output_node().args = (call,)

    def settle(self, trials: torch.Tensor) -> None:
        """Work out what is constant, and the shapes at this number of trials."""
        self._sort()
        shapes, known = self.shapes.setdefault(len(trials), {}), {self.input: trials}
        shapes.clear()
        for call in self.live(self.output):
            if call not in known:
                known[call] = self._settled(call, known)
            if isinstance(known[call], torch.Tensor):
                shapes[call] = tuple(known[call].shape)
                self.dtypes[call] = known[call].dtype
            if self.roles[call] != "data" and len(trials) == 1:
                self.at_one[call] = known[call]

    def _settled(self, call: fx.Node, known: Mapping[fx.Node, Any]) -> Any:
        if call in self.constants:
            return self.constants[call]
        value = self.tensors[call] if call in self.tensors else evaluate(call, known.__getitem__)
        if self.roles[call] == "constant":
            self.constants[call] = value
        return value

    def _sort(self) -> None:
        for call in self.calls.nodes:
            roles = {self.roles[source] for source in call.all_input_nodes}
            if call is self.input:
                self.roles[call] = "data"
            elif asks_size(call) and roles != {"constant"} and call.all_input_nodes:
                self.roles[call] = "size"
            else:
                self.roles[call] = "data" if "data" in roles else "size" if "size" in roles else "constant"

    def add(self, target: Callable[..., Any], *args: Any, like: fx.Node | None = None) -> fx.Node:
        """Add a call where the graph stands open for it, sorted like the others; it belongs to the module of `like`."""
        call = self.calls.call_function(target, args)
        call.meta["nn_module_stack"] = like.meta.get("nn_module_stack", {}) if like is not None else {}
        roles = {self.roles[source] for source in call.all_input_nodes}
        self.roles[call] = "data" if "data" in roles else "size" if "size" in roles else "constant"

        def value(source: fx.Node) -> Any:
            varies = self.roles[source] == "data"
            return torch.zeros(self.shape(source), dtype=self.dtypes[source]) if varies else self.at_one[source]

        put_out = evaluate(call, value)
        self.shapes[1][call], self.dtypes[call] = tuple(put_out.shape), put_out.dtype
        if self.roles[call] != "data":
            self.at_one[call] = put_out
        return call

    def live(self, *ends: fx.Node) -> list[fx.Node]:
        """Give the calls that some need, in order."""
        needed, stack = set(ends), list(ends)
        while stack:
            for source in stack.pop().all_input_nodes:
                if source not in needed:
                    needed.add(source)
                    stack.append(source)
        return [call for call in self.calls.nodes if call in needed]

    def forget_unused(self) -> None:
        """Let go of constants that only went into others."""
        running = [call for call in self.live(self.output) if self.roles[call] != "constant"]
        kept = {source for call in running for source in call.all_input_nodes}
        for held in (self.constants, self.at_one, self.tensors):
            for call in [call for call in held if call not in kept]:
                del held[call]

    def is_data(self, value: Any) -> bool:
        """Tell whether an argument depends on the trials."""
        return isinstance(value, fx.Node) and self.roles[value] == "data"

    def is_fixed(self, value: Any) -> bool:
        """Tell whether an argument is a constant tensor, or one that only follows the size of the batch."""
        return isinstance(value, fx.Node) and isinstance(self.at_one.get(value), torch.Tensor)

    def data_inputs(self, call: fx.Node) -> list[fx.Node]:
        """Give the inputs that depend on the trials, in order, each once; of one of several outputs, those of all."""
        return [source for source in unpacked(call).all_input_nodes if self.roles[source] == "data"]

    def shape(self, call: fx.Node) -> Shape:
        """Give the shape of a value at a batch of one."""
        return self.shapes[1][call]

    def fixed(self, value: Any) -> Any:
        """Give an argument that does not depend on the trials, as it is at a batch of one."""
        return self.at_one[value] if isinstance(value, fx.Node) else value

    def names(self, call: fx.Node) -> tuple[str, ...]:
        """Name the parameter that a constant was made of, the largest if of several; empty if of none."""
        sources = [source for source in self.live(call) if source in self.paths]
        return self.paths[max(sources, key=lambda source: self.tensors[source].numel())] if sources else ()

    def follow(self, call: fx.Node, numbers: Mapping[fx.Node, IntArray]) -> IntArray:
        """Send numbers of elements through a call that moves them; whatever else it puts in counts as 0."""
        once, twice = self._sent(call, numbers, 1), self._sent(call, numbers, 2)
        return (twice - once).nan_to_num(0.0).round().long().numpy()  # elements double, what fills stays

    def _sent(self, call: fx.Node, numbers: Mapping[fx.Node, IntArray], factor: int) -> torch.Tensor:
        def value(source: fx.Node) -> Any:
            if source in numbers:
                return torch.from_numpy(numbers[source]).double() * factor
            fixed = self.at_one[source]
            return fixed.double() if isinstance(fixed, torch.Tensor) and fixed.is_floating_point() else fixed

        moved = evaluate(unpacked(call), value)
        put_out: torch.Tensor = moved if unpacked(call) is call else moved[arguments(call)[1]]
        return put_out


def array(tensor: torch.Tensor) -> Array:
    """Give a constant as an array of float32 or float64, without a copy where it is one."""
    dtype = tensor.dtype if tensor.dtype in (torch.float32, torch.float64) else torch.float64
    return np.asarray(tensor.detach().to(dtype).numpy())
