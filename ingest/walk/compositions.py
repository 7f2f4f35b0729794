"""How strongly heads compose through the residual sum.

Elhage et al. (2021), A Mathematical Framework for Transformer Circuits: with W_OV of an earlier head and W_QK, W_OV of
a later one, |W_QK^T W_OV|, |W_QK W_OV| and |W_OV W_OV| (Frobenius norms), each divided by the product of the norms of
its two factors. Factors of normalisations on the way into a projection belong to it, those after an output projection
to that. Norms of products are taken through matrices as wide as a head.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from atlas.records import CompositionBlock, FloatArray
from ingest.walk.kernels import kernels_of
from ingest.walk.layers import Findings, Found


@dataclass(frozen=True, kw_only=True)
class Role:
    """The query, key or value projection of all heads of a layer."""

    projection: Found
    maps: FloatArray  # (n_heads, width, n_features), without what scales the features
    scale: FloatArray  # (n_features,)
    gram: FloatArray  # (n_heads, width, width), of the maps with their scale: from the residual sum


@dataclass(frozen=True, kw_only=True)
class Attention:
    """The heads of one layer as linear maps."""

    layer: Found
    query: Role
    key: Role
    value: Role
    outputs: Mapping[int, FloatArray]  # by number of an output projection: (n_neurons, elements of all vectors)

    @property
    def written(self) -> FloatArray:
        """Gram matrix of what every head writes through its output projections; of its vector if it has none."""
        n_heads, width = self.value.gram.shape[:2]
        if not self.outputs:
            return np.repeat(np.eye(width)[None], n_heads, axis=0)
        stacked = np.concatenate(list(self.outputs.values()))
        return _gram(stacked.reshape(len(stacked), n_heads, width).transpose(1, 2, 0))


def compositions_of(findings: Findings, names: Mapping[int, str]) -> Iterator[CompositionBlock]:
    """Give the composition of every two attention layers of which the earlier reaches the later one.

    Layers without plain linear projections of their own have none.
    """
    layers = [read for layer in findings.layers if (read := _read(layer, findings)) is not None]
    for number, later in enumerate(layers):
        for earlier in layers[:number]:
            reached = {
                role.projection.number: _reach(role.projection, earlier, findings)
                for role in (later.query, later.key, later.value)
            }
            if any(bool(one.any()) for one in reached.values()):
                query, key, value = _compose(earlier, later, reached)
                yield CompositionBlock(
                    source=names[earlier.layer.number],
                    target=names[later.layer.number],
                    query=query,
                    key=key,
                    value=value,
                )


def _compose(earlier: Attention, later: Attention, reached: Mapping[int, FloatArray]) -> tuple[FloatArray, ...]:
    """Score query, key and value composition, each (n_source, n_target)."""
    queries, keys, values, written = later.query.gram, later.key.gram, later.value.gram, later.written
    read = earlier.value.gram
    whole_qk = _norm_of_product(queries, keys)
    scores = []
    for role, left, whole in (
        (later.query, keys, whole_qk),
        (later.key, queries, whole_qk),
        (later.value, written, _norm_of_product(written, values)),
    ):
        onto = reached[role.projection.number]
        placed = _divided(onto, role.scale[:, None])
        whole_ov = _norm_of_product(_gram(placed.reshape(len(placed), *read.shape[:2]).transpose(1, 2, 0)), read)
        middle = (role.maps.reshape(-1, len(onto)) @ onto).reshape(*role.maps.shape[:2], *read.shape[:2])
        scores.append(_divided(_norms(left, middle, read), whole_ov[:, None] * whole).clip(0, 1))
    return tuple(scores)


def _norms(left: FloatArray, middle: FloatArray, right: FloatArray) -> FloatArray:
    """Norm of L^T M R from the Gram matrices of L (per target) and R (per source), shape (n_source, n_target)."""
    through = np.einsum("tdse,sef->tdsf", middle, right)
    squares: FloatArray = np.einsum("tcd,tcse,tdse->st", left, through, middle, optimize=True)
    norms: FloatArray = np.sqrt(squares.clip(0))
    return norms


def _norm_of_product(left: FloatArray, right: FloatArray) -> FloatArray:
    """Norm of L^T R by head, from the Gram matrices of L and R."""
    squares: FloatArray = np.einsum("hde,hde->h", left, right)
    norms: FloatArray = np.sqrt(squares.clip(0))
    return norms


def _gram(maps: FloatArray) -> FloatArray:
    gram: FloatArray = np.einsum("hdf,hef->hde", maps, maps, optimize=True)
    return gram


def _divided(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    """Divide, 0 where there is nothing to divide by."""
    usable = np.broadcast_to(denominator != 0, numerator.shape)
    return np.divide(numerator, denominator, out=np.zeros(numerator.shape), where=usable)


def _read(layer: Found, findings: Findings) -> Attention | None:
    """Read a layer's projections; None if it has none that are linear and its own."""
    if layer.kind != "attention":
        return None
    roles = [_role(layer, number, findings) for number in range(3)]
    if any(role is None for role in roles):
        return None
    query, key, value = (role for role in roles if role is not None)
    if query.maps.shape[:2] != key.maps.shape[:2]:
        return None
    found = {other.number: _output_matrix(other, layer) for other in findings.layers}
    outputs = {number: weight for number, weight in found.items() if weight is not None}
    return Attention(layer=layer, query=query, key=key, value=value, outputs=outputs)


def _role(layer: Found, number: int, findings: Findings) -> Role | None:
    """Read one projection of every head, as it is at the first position (so that turning by position is none)."""
    first = layer.features[number].first
    if first is None:
        return None
    behind = findings.behind(first)
    if len(behind) != 1 or not behind[0].is_absorbed:
        return None
    weight = _matrix(behind[0])
    if weight is None:
        return None
    rows = np.asarray(behind[0].sources(first) @ weight)
    inputs = behind[0].features[0].table
    scale = abs(inputs).max(axis=1).toarray().reshape(-1)
    maps = rows.reshape(layer.n_neurons, -1, rows.shape[1])
    return Role(projection=behind[0], maps=maps, scale=scale, gram=_gram(maps * scale))


def _matrix(layer: Found) -> FloatArray | None:
    """Read the weights of a plain linear layer in double precision, (n_neurons, n_features); None if it is not one."""
    if layer.kind not in ("linear", "convolution") or layer.operation is None or layer.activation != "identity":
        return None
    kernels = kernels_of(layer.operation).times(layer.factor)
    return kernels.sums().astype(np.float64) if kernels.is_plain else None


def _reach(projection: Found, earlier: Attention, findings: Findings) -> FloatArray:
    """Follow an earlier layer's vectors to the features of a projection: directly, and through output projections."""
    features = projection.features[0]
    onto = np.zeros((features.table.shape[0], len(earlier.layer.neurons)))
    for layer in findings.behind(features.table):
        if layer.number in features.bent:
            continue
        if layer is earlier.layer:
            onto += layer.sources(features.table).toarray()
        elif layer.number in earlier.outputs:
            onto += layer.sources(features.table) @ earlier.outputs[layer.number]
    return onto


def _output_matrix(layer: Found, earlier: Found) -> FloatArray | None:
    """Read a layer as an output projection of an earlier attention layer; None if it is not."""
    if layer.is_absorbed or not layer.features or earlier.number in layer.features[0].bent:
        return None
    own = earlier.sources(layer.features[0].table)
    weight = _matrix(layer) if own.nnz else None
    return None if weight is None else np.asarray(weight @ own.toarray())
