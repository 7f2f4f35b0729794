"""From the activations of a layer to the next operation with weights, and from there to the output."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from atlas.errors import UnsupportedLayer
from atlas.records import IntArray
from ingest.masked.intact import Intact
from ingest.masked.layout import layouts
from ingest.masked.steps import AnyStep, Convolution, Linear, Step, Tensor, Weighted, step_of
from ingest.program.operation import Array, Operation, Program, numbered


@dataclass(frozen=True, kw_only=True)
class Path:
    """The steps from a layer to its head, the next operation with weights, each acting on every neuron alone."""

    steps: tuple[Step, ...]
    taken_in: str  # value that the head takes in
    head: Weighted
    owner: IntArray  # neuron of every feature that the head takes in, -1 for none


class Following:
    """The ways through a program on which a value is used once, by what is understood."""

    def __init__(self, program: Program, intact: Intact, inputs: Array) -> None:
        self._program, self._intact = program, intact
        self._users: dict[str, list[Operation]] = {}
        for operation in program.operations:
            for value in set(operation.inputs):
                self._users.setdefault(value, []).append(operation)
        self._made: dict[str, AnyStep | None] = {}
        self._apart = self._trials_first(inputs if inputs.dtype.kind == "i" else None)

    def path(self, layer: str, like: Tensor) -> Path | None:
        """Follow a layer to its head; None where there is none."""
        site = self._intact.sites[layer]
        value, numbers, steps = site.value, site.numbers, list[Step]()
        if site.value not in self._apart or self._made_by_itself(site.value):
            return None
        while (step := self._next(value, like)) is not None:
            if isinstance(step, (Linear, Convolution)):
                owner = _owner(numbers, step)
                return None if owner is None else Path(steps=tuple(steps), taken_in=value, head=step, owner=owner)
            (operation,) = self._users[value]
            sent = _sent(operation, numbers, self._program.shapes[operation.output])
            if sent is None:
                return None
            value, numbers = operation.output, sent
            steps.append(step)
        return None

    def onward(self, value: str, like: Tensor) -> tuple[AnyStep, ...] | None:
        """Follow a value to the output; None where it does not lead there on one way."""
        steps = list[AnyStep]()
        while value != self._program.output:
            step = self._next(value, like)
            if step is None:
                return None
            steps.append(step)
            value = step.value
        return tuple(steps)

    def _next(self, value: str, like: Tensor) -> AnyStep | None:
        users = self._users.get(value, [])
        if len(users) != 1 or value == self._program.output or users[0].output not in self._apart:
            return None
        if value not in self._made:
            self._made[value] = step_of(self._program, users[0], like)
        return self._made[value]

    def _made_by_itself(self, value: str) -> bool:
        """Tell whether a value is the states of a recurrent layer, which are replaced step by step."""
        return any(
            operation.output == value and operation.kind == "recurrent" for operation in self._program.operations
        )

    def _trials_first(self, tokens: Array | None) -> frozenset[str]:
        """Find the values with an axis 0 of trials and nothing else."""
        program = self._program
        shapes = {program.input.value: (1, *program.input.shape), **program.shapes}
        names = [value for value, shape in shapes.items() if len(shape) > 1 and shape[0] == 1]
        try:
            found = layouts(program, names, tokens=tokens)
        except (UnsupportedLayer, ValueError):  # some value has no trials, or changes its number of axes
            return frozenset()
        return frozenset(name for name, layout in found.items() if layout.axis == 0)


def _sent(operation: Operation, numbers: IntArray, shape: Sequence[int]) -> IntArray | None:
    """Send neurons through a step; None where it joins elements of several."""
    if operation.route is None:
        return numbers if numbers.shape == tuple(shape) else None
    elements = operation.route([numbered(numbers.shape)])
    joined = np.append(numbers.ravel(), -1)[elements - 1]
    most = joined.max(axis=-1)
    alike = (elements == 0) | (joined == most[..., None])
    return most if bool(alike.all()) else None


def _owner(numbers: IntArray, head: Weighted) -> IntArray | None:
    """Give the neuron of every feature; None where a feature stands for several."""
    if isinstance(head, Convolution) and head.groups != 1:
        return None
    flat = np.moveaxis(numbers, head.axis, 0).reshape(numbers.shape[head.axis], -1)
    return flat[:, 0] if bool((flat == flat[:, :1]).all()) else None


def spread(owner: IntArray, *, n_neurons: int) -> tuple[IntArray, IntArray]:
    """Sort features by neuron: the features, and where those of each neuron begin, with the end of all."""
    order = np.argsort(owner, kind="stable")[np.count_nonzero(owner < 0) :]
    counts = np.bincount(owner[owner >= 0], minlength=n_neurons)
    return order, np.concatenate([[0], np.cumsum(counts)])
