"""The tensors of a layer in one form, and the norms that make strengths of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from atlas.records import BoolArray, FloatArray
from ingest.program.operation import Array, Operation

_AXES = (2, 3)
NORMS: Mapping[str, Callable[[FloatArray], FloatArray]] = {  # of kernels (..., rows, columns)
    "entrywise_l1": lambda kernels: np.abs(kernels).sum(axis=_AXES),
    "induced_1": lambda kernels: np.abs(kernels).sum(axis=2).max(axis=2),
    "frobenius": lambda kernels: np.sqrt(np.einsum("oirs,oirs->oi", kernels, kernels)),
    "spectral": lambda kernels: np.linalg.norm(kernels, ord=2, axis=_AXES),
}
_N_GATES = {"rnn_tanh": 1, "rnn_relu": 1, "gru": 3, "lstm": 4}
_OF_VECTORS = {"induced_1": "entrywise_l1", "spectral": "frobenius"}


def vector_norm(norm: str) -> str:
    """Name the entrywise norm that a norm of matrices becomes for a single column."""
    return _OF_VECTORS.get(norm, norm)


@dataclass(frozen=True, kw_only=True)
class Kernels:
    """One kernel from every feature of a group to every neuron of that group.

    A matrix each: that of a 2-d convolution as it stands; n-d kernels are flattened to (first axis, rest), 1-d ones
    and the stacked gates of a recurrent layer are single columns, plain weights are 1 by 1.
    """

    entries: FloatArray  # (n_neurons, n_features / n_groups, rows, columns)
    n_groups: int = 1

    @property
    def is_plain(self) -> bool:
        """Tell whether every kernel is a single number."""
        return self.entries.shape[2:] == (1, 1)

    def times(self, factor: FloatArray | None) -> Kernels:
        """Multiply all kernels into each neuron by its factor."""
        if factor is None or bool(np.all(factor == 1)):
            return self
        return replace(self, entries=self.entries * factor.astype(self.entries.dtype)[:, None, None, None])

    def sums(self) -> FloatArray:
        """Add up every kernel, shape (n_neurons, n_features)."""
        return self._all(self.entries[:, :, 0, 0] if self.is_plain else self.entries.sum(axis=_AXES))

    def norms(self, norm: str) -> FloatArray:
        """Give the norm of every kernel, shape (n_neurons, n_features)."""
        if self.is_plain:
            return self._all(np.abs(self.entries[:, :, 0, 0]))
        return self._all(NORMS[norm](self.entries))

    def present(self) -> BoolArray | None:
        """Tell which neurons see which features, shape (n_neurons, n_features); None: all see all."""
        if self.n_groups == 1:
            return None
        seen: BoolArray = self._all(np.ones(self.entries.shape[:2], dtype=bool))
        return seen

    def of_feature(self, feature: int) -> FloatArray:
        """Give the kernels from one feature to all neurons, shape (n_neurons, rows, columns); 0 outside its group."""
        n_out, per_group = self.entries.shape[:2]
        group, size = feature // per_group, n_out // self.n_groups
        kernels = np.zeros((n_out, *self.entries.shape[2:]), dtype=self.entries.dtype)
        rows = slice(group * size, (group + 1) * size)
        kernels[rows] = self.entries[rows, feature % per_group]
        return kernels

    def _all(self, within: Array) -> Array:
        """Put (n_neurons, features of a group) at its place among all features."""
        if self.n_groups == 1:
            return within
        n_out, per_group = within.shape
        spread = np.zeros((n_out, self.n_groups, per_group), dtype=within.dtype)
        spread[np.arange(n_out), np.arange(n_out) // (n_out // self.n_groups)] = within
        return spread.reshape(n_out, -1)


def kernels_of(operation: Operation) -> Kernels:
    """Read the kernels of a linear layer, a convolution, or the input of a recurrent layer."""
    if operation.kind == "recurrent":
        return Kernels(entries=np.concatenate(_gates(operation, "weight_ih")))
    weight = operation.tensors["weight"]
    if operation.kind == "linear":
        return Kernels(entries=weight[:, :, None, None])
    n_groups = int(operation.options.get("groups", 1))
    if operation.options.get("transposed", False):
        weight = _turned(weight, n_groups)
    rows = weight.shape[2] if weight.ndim > 2 else 1
    return Kernels(entries=weight.reshape(*weight.shape[:2], rows, -1), n_groups=n_groups)


def recurrent_kernels(operation: Operation) -> Kernels:
    """Read the kernels from the states of a recurrent layer to itself; each direction knows its own states only."""
    directions = _gates(operation, "weight_hh")
    return Kernels(entries=np.concatenate(directions), n_groups=len(directions))


def _gates(operation: Operation, name: str) -> list[Array]:
    """Stack the gates of a neuron, by direction: (n_gates * n, n_in) becomes (n, n_in, n_gates, 1)."""
    names = [name, f"{name}_reverse"] if operation.options.get("bidirectional", False) else [name]
    n_gates = _N_GATES[operation.options["cell"]]
    weights = [operation.tensors[one] for one in names]
    return [one.reshape(n_gates, -1, one.shape[1]).transpose(1, 2, 0)[..., None] for one in weights]


def _turned(weight: Array, n_groups: int) -> Array:
    """Turn a transposed convolution's (n_in, n_out / groups, ...) into (n_out, n_in / groups, ...)."""
    n_in, per_group, *size = weight.shape
    parts = weight.reshape(n_groups, n_in // n_groups, per_group, *size)
    return parts.swapaxes(1, 2).reshape(n_groups * per_group, n_in // n_groups, *size)
