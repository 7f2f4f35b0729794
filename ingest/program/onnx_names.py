"""Names of layers, from the tensors and nodes of an ONNX file."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, count

import onnx

from ingest.program.onnx_graph import Graph
from ingest.program.operation import Operation

_GENERATED = re.compile(r"onnx::|val_\d+$|\d+$|_to_copy|node_|permute|transpose")  # of exporters, not of people
_SCOPES = "pkg.torch.onnx.name_scopes"  # where torch's exporter notes the modules a node stands in


def layer_name(graph: Graph, node: onnx.NodeProto, *, weights: Sequence[str] = (), kind: str = "") -> str:
    """Name a layer: after its weights, else the module its node stands in, else its node, else operator and number.

    Parameters
    ----------
    weights
        Names of its constants, the weight first; what they were computed from counts.
    kind
        Word in place of the operator.
    """
    origins = [name for weight in weights for name in graph.origins.get(weight, ()) if not _GENERATED.match(name)]
    modules = [name.rpartition(".")[0] for name in origins if name.endswith((".weight", ".bias"))]
    common = {name.rpartition(".")[0] for name in origins} if len(origins) > 1 else set()
    names = [*modules[:1], *(common if len(common) == 1 else ()), *origins[:1], _module(node), _of_node(node)]
    place = graph.places[next(filter(None, node.output))]
    return next((key for key in map(as_key, names) if key), f"{kind or node.op_type.lower()}_{place}")


def as_key(name: str) -> str:
    """Make a name that can stand in a key: letters, digits, `.`, `_`, `-`."""
    text = re.sub(r"[^A-Za-z0-9_-]+", ".", name)
    return text.strip("._-")


def _module(node: onnx.NodeProto) -> str:
    """Give the path of the innermost module that a node stands in, as torch's exporter noted it."""
    noted = next((entry.value for entry in node.metadata_props if entry.key == _SCOPES), "[]")
    try:
        scopes = ast.literal_eval(noted)
    except (ValueError, SyntaxError):
        return ""
    paths = [scope for scope in scopes[:-1] if isinstance(scope, str) and scope] if isinstance(scopes, list) else []
    return paths[-1] if paths else ""


def _of_node(node: onnx.NodeProto) -> str:
    """Give a node's own name, without the operator that ends a path: `/features/0/Conv` is `features.0`."""
    *path, last = node.name.split("/")
    if re.fullmatch(rf"{node.op_type}(_\d+)?", last):
        return "/".join(path)
    return "" if _GENERATED.match(node.name) else node.name


def unique_names(operations: Sequence[Operation]) -> tuple[Operation, ...]:
    """Number the names that several operations share: `fc`, `fc.2`; of recurrent layers `lstm.l0`, `lstm.l1`."""
    stacked = Counter(each.name for each in operations if each.kind == "recurrent")
    taken: set[str] = set()
    named = []
    for operation in operations:
        layers = operation.kind == "recurrent" and stacked[operation.name] > 1
        numbered = (f"{operation.name}.l{number}" for number in count())
        others = chain([operation.name], (f"{operation.name}.{number}" for number in count(2)))
        name = next(name for name in (numbered if layers else others) if name not in taken)
        taken |= {name} if name else set()
        named.append(replace(operation, name=name))
    return tuple(named)
