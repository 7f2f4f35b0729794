"""Turn a program into layers, their sites, and the weights between their neurons."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from atlas.errors import UnknownName, UnsupportedLayer
from atlas.records import IntArray, LayerRecord, WeightBlock
from ingest.program.operation import Program
from ingest.walk.compositions import compositions_of
from ingest.walk.kernels import NORMS
from ingest.walk.layers import Findings, Found, named
from ingest.walk.output import add_output
from ingest.walk.trace import Trace
from ingest.walk.walked import Walked
from ingest.walk.weights import incoming


def walk(program: Program, *, norm: str = "entrywise_l1", allow_opaque: bool = False) -> Walked:
    """Find the layers of a program, where their activations stand, and the weights between their neurons.

    Identities of neurons are pushed through the operations: which neurons stand on which features of which layer is
    never guessed from shapes or names.

    Parameters
    ----------
    program
        Any network as operations.
    norm
        Of kernels, and of everything else that joins two neurons by more than one number: `entrywise_l1`,
        `induced_1` (largest column sum), `frobenius` or `spectral`. Kernels of a 2-d convolution are matrices as they
        stand, n-d ones are flattened to (first axis, rest); several kernels between two neurons stand one below the
        other. Vectors are single columns.
    allow_opaque
        Make operations that are not understood layers of kind `opaque`, with weights out of them and none into them.

    Raises
    ------
    UnsupportedLayer
        An operation is not understood and `allow_opaque` is off, or there is no layer at all.
    UnknownName
        No such norm.
    """
    if norm not in NORMS:
        raise UnknownName("norm", norm, NORMS)
    trace = _settled(program, allow_opaque=allow_opaque)
    findings = trace.findings
    answers = add_output(findings, program.output, trace.output)
    layers = [layer for layer in findings.layers if not layer.is_absorbed]
    if len(layers) == 1:
        raise UnsupportedLayer("The network has no layer with weights. Give one with at least one layer.")
    names = dict(zip((layer.number for layer in layers), named(layers), strict=True))
    return Walked(
        layers=tuple(_record(layer, names[layer.number], number) for number, layer in enumerate(layers)),
        sites={names[layer.number]: layer.site for layer in layers if layer.site is not None},
        blocks=tuple(block for layer in layers for block in _blocks(layer, findings, names, norm)),
        answers=answers,
        compositions=tuple(compositions_of(findings, names)),
    )


def _settled(program: Program, *, allow_opaque: bool) -> Trace:
    """Pass through the program until the weights tell all input neurons apart.

    Elements of the input begin as neurons of their own. Tokens are names, so together they are one neuron.
    """
    n = int(np.prod(program.shapes[program.input.value], dtype=np.int64))
    classes: IntArray = np.zeros(n, dtype=np.int64) if program.input.dtype.startswith("int") else np.arange(n)
    while True:
        trace = Trace(program, classes, allow_opaque=allow_opaque)
        after = _seen_only(_merged(classes, trace.merges), trace)
        if np.array_equal(after, classes):
            return trace
        classes = after


def _merged(classes: IntArray, merges: list[IntArray]) -> IntArray:
    """Bring input neurons together that no weight tells apart, numbered by their first element."""
    n = int(classes.max(initial=-1)) + 1
    pairs = np.concatenate([np.zeros((2, 0), dtype=np.int64), *merges], axis=1)
    joined = sparse.coo_array((np.ones(pairs.shape[1]), (pairs[0], pairs[1])), shape=(n, n))
    _, labels = csgraph.connected_components(joined, directed=False)
    return _numbered(np.where(classes < 0, -1, labels[classes]))


def _seen_only(classes: IntArray, trace: Trace) -> IntArray:
    """Leave out elements that no layer sees, unless every element is a neuron of its own."""
    if int(classes.max(initial=-1)) + 1 == classes.size or trace.merges:
        return classes
    tables = [features.table for layer in trace.findings.layers for features in layer.features]
    seen = np.unique(np.concatenate([trace.output.table.indices, *(table.indices for table in tables)]))
    return _numbered(np.where(np.isin(classes, seen), classes, -1))


def _numbered(classes: IntArray) -> IntArray:
    """Number classes by their first element; -1 stays."""
    used, first, number = np.unique(classes[classes >= 0], return_index=True, return_inverse=True)
    ranks = np.empty(len(used), dtype=np.int64)
    ranks[np.argsort(first)] = np.arange(len(used))
    result = np.full(classes.shape, -1, dtype=np.int64)
    result[classes >= 0] = ranks[number]
    return result


def _record(layer: Found, name: str, number: int) -> LayerRecord:
    return LayerRecord(
        name=name,
        number=number,
        kind=layer.kind,
        n_neurons=layer.n_neurons,
        activation=layer.activation,
        summary=layer.site.summary if layer.site is not None else "alone",
    )


def _blocks(layer: Found, findings: Findings, names: Mapping[int, str], norm: str) -> list[WeightBlock]:
    return [
        WeightBlock(
            source=names[number],
            target=names[layer.number],
            value=weights.value,
            strength=weights.strength,
            kept=weights.kept,
        )
        for number, weights in incoming(layer, findings, norm=norm).items()
    ]
