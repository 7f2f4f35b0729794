"""The nonlinearity of a layer: the operations after it that nothing else sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from atlas.records import FloatArray, IntArray
from ingest.program.operation import Operation, Program, factor_of, numbered

NORM = "norm"  # in the text of a nonlinearity: a layer, group or instance norm before it


@dataclass(frozen=True, kw_only=True)
class Chain:
    """Where the activations of a layer stand, and what happens on the way there."""

    value: str
    numbers: IntArray  # neuron of every element
    factor: FloatArray | None = None  # of every neuron, from scales and norms before the first nonlinearity
    functions: tuple[str, ...] = ()
    inner: frozenset[str] = field(default_factory=frozenset)  # values on the way, `value` included

    @property
    def activation(self) -> str:
        """Write the nonlinearity down: `relu`, `tanh then relu`."""
        return " then ".join(self.functions) or "identity"


def follow(program: Program, consumers: Mapping[str, Sequence[Operation]], value: str, numbers: IntArray) -> Chain:
    """Follow what a layer puts out through single-consumer scales and nonlinearities.

    Scales before the first nonlinearity belong to the weights into the layer; those after the last one to the weights
    out of it, and so do not belong here. A norm belongs to a layer only if a nonlinearity follows it. Moves that
    neither lose nor repeat elements may stand between.
    """
    chain = Chain(value=value, numbers=numbers)
    factor: FloatArray | None = None
    functions: tuple[str, ...] = ()
    passed = frozenset[str]()
    while value != program.output and len(consumers.get(value, ())) == 1:
        (operation,) = consumers[value]
        value, shape = operation.output, program.shapes[operation.output]
        passed |= {value}
        if operation.kind == "move":
            if (placed := _moved(operation, numbers)) is None:
                break
            numbers = placed
            continue
        if operation.kind not in ("scale", "pointwise", "normalise"):
            break
        numbers = np.broadcast_to(numbers, shape)
        bent = bool(set(functions) - {NORM})
        if operation.kind == "pointwise":
            functions = (*functions, str(operation.options.get("function", "unknown")))
        elif bent and operation.kind == "scale":
            continue
        else:
            own = None if bent else _neuron_factor(factor_of(operation, shape), numbers)
            if own is None:
                break
            factor = own if factor is None else factor * own
            if operation.kind == "normalise":
                functions = (*functions, NORM)
            if functions:
                continue
        chain = Chain(value=value, numbers=numbers, factor=factor, functions=functions, inner=passed)
    return chain


def _moved(operation: Operation, numbers: IntArray) -> IntArray | None:
    """Move numbers along; None if elements are lost, repeated or joined by others."""
    if operation.route is None or len(operation.inputs) != 1:
        return None
    elements = operation.route([numbered(numbers.shape)])[..., 0]
    if elements.size != numbers.size or len(np.unique(elements)) != elements.size or elements.min(initial=1) < 1:
        return None
    moved: IntArray = numbers.reshape(-1)[elements - 1]
    return moved


def _neuron_factor(factor: FloatArray | None, numbers: IntArray) -> FloatArray | None:
    """Give the factor of every neuron; None if positions of a neuron differ."""
    n = int(numbers.max(initial=-1)) + 1
    if factor is None:
        return np.ones(n)
    own = np.ones(n)
    own[numbers.reshape(-1)] = factor.reshape(-1)
    return own if bool(np.all(own[numbers] == factor)) else None
