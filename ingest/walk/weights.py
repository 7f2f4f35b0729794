"""Weight blocks of every layer found, whatever its kind."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import sparse

from atlas.records import FloatArray
from ingest.walk.aggregate import Weights, aggregate, column_norms, joined, none_if_all, pattern_of
from ingest.walk.attention import head_weights
from ingest.walk.features import Features
from ingest.walk.kernels import Kernels, kernels_of, recurrent_kernels
from ingest.walk.layers import Findings, Found
from ingest.walk.provenance import Table

Maker = Callable[[Table, bool], Weights]  # takes a placement (n_features, n_source), and whether its signs count


def incoming(layer: Found, findings: Findings, *, norm: str) -> dict[int, Weights]:
    """Give the weights into a layer by the number of their source, in order of execution.

    Layers of kind `opaque` have none: what their operation does with what it takes in is unknown.
    """
    if layer.operation is None:
        return _from_sources(findings, layer.features[0], directly) if layer.features else {}
    if layer.kind == "attention":
        return head_weights(layer, findings, norm=norm)
    if layer.kind == "recurrent":
        return _recurrent(layer, findings, norm=norm)
    if layer.kind == "embedding":
        norms = column_norms(_times(layer.operation.tensors["weight"], layer.factor), norm)
        return _from_sources(findings, layer.features[0], lambda placement, _: _all_rows(placement, norms))
    if not layer.features:
        return {}
    kernels = kernels_of(layer.operation).times(layer.factor)
    return _from_sources(findings, layer.features[0], _maker(kernels, norm))


def _maker(kernels: Kernels, norm: str) -> Maker:
    return lambda placement, signed: aggregate(kernels, placement, norm=norm, signed=signed)


def _from_sources(findings: Findings, features: Features, make: Maker) -> dict[int, Weights]:
    """Make weights from every source; sources that stand alike on the features share them."""
    made: dict[tuple[bytes, ...], Weights] = {}
    found = {}
    for source in findings.behind(features.table):
        placement = source.placement(features.table)
        signed = source.number not in features.unsigned
        alike = (*(part.tobytes() for part in (placement.indptr, placement.indices, placement.data)), bytes([signed]))
        if alike not in made:
            made[alike] = make(placement, signed)
        found[source.number] = made[alike]
    return found


def _recurrent(layer: Found, findings: Findings, *, norm: str) -> dict[int, Weights]:
    """Weights from the input at every step, from the first states where they are computed, and from the layer itself.

    Without a sign where gates multiply. A first cell state passes to its neuron as in a sum. A single cell whose
    state is computed does not feed itself: its state before is another layer's.
    """
    assert layer.operation is not None
    signed = str(layer.operation.options["cell"]).startswith("rnn")
    own = recurrent_kernels(layer.operation)
    makers = [_maker(kernels_of(layer.operation), norm), _maker(own, norm), directly]
    found: dict[int, Weights] = {}
    for features, make in zip(layer.features, makers, strict=False):
        for source, weights in _from_sources(findings, features, _signs(make, signed)).items():
            found[source] = joined(found[source], weights, norm=norm) if source in found else weights
    if layer.operation.options.get("steps") is not None or len(layer.features) == 1:
        found[layer.number] = _maker(own, norm)(sparse.eye_array(layer.n_neurons, format="csr"), signed)
    return dict(sorted(found.items()))


def _signs(make: Maker, allowed: bool) -> Maker:
    return lambda placement, signed: make(placement, signed and allowed)


def directly(placement: Table, signed: bool) -> Weights:
    """Weights that are the coefficients themselves: what a sum puts out."""
    dense = placement.T.toarray()
    kept = none_if_all(pattern_of(placement).T.toarray() > 0)
    return Weights(value=dense if signed else None, strength=np.abs(dense), kept=kept)


def _all_rows(placement: Table, norms: FloatArray) -> Weights:
    """Weights of an embedding: the norm of a dimension's whole column, from whatever is looked up."""
    there = np.diff(placement.tocsc().indptr) > 0
    strength = there[:, None] * norms
    return Weights(value=None, strength=strength, kept=none_if_all(np.repeat(there[:, None], len(norms), axis=1)))


def _times(weight: FloatArray, factor: FloatArray | None) -> FloatArray:
    return weight if factor is None else weight * factor.astype(weight.dtype)
