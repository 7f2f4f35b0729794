"""Operations as functions of tensors, the trials on axis 0, that are known to act on every trial alone."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from atlas.errors import BadParameter, UnknownName
from ingest.activation import parse_activation
from ingest.masked.gains import gain_of_function, gain_of_kernels, gain_of_matrix
from ingest.masked.pooling import moved, pooled
from ingest.program.operation import Array, Operation, Program, Shape

Tensor = torch.Tensor
_FEW = 16  # outputs: so few are computed faster turned round
_N_LEADING = 16  # directions in which a change is measured by itself
_LARGEST_SPLIT = 2**20  # weights that are worth finding these of
_IN_PLACE = {"relu": torch.relu_, "tanh": torch.tanh_, "sigmoid": torch.sigmoid_}
_CONVOLVE = (functional.conv1d, functional.conv2d, functional.conv3d)


@dataclass(frozen=True, eq=False)
class Step:
    """What leaves, moves or joins elements; it may use up what it takes in."""

    value: str  # that it puts out
    function: Callable[[Tensor], Tensor]
    gain: float
    is_relu: bool = False

    def __call__(self, x: Tensor) -> Tensor:
        """Apply it."""
        return self.function(x)


@dataclass(frozen=True, eq=False)
class Linear:
    """A matrix over the last axis."""

    value: str
    weight: Tensor  # (n_out, n_in)
    bias: Tensor | None
    axis = -1  # of the features it takes in

    def __call__(self, x: Tensor) -> Tensor:
        """Apply it."""
        if x.ndim == 2 and len(self.weight) <= _FEW:
            turned = self.weight @ x.T
            return (turned if self.bias is None else turned + self.bias[:, None]).T
        return functional.linear(x, self.weight, self.bias)

    def moved(self, put_out: Tensor, change: Tensor, features: Tensor) -> Tensor:
        """Add to what is put out what a change of some features does, shape (n_features, n_trials, ...)."""
        rows = self._turned[features]
        if change.ndim > 2:
            return put_out.add_(torch.movedim(change, 0, -1) @ rows)
        return put_out.addr_(change[0], rows[0]) if len(rows) == 1 else put_out.addmm_(change.T, rows)

    def gain_of(self, features: Array) -> float:
        """Bound what a change of these features alone is lengthened by."""
        return gain_of_matrix(self.weight.cpu().numpy()[:, features])

    @cached_property
    def gain(self) -> float:
        """Bound what any change is lengthened by."""
        return gain_of_matrix(self.weight.cpu().numpy())

    def reach(self, change: Tensor) -> Tensor:
        """Bound how far a change of what goes in, shape (n_trials, ..., n_features), moves what comes out.

        Along the leading directions it is lengthened by their singular values, elsewhere by no more than the next one.
        """
        lengths = _lengths(change)
        if self._leading is None:
            return lengths * self.gain
        along, rest, rounded = self._leading
        return torch.hypot(_lengths(change @ along), lengths * rest) + lengths * rounded

    @cached_property
    def _leading(self) -> tuple[Tensor, float, float] | None:
        """Give the leading directions, the gain elsewhere, and what sums may be off by; None where they do not pay."""
        if min(self.weight.shape) < 4 * _N_LEADING or self.weight.numel() > _LARGEST_SPLIT:
            return None
        _, gains, directions = np.linalg.svd(self.weight.cpu().numpy().astype(np.float64), full_matrices=False)
        beyond = np.sqrt(np.square(gains[:_N_LEADING]) - gains[_N_LEADING] ** 2)
        eps = torch.finfo(self.weight.dtype).eps
        rounded = self.weight.shape[1] * eps * float(gains[0]) * _N_LEADING**0.5
        return torch.from_numpy(directions[:_N_LEADING].T * beyond).to(self.weight), float(gains[_N_LEADING]), rounded

    def products(self, features: Array) -> Array:
        """Give the products of what every two features add, shape (n_features, n_features)."""
        rows = self._turned.cpu().numpy()[features]
        found: Array = rows @ rows.T
        return found

    @cached_property
    def _turned(self) -> Tensor:
        return self.weight.T.contiguous()


@dataclass(frozen=True, eq=False)
class Convolution:
    """Kernels over the last axes, channels on axis 1."""

    value: str
    weight: Tensor  # (n_out, n_in / groups, *kernel)
    bias: Tensor | None
    groups: int
    placing: dict[str, Any]  # stride, dilation, padding
    axis = 1

    def __call__(self, x: Tensor) -> Tensor:
        """Apply it."""
        return self._convolved(x, self.weight, self.bias, self.groups)

    def moved(self, put_out: Tensor, change: Tensor, features: Tensor) -> Tensor:
        """Add to what is put out what a change of some channels does, shape (n_channels, n_trials, ...)."""
        return put_out.add_(self._convolved(torch.movedim(change, 0, 1), self.weight[:, features], None, 1))

    def gain_of(self, features: Array) -> float:
        """Bound what a change of these channels alone is lengthened by."""
        return gain_of_kernels(self.weight.cpu().numpy()[:, features])

    @cached_property
    def gain(self) -> float:
        """Bound what any change is lengthened by."""
        return gain_of_kernels(self.weight.cpu().numpy(), groups=self.groups)

    def reach(self, change: Tensor) -> Tensor:
        """Bound how far a change of what goes in moves what comes out, for every trial."""
        return _lengths(change) * self.gain

    def _convolved(self, x: Tensor, weight: Tensor, bias: Tensor | None, groups: int) -> Tensor:
        sides = self.placing["padding"]
        even = all(before == after for before, after in sides)
        if not even:
            x = functional.pad(x, [side for pair in reversed(sides) for side in pair])
        padding = [before if even else 0 for before, _ in sides]
        convolve: Any = _CONVOLVE[weight.ndim - 3]
        put_out: Tensor = convolve(x, weight, bias, self.placing["stride"], padding, self.placing["dilation"], groups)
        return put_out


def _lengths(change: Tensor) -> Tensor:
    """Give the length of the change of every trial."""
    lengths: Tensor = torch.linalg.vector_norm(change.flatten(1), dim=1)
    return lengths


Weighted = Linear | Convolution
AnyStep = Step | Weighted


def step_of(program: Program, operation: Operation, like: Tensor) -> AnyStep | None:
    """Make an operation a step; None where it is none, or where it does not do what the program does.

    Parameters
    ----------
    like
        Of the type of its values, and where they are computed.
    """
    if len(operation.inputs) != 1:
        return None
    source = operation.inputs[0]
    shape = program.shapes.get(source) or (1, *program.input.shape)
    probe = np.random.default_rng(0).normal(scale=2, size=(3, *shape[1:]))
    given = torch.tensor(probe, dtype=like.dtype)
    expected = program.run({source: given.numpy()}, [operation.output])[operation.output]
    for step in _made(operation, shape, like):
        found = step(given.to(like.device, copy=True)).cpu().numpy()
        close = 100 * float(np.finfo(found.dtype).eps) * max(1.0, float(np.abs(expected).max(initial=0.0)))
        if found.shape == expected.shape and float(np.abs(found - expected).max(initial=0.0)) <= close:
            return step
    return None


def _made(operation: Operation, shape: Shape, like: Tensor) -> list[AnyStep]:
    """List what an operation may be."""
    tensors = {name: torch.tensor(array).to(like) for name, array in operation.tensors.items()}
    value, options = operation.output, operation.options
    if operation.kind == "linear":
        return [Linear(value, tensors["weight"], tensors.get("bias"))]
    if operation.kind == "convolution" and "stride" in options and tensors["weight"].ndim - 3 in range(3):
        placing = {name: options[name] for name in ("stride", "padding", "dilation")}
        return [Convolution(value, tensors["weight"], tensors.get("bias"), options["groups"], placing)]
    if operation.kind == "pointwise":
        return _pointwise(value, str(options.get("function", "")))
    if operation.kind == "scale":
        return [_scale(value, tensors)]
    if operation.kind in ("move", "pool") and operation.route is not None:
        made = moved if operation.kind == "move" else pooled
        return [Step(value, function, gain) for function, gain in made(operation.route, shape)]
    return []


def _pointwise(value: str, text: str) -> list[AnyStep]:
    try:
        activation = parse_activation(text)
    except (UnknownName, BadParameter):  # a function without a name
        return []
    return [Step(value, _IN_PLACE.get(text, activation), gain_of_function(activation), text == "relu")]


def _scale(value: str, tensors: dict[str, Tensor]) -> Step:
    factor = tensors.get("factor", torch.ones(()))
    constant = tensors.get("constant", tensors.get("offset"))
    gain = float(factor.abs().max()) if factor.numel() else math.inf
    factor = factor.to(next(iter(tensors.values())))
    if constant is None:
        return Step(value, lambda x: x * factor, gain)
    return Step(value, lambda x: x * factor + constant, gain)
