"""An ONNX graph, ready to run from any values to any others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from atlas.errors import UnknownName, UnsupportedLayer
from ingest.program.onnx_attention import separate_keys
from ingest.program.onnx_batch import Batches
from ingest.program.onnx_file import read_model
from ingest.program.onnx_graph import Graph, reads_of
from ingest.program.onnx_input import InputSpec, one_input
from ingest.program.onnx_names import unique_names
from ingest.program.onnx_operations import end_of, operations_of
from ingest.program.onnx_recurrent import initial_states, step_through
from ingest.program.onnx_rewrite import rewrite
from ingest.program.operation import Array, Hook, Input, Operation, Shape


def open_program(path: Path) -> OnnxProgram:
    """Read a file whose packages are installed."""
    model = read_model(path)
    spec = one_input(path, model)
    graph = Graph(model, input=spec.name, output=model.graph.output[0].name)
    try:
        for step in (rewrite, separate_keys):
            Batches(graph, spec.shape, spec.dtype)  # for the shapes that the next step asks for
            step(graph)
        return OnnxProgram(graph, spec)
    except UnsupportedLayer as error:
        if spec.fixed_batch == 1:
            raise
        raise UnsupportedLayer(
            f"{str(path)!r} takes {spec.fixed_batch} trials at a time, neither any number nor one. "
            "Export it with an open first axis, or for a batch of one."
        ) from error


class OnnxProgram:
    """A network from an ONNX file; a `Program`.

    Parameters
    ----------
    graph
        Its rewritten graph.
    spec
        What it takes in.
    """

    def __init__(self, graph: Graph, spec: InputSpec) -> None:
        self._graph = graph
        self._batches = Batches(graph, spec.shape, spec.dtype)
        self._output = end_of(graph)
        self._operations = unique_names(operations_of(graph, self._output))
        self._recurrent = {each.output: each for each in self._operations if each.kind == "recurrent"}
        self._input = Input(value=graph.input, shape=spec.shape[1:], dtype=spec.dtype_name)

    @property
    def input(self) -> Input:
        """What it takes in."""
        return self._input

    @property
    def output(self) -> str:
        """Value put out in the end, before any softmax that ends the network."""
        return self._output

    @property
    def operations(self) -> tuple[Operation, ...]:
        """Operations in order of execution."""
        return self._operations

    @property
    def shapes(self) -> Mapping[str, Shape]:
        """Shapes of all values at a batch of one."""
        return self._graph.shapes

    @property
    def together(self) -> bool:
        """Whether many trials run at once; else they are run one by one, as the file was exported for one."""
        return self._batches.together

    def run(
        self, given: Mapping[str, Array], wanted: Sequence[str], *, hooks: Mapping[str, Hook] | None = None
    ) -> dict[str, Array]:
        """Compute values from values; see `Program`.

        Raises
        ------
        BadParameter
            Something is wanted that the given values do not lead to.
        UnknownName
            A value of this name does not exist.
        DataMismatch
            A given value has another shape.
        """
        hooks = hooks or {}
        for name in (*given, *wanted, *hooks):
            if name not in self._graph.shapes:
                raise UnknownName("value", name, self._graph.shapes)
        known = {name: hooks[name](value) if name in hooks else value for name, value in given.items()}
        ahead = self._hooked(frozenset(given), tuple(wanted), hooks)
        for number, name in enumerate(ahead):
            self._reach(known, name, hooks, [*ahead[number + 1 :], *wanted])
        return self._batches.compute(known, list(dict.fromkeys(wanted)))

    def _hooked(self, given: frozenset[str], wanted: tuple[str, ...], hooks: Mapping[str, Hook]) -> list[str]:
        """Name the hooked values on the way, in order."""
        graph = self._graph
        nodes = [graph.nodes[place] for place in self._places(given, wanted)]
        made = {name for node in nodes for name in node.output}
        return sorted((name for name in hooks if name in made - given), key=graph.places.__getitem__)

    def _places(self, known: frozenset[str], wanted: tuple[str, ...]) -> tuple[int, ...]:
        return self._batches.pieces.places(known | self._graph.sizes, wanted)

    def _reach(self, known: dict[str, Array], name: str, hooks: Mapping[str, Hook], later: list[str]) -> None:
        """Compute a hooked value and let the hook replace it, keeping what is needed again after it."""
        graph, batches = self._graph, self._batches
        layer = self._recurrent.get(name)
        targets = [name] if layer is None else [layer.inputs[0]]
        places = set(self._places(frozenset(known), tuple(targets)))
        after = set(self._places(frozenset([*known, name]), tuple(later))) - places
        reads = {read for place in after for read in reads_of(graph.nodes[place])} | set(later)
        made = [value for place in sorted(places) for value in graph.nodes[place].output if value]
        live = [value for value in made if value in reads and value not in known]
        known.update(batches.compute(known, list(dict.fromkeys([*targets, *live]))))
        known[name] = hooks[name](known[name]) if layer is None else self._stepped(layer, known, hooks[name])

    def _stepped(self, layer: Operation, known: Mapping[str, Array], hook: Hook) -> Array:
        """Step through a layer, trials side by side even where they are otherwise run one by one."""
        name = layer.inputs[0]
        x, batches = known[name], self._batches
        n_trials = batches.count({name: x})
        sizes = batches.sizes_at(n_trials)
        first = {}
        for role, start in zip(("hidden", "memory"), initial_states(self._graph.recurrent[layer.output]), strict=True):
            if start:
                given = np.asarray(sizes[start] if start in sizes else self._graph.constants[start])
                first[role] = np.broadcast_to(given, (given.shape[0], n_trials, given.shape[2]))
        if batches.together:
            return step_through(layer.options, layer.tensors, x, first, hook=hook)
        side_by_side = x.reshape(n_trials, -1, x.shape[2]).swapaxes(0, 1)

        def turned(state: Array) -> Array:
            return np.asarray(hook(state.swapaxes(0, 1))).swapaxes(0, 1)

        states = step_through(layer.options, layer.tensors, side_by_side, first, hook=turned)
        return states.swapaxes(0, 1).reshape(-1, 1, states.shape[2])
