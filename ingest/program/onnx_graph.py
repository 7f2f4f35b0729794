"""An ONNX graph in the form everything else here works on.

What depends on constants alone is computed. What depends on constants and the sizes of values is set apart: with a
batch of any size these are known before anything runs. The rest depends on the network's input.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any

import onnx

from atlas.errors import UnreadableFile, UnsupportedLayer
from ingest.program.onnx_evaluate import evaluate
from ingest.program.onnx_words import EXPORT, one_line
from ingest.program.operation import Array, Shape

_READ = {
    "Shape": 0,
    "Size": 0,
    "CastLike": 1,
}  # inputs whose elements matter, where only the type or shape of others does


class Graph:
    """Nodes (ONNX's word for its operators' calls) in order, and what is known of their values.

    Parameters
    ----------
    model
        A checked file without functions, its weights in memory.
    input
        Name of its input.
    output
        Name of its output.
    """

    def __init__(self, model: onnx.ModelProto, *, input: str, output: str) -> None:  # noqa: A002
        self.input, self.output = input, output
        self.opsets = {entry.domain: entry.version for entry in model.opset_import}
        self.constants: dict[str, Array] = {}
        self.origins: dict[str, tuple[str, ...]] = {}  # of a constant: the tensors of the file it is made of
        self.nodes: list[onnx.NodeProto] = []
        self.sizes: set[str] = set()
        self.at_one: dict[str, Array] = {}  # sizes that change with the batch, at a batch of one
        self.shapes: dict[str, Shape] = {}  # at a batch of one, once it has run
        self.recurrent: dict[str, onnx.NodeProto] = {}  # by the value that holds the states of all steps
        self.attention: dict[str, tuple[str, str, str]] = {}  # by the value it puts out: query, key, value
        self._numbers = count(1)
        for tensor in model.graph.initializer:
            if tensor.name != input:
                self.constants[tensor.name] = _read(tensor)
                self.origins[tensor.name] = (tensor.name,)
        self._add(model.graph.node)
        self._drop_unread()
        self._index()

    def _add(self, nodes: Sequence[onnx.NodeProto]) -> None:
        for node in nodes:
            reads = list(reads_of(node))
            if node.op_type == "If" and node.input[0] in self.constants:
                self._add(self._branch(node, bool(self.constants[node.input[0]].item())))
            elif all(name in self.constants for name in reads):
                self._fold(node, reads)
            else:
                needed = reads[: _READ.get(node.op_type)]
                if all(name in self.constants or name in self.sizes for name in needed):
                    self.sizes.update(filter(None, node.output))
                self.nodes.append(node)

    def _branch(self, node: onnx.NodeProto, condition: bool) -> list[onnx.NodeProto]:
        """Give the nodes of the branch that a constant condition takes, under the names outside."""
        chosen = "then_branch" if condition else "else_branch"
        graph = next(entry.g for entry in node.attribute if entry.name == chosen)
        own = {tensor.name for tensor in graph.initializer} | {name for inner in graph.node for name in inner.output}
        taken = own & (self.constants.keys() | {name for before in self.nodes for name in before.output} - {""})
        if taken:
            raise UnsupportedLayer(
                f"Two branches of conditions use the name {min(taken)!r}. Export without conditions."
            )
        constants = [onnx.helper.make_node("Constant", [], [tensor.name], value=tensor) for tensor in graph.initializer]
        pairs = zip(graph.output, node.output, strict=True)
        ends = [make("Identity", [inner.name], name) for inner, name in pairs if name]
        return [*constants, *graph.node, *ends]

    def _drop_unread(self) -> None:
        """Keep only nodes that the output needs."""
        read, kept = {self.output}, []
        for node in reversed(self.nodes):
            if any(name in read for name in node.output):
                read.update(reads_of(node))
                kept.append(node)
        self.nodes = kept[::-1]
        self.sizes &= read

    def _fold(self, node: onnx.NodeProto, reads: Sequence[str]) -> None:
        values = self.evaluate(node, {name: self.constants[name] for name in reads})
        self.constants.update(values)
        sources = tuple(dict.fromkeys(origin for name in reads for origin in self.origins.get(name, ())))
        self.origins.update(dict.fromkeys(values, sources))

    def replace(self, nodes: Sequence[onnx.NodeProto]) -> None:
        """Take other nodes in the place of all."""
        self.nodes = list(nodes)
        self._index()

    def settle(self, values: Mapping[str, Array]) -> None:
        """Make constants of sizes that no batch changes."""
        self.constants.update(values)
        self.sizes -= set(values)
        self.replace([node for node in self.nodes if not all(name in values for name in node.output if name)])

    def constant(self, name: str) -> Array | None:
        """Give what a value is at a batch of one, if it does not depend on the network's input."""
        return self.constants.get(name, self.at_one.get(name))

    def _index(self) -> None:
        self.places: dict[str, int] = {self.input: -1}  # of the node that puts a value out
        self.readers: dict[str, list[int]] = defaultdict(list)
        for place, node in enumerate(self.nodes):
            for name in filter(None, node.output):
                self.places[name] = place
            for name in reads_of(node):
                self.readers[name].append(place)

    def evaluate(self, node: onnx.NodeProto, known: Mapping[str, Array]) -> dict[str, Array]:
        """Compute what one node puts out."""
        return evaluate(node, known, self.opsets)

    def is_data(self, name: str) -> bool:
        """Tell whether a value depends on what the network is given, not on sizes and constants alone."""
        return name in self.places and name not in self.sizes

    def maker(self, name: str) -> onnx.NodeProto | None:
        """Give the node that puts a value out."""
        place = self.places.get(name, -1)
        return self.nodes[place] if place >= 0 else None

    def is_read(self, name: str) -> bool:
        """Tell whether anything reads a value."""
        return bool(name) and (name == self.output or bool(self.readers[name]))

    def read_once(self, name: str) -> bool:
        """Tell whether exactly one node reads a value, once."""
        return len(self.readers[name]) == 1 and name != self.output

    def hold(self, array: Array, name: str, *, origin: str | None = None) -> str:
        """Keep a new constant; its name begins with the one given."""
        new = self.fresh(name)
        self.constants[new] = array
        if origin in self.origins:
            self.origins[new] = self.origins[origin]
        return new

    def fresh(self, name: str) -> str:
        """Make a name that no value has."""
        while (new := f"{name}.{next(self._numbers)}") in self.places or new in self.constants:
            pass
        return new


def _read(tensor: onnx.TensorProto) -> Array:
    try:
        return onnx.numpy_helper.to_array(tensor)
    except (ValueError, TypeError) as error:
        raise UnreadableFile(
            f"The tensor {tensor.name!r} does not fill its shape {tuple(tensor.dims)}: {one_line(error)}. {EXPORT}"
        ) from error


def reads_of(node: onnx.NodeProto) -> Iterator[str]:
    """Name the values a node needs, those its inner graphs take from outside too."""
    yield from filter(None, node.input)
    for attribute in node.attribute:
        for inner in [*attribute.graphs, *([attribute.g] if attribute.HasField("g") else [])]:
            own = {tensor.name for tensor in inner.initializer} | {value.name for value in inner.input}
            own.update(name for step in inner.node for name in step.output)
            needed = [name for step in inner.node for name in reads_of(step)]
            yield from (name for name in [*needed, *(value.name for value in inner.output)] if name not in own)


def attributes_of(node: onnx.NodeProto) -> dict[str, Any]:
    """Read a node's attributes as Python values, text decoded."""
    values = {entry.name: onnx.helper.get_attribute_value(entry) for entry in node.attribute}
    return {name: value.decode() if isinstance(value, bytes) else value for name, value in values.items()}


def make(
    op_type: str, inputs: Sequence[str], output: str, *, like: onnx.NodeProto | None = None, **attributes: Any
) -> onnx.NodeProto:
    """Make a node with one output, with the name and notes of another in whose place it stands."""
    node = onnx.helper.make_node(op_type, list(inputs), [output], **attributes)
    if like is not None:
        node.name = like.name
        node.metadata_props.extend(like.metadata_props)
    return node
