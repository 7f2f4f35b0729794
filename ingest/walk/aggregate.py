"""From kernels and what stands on their features to weights between neurons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from atlas.records import BoolArray, FloatArray
from ingest.walk.kernels import NORMS, Kernels, vector_norm
from ingest.walk.provenance import Table


@dataclass(frozen=True, kw_only=True)
class Weights:
    """Weights from one layer to another, shape (n_source, n_target) each."""

    value: FloatArray | None
    strength: FloatArray
    kept: BoolArray | None  # None: every source neuron is joined to every target neuron


def aggregate(kernels: Kernels, placement: Table, *, norm: str, signed: bool) -> Weights:
    """Aggregate, for every pair of neurons, the kernels of all features on which the source stands.

    Parameters
    ----------
    kernels
        Of the target layer.
    placement
        Coefficient of every source neuron on every feature, shape (n_features, n_source); what is not stored is no
        connection.
    norm
        Of all the kernels between two neurons, one below the other, each times its coefficient.
    signed
        Whether the sum of those kernels means something.
    """
    if int(pattern_of(placement).sum(axis=0).max(initial=0)) <= 1:
        return _picked(kernels, placement, norm=norm, signed=signed)
    present = _present(kernels, placement)
    placement = placement.astype(kernels.entries.dtype)
    value = np.asarray(placement.T @ kernels.sums().T) if signed else None
    return Weights(value=value, strength=_joint_norm(kernels, placement, norm), kept=present)


def _picked(kernels: Kernels, placement: Table, *, norm: str, signed: bool) -> Weights:
    """Weights where every source stands on one feature at most: rows of the target's own tensor."""
    entries = placement.tocoo()
    feature = np.zeros(placement.shape[1], dtype=np.int64)
    coefficient = np.zeros(placement.shape[1], dtype=kernels.entries.dtype)
    feature[entries.coords[1]] = entries.coords[0]
    coefficient[entries.coords[1]] = entries.data
    in_place = np.array_equal(feature, np.arange(placement.shape[0])) and bool(np.all(coefficient == 1))
    strength = kernels.norms(norm).T
    value = kernels.sums().T if signed else None
    if not in_place:
        strength = strength[feature] * np.abs(coefficient)[:, None]
        value = None if value is None else value[feature] * coefficient[:, None]
    return Weights(value=value, strength=strength, kept=_present(kernels, placement))


def _joint_norm(kernels: Kernels, placement: Table, norm: str) -> FloatArray:
    """Norm of all kernels between a source and a target, one below the other."""
    if kernels.entries.shape[3] == 1:
        norm = vector_norm(norm)
    if norm == "entrywise_l1":
        return np.asarray(abs(placement).T @ kernels.norms(norm).T)
    if norm == "frobenius":
        squares: FloatArray = np.asarray((placement**2).T @ kernels.norms(norm).T ** 2)
        return np.sqrt(squares)
    columns = placement.tocsc()
    strength = np.zeros((placement.shape[1], kernels.entries.shape[0]), dtype=kernels.entries.dtype)
    for source in np.flatnonzero(np.diff(columns.indptr)):
        entries = slice(columns.indptr[source], columns.indptr[source + 1])
        below = zip(columns.indices[entries], columns.data[entries], strict=True)
        stack = np.concatenate([kernels.of_feature(int(one)) * coefficient for one, coefficient in below], axis=1)
        strength[source] = NORMS[norm](stack[:, None])[:, 0]
    return strength


def _present(kernels: Kernels, placement: Table) -> BoolArray | None:
    """Tell which pairs are joined; None: all."""
    stands = pattern_of(placement)
    seen = kernels.present()
    if seen is None:
        has = np.asarray(stands.sum(axis=0)).reshape(-1) > 0
        return None if has.all() else np.repeat(has[:, None], kernels.entries.shape[0], axis=1)
    return none_if_all(np.asarray(stands.T @ seen.T.astype(np.float32)) > 0)


def pattern_of(table: Table) -> Table:
    """Put 1 wherever something is stored, zeros included."""
    stored = table.astype(np.float32)
    stored.data = np.ones_like(stored.data)
    return stored


def none_if_all(kept: BoolArray) -> BoolArray | None:
    """Give the mask; None if it leaves nothing out."""
    return None if kept.all() else kept


def column_norms(weight: FloatArray, norm: str, *, rows: int = 4096) -> FloatArray:
    """Norm of every column of a large table, some rows at a time."""
    power = power_of(norm)
    total = np.zeros(weight.shape[1])
    for start in range(0, len(weight), rows):
        total += (np.abs(weight[start : start + rows]).astype(np.float64) ** power).sum(axis=0)
    return (total ** (1 / power)).astype(weight.dtype)


def joined(one: Weights, other: Weights, *, norm: str) -> Weights:
    """Join the weights of one pair of layers that go two ways, their kernels single columns."""
    value = None if one.value is None or other.value is None else one.value + other.value
    power = power_of(norm)
    strength = (one.strength**power + other.strength**power) ** (1 / power)
    kept = None if one.kept is None or other.kept is None else none_if_all(one.kept | other.kept)
    return Weights(value=value, strength=strength, kept=kept)


def power_of(norm: str) -> int:
    """Give the power whose sums make the norm of a single column."""
    return 1 if vector_norm(norm) == "entrywise_l1" else 2
