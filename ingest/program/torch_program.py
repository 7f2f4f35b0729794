"""Torch modules and exported programs as programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import fx, nn
from torch.export import ExportedProgram

from atlas.errors import UnsupportedLayer
from ingest.cores import one_core
from ingest.program.aten import make_operation
from ingest.program.attention import Heads, find_attention
from ingest.program.exporting import export_module, has_open_batch, quiet
from ingest.program.graph import Graph
from ingest.program.names import number_repeats
from ingest.program.operation import Array, Hook, Input, Operation, Shape
from ingest.program.reading_exported import read_exported, rewrite
from ingest.program.running import Run
from ingest.program.trials import check_apart, example_trials

_DTYPES = {torch.float32: "float32", torch.float64: "float64"}


class TorchProgram:
    """A forward pass of torch operations.

    Where the export fixed a batch of one, the trials run side by side, each as a batch of one; the values of several
    trials then stand one after the other along axis 0.
    """

    def __init__(self, graph: Graph, trials: torch.Tensor, *, open_batch: bool) -> None:
        self._graph = graph
        graph.settle(trials[:1])
        if graph.roles[graph.output] != "data":
            raise UnsupportedLayer("What the network puts out does not depend on its input. Check its forward pass.")
        rewrite(graph)
        heads = find_attention(graph)
        graph.settle(trials[:1])
        if open_batch:
            graph.settle(trials[:2])
        self._open_batch = open_batch
        self._operations = _operations(graph, heads)
        self._values = {call.name: call for call in graph.live(graph.output) if graph.roles[call] == "data"}
        graph.forget_unused()

    @property
    def input(self) -> Input:
        """What the network takes in."""
        call = self._graph.input
        dtype = _DTYPES.get(self._graph.dtypes[call], "int64")
        return Input(value=call.name, shape=self._graph.shape(call)[1:], dtype=dtype)

    @property
    def output(self) -> str:
        """Value put out in the end, before any softmax that ends the network."""
        return self._graph.output.name

    @property
    def operations(self) -> tuple[Operation, ...]:
        """Operations in the order they run."""
        return self._operations

    @property
    def shapes(self) -> Mapping[str, Shape]:
        """Shapes of all values at a batch of one."""
        shapes = self._graph.shapes[1]
        return {name: shapes[call] for name, call in self._values.items() if call in shapes}

    def run(
        self, given: Mapping[str, Array], wanted: Sequence[str], *, hooks: Mapping[str, Hook] | None = None
    ) -> dict[str, Array]:
        """Compute values from values; see `Program`. Values of a recurrent layer that runs both ways reach a hook
        one way after the other, the columns of the way that has not run being zeros."""
        with torch.no_grad(), one_core():
            run = Run(self._graph, self._values, open_batch=self._open_batch)
            return run.values(given, wanted, hooks or {})


def program_of_module(module: nn.Module, example: torch.Tensor, *, own: bool = False) -> TorchProgram:
    """Read the forward pass of a torch module, in evaluation mode; the module stays as it is.

    Parameters
    ----------
    example
        One trial or more, the batch on axis 0, of the shape and dtype the module takes. Its values do not matter,
        except that integers must be tokens the network knows.
    own
        Nobody else holds the module, so its weights need not be copied.

    Raises
    ------
    UnsupportedLayer
        The module cannot be exported, puts out other than one tensor, or lets trials change each other.
    """
    if example.ndim == 0 or len(example) == 0:
        raise UnsupportedLayer("The example holds no trial. It is one trial or more, the batch on axis 0.")
    whole = example if example.is_floating_point() or example.dtype == torch.bool else example.long()
    return _program(export_module(module, whole), whole, own=own)


def program_of_exported(exported: ExportedProgram) -> TorchProgram:
    """Read an exported program, for any number of trials or for one; see `program_of_module`.

    Raises
    ------
    UnsupportedLayer
        It takes in or puts out other than one tensor, was exported for a fixed batch of several trials, or lets
        trials change each other.
    """
    return _program(exported, None, own=False)


def _program(exported: ExportedProgram, example: torch.Tensor | None, *, own: bool) -> TorchProgram:
    with torch.no_grad(), quiet(), one_core():
        graph = read_exported(exported, own=own)
        open_batch = has_open_batch(exported)
        trials = example_trials(graph.input.meta["val"], example, open_batch=open_batch)
        program = TorchProgram(graph, trials, open_batch=open_batch)
    check_apart(program, trials.numpy())
    return program


def _operations(graph: Graph, heads: Mapping[fx.Node, Heads]) -> tuple[Operation, ...]:
    """Make the operations that the output needs, in order."""
    named = {call.name: call for call in graph.calls.nodes}
    made: dict[fx.Node, Operation] = {}
    waiting = [graph.output]
    while waiting:
        call = waiting.pop()
        if call is graph.input or call in made:
            continue
        made[call] = make_operation(graph, call, heads)
        waiting.extend(named[name] for name in made[call].inputs)
    return number_repeats([made[call] for call in graph.calls.nodes if call in made])
