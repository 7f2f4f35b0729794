"""Names of layers, from where their tensors or their calls stand in the module."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from torch import fx

from atlas.keys import INPUT_LAYER
from ingest.program.operation import Operation

_LAYERS = ("linear", "convolution", "embedding", "recurrent", "attention", "opaque")


def base_name(path: str) -> str:
    """Name a layer after its weight: `features.0.weight` gives `features.0`. Fits the rule of keys."""
    path = re.sub(r"(^|[._])(weight|bias)(_[ih]h_l\d+(_reverse)?|_[ih]h)?$", "", path)
    return re.sub(r"[^A-Za-z0-9._-]", "_", path).strip("._-")


def layer_name(paths: Sequence[str], call: fx.Node) -> str:
    """Name a layer after its weight; of tied weights, after the one that belongs to the module called."""
    names = [base_name(path) for path in paths]
    own = base_name(module_path(call))
    return own if own in names else next(iter(names), "")


def module_path(call: fx.Node) -> str:
    """Give the path of the innermost module that a call belongs to; empty for the whole."""
    stack = list(call.meta.get("nn_module_stack", {}).values())
    return str(stack[-1][0]) if stack else ""


def number_repeats(operations: Sequence[Operation]) -> tuple[Operation, ...]:
    """Give every layer a name of its own: the second use of `fc` is `fc.2`. Other operations keep their names."""
    wanted = {operation.name for operation in operations if operation.kind in _LAYERS}
    used = {INPUT_LAYER}
    named = []
    for operation in operations:
        if operation.kind in _LAYERS:
            operation = replace(operation, name=_free(operation.name or operation.kind, used, wanted))
            used.add(operation.name)
        named.append(operation)
    return tuple(named)


def _free(name: str, used: set[str], wanted: set[str]) -> str:
    if name not in used:
        return name
    number = 2
    while f"{name}.{number}" in used | wanted:
        number += 1
    return f"{name}.{number}"
