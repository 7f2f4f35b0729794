"""What cannot be taken apart, and where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from atlas.errors import UnsupportedLayer
from atlas.records import FloatArray
from ingest.program.operation import Operation, Program, numbered
from ingest.walk.walked import Site

_UNNAMED = "pointwise"  # of functions of each element without a name
_CLOSE = 1e-4  # relative


class Untreatable(UnsupportedLayer):
    """Something is no affine map and no function of each element alone; what to do is still to be said."""


def refused(program: Program, sites: Mapping[str, Site], operation: Operation, what: str) -> Untreatable:
    """Say what an operation is, and the layers it stands between."""
    behind = _behind(program, operation.inputs)
    before = [layer for layer, site in sites.items() if site.value in behind]
    onward = [layer for layer, site in sites.items() if operation.output in _behind(program, [site.value])]
    way = f", on the way to {onward[0]!r}," if onward else ""
    return Untreatable(
        f"After layer {before[-1]!r}{way} stands {what}. "
        "Only affine maps and functions of each element alone can be taken apart."
    )


def untreatable(program: Program, operation: Operation) -> str | None:
    """Say in words what an operation is; None where it is affine, or a function with a name."""
    options = operation.options
    if operation.kind == "pool":
        return _pooling(program, operation)
    if operation.kind == "pointwise":
        named = options.get("function", _UNNAMED) != _UNNAMED
        return None if named else "a function of each element that has no name"
    return {
        "attention": "softmax attention",
        "normalise": f"a {options.get('norm', 'normalisation over elements')}",
        "product": "a product of values",
        "recurrent": "a recurrent layer",
        "embedding": "an embedding",
        "opaque": f"the operation {options.get('operation')!r}, which is not understood",
    }.get(operation.kind)


def _behind(program: Program, values: Iterable[str]) -> frozenset[str]:
    """Name the values that some are computed from, with these."""
    behind = set(values)
    for operation in reversed(program.operations):
        if operation.output in behind:
            behind.update(operation.inputs)
    return frozenset(behind)


def _pooling(program: Program, operation: Operation) -> str | None:
    """Tell an average, which adds up, from other poolings by what it puts out."""
    draws = np.random.default_rng(0)
    shapes = [program.shapes.get(value, (1, *program.input.shape)) for value in operation.inputs]
    first, second = ([draws.normal(scale=8, size=shape).astype(np.float32) for shape in shapes] for _ in range(2))

    def put_out(values: Sequence[FloatArray]) -> FloatArray:
        given = dict(zip(operation.inputs, values, strict=True))
        found: FloatArray = program.run(given, [operation.output])[operation.output].astype(np.float64)
        return found

    one, other = put_out(first), put_out(second)
    both = put_out([a + b for a, b in zip(first, second, strict=True)])
    excess = both - one - other + put_out([np.zeros_like(a) for a in first])
    if float(np.abs(excess).max(initial=0.0)) <= _CLOSE * float(np.abs(both).max(initial=0.0)):
        return None
    if len(shapes) > 1:
        return "a choice among several values, as by maximum"
    largest = operation.route is not None and np.allclose(one, _largest(operation, first[0]))
    return "max-pooling" if largest else "a pooling that is no average"


def _largest(operation: Operation, values: FloatArray) -> FloatArray:
    elements = operation.route([numbered(values.shape)]) if operation.route is not None else numbered(values.shape)
    found: FloatArray = np.append(values, -np.inf)[elements - 1].max(axis=-1)
    return found
