"""Rows of one network: its nodes and relationships, but for its weights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from numbers import Integral, Real

import numpy as np
import polars as pl

from atlas.keys import layer_key
from atlas.records import NetworkRecord, Parameter
from atlas.schema import NODES, RELATIONSHIPS
from atlas.store.offline.ids import Ids
from atlas.store.parts import (
    Properties,
    answers,
    block_properties,
    layer_properties,
    neuron_strengths,
    target_properties,
)

Rows = tuple[str, pl.DataFrame]
_KINDS = {"string": pl.String(), "integer": pl.Int64(), "float": pl.Float64(), "boolean": pl.Boolean()}
_DECLARED = {
    name: {p.name: _KINDS[p.type] for p in properties if p.type in _KINDS}
    for name, properties in (
        *((kind.label, kind.properties) for kind in NODES),
        *((kind.type, kind.properties) for kind in RELATIONSHIPS),
    )
}


def network_row(properties: Properties, ids: Ids, loaded_at: str) -> pl.DataFrame:
    """Describe the network: a value has its own type, an absent one that of the schema.

    Parameters
    ----------
    properties
        See `network_properties_of`.
    loaded_at
        When its loading was completed, ISO 8601.
    """
    there = {name: _kind(value) for name, value in properties.items() if value is not None}
    kinds = {name: kind for name, kind in _DECLARED["Network"].items() if name in properties} | there
    row = {name: [properties[name]] for name in sorted(kinds)}
    frame = pl.DataFrame(row, schema={name: kinds[name] for name in row})
    return _ids([ids.network]).hstack(frame).with_columns(pl.lit(loaded_at).alias("loaded_at:datetime"))


def rows(record: NetworkRecord, ids: Ids) -> Iterator[Rows]:
    """Give all rows of a network but its own and those of its weights and compositions."""
    yield from _layers(record, ids)
    yield from _targets(record, ids)
    for layer in record.layers:
        own = np.arange(layer.n_neurons) + ids.first_neurons[layer.name]
        yield "HAS_NEURON", _ends([ids.layers[layer.name]] * layer.n_neurons, own.tolist())
    yield from _neurons(record, ids)


def _kind(value: Parameter) -> pl.DataType:
    if isinstance(value, bool):
        return pl.Boolean()
    if isinstance(value, Integral):
        return pl.Int64()
    return pl.Float64() if isinstance(value, Real) else pl.String()


def _layers(record: NetworkRecord, ids: Ids) -> Iterator[Rows]:
    numbers = list(ids.layers.values())
    layers = [layer_properties(record, layer) for layer in record.layers]
    yield "Layer:Element", _ids(numbers).hstack(_declared("Layer", layers))
    yield "HAS_LAYER", _ends([ids.network] * len(numbers), numbers)
    if record.blocks:
        ends = [(ids.layers[block.source], ids.layers[block.target]) for block in record.blocks]
        totals = _declared("FEEDS", [block_properties(block) for block in record.blocks])
        yield "FEEDS", _ends([source for source, _ in ends], [target for _, target in ends]).hstack(totals)


def _targets(record: NetworkRecord, ids: Ids) -> Iterator[Rows]:
    if not record.targets:
        return
    numbers = list(ids.targets.values())
    yield "Target", _ids(numbers).hstack(_declared("Target", target_properties(record)))
    yield "HAS_TARGET", _ends([ids.network] * len(numbers), numbers)
    first = ids.first_neurons[record.layers[-1].name]
    pairs = [(first + number, ids.targets[key]) for number, key in answers(record)]
    yield "ANSWERS", _ends([neuron for neuron, _ in pairs], [target for _, target in pairs])


def _neurons(record: NetworkRecord, ids: Ids) -> Iterator[Rows]:
    incoming, outgoing = neuron_strengths(record)
    for layer in record.layers:
        numbers = np.arange(layer.n_neurons)
        frame = pl.DataFrame(
            {
                ":ID": numbers + ids.first_neurons[layer.name],
                "number": numbers,
                "in_strength": incoming[layer.name],
                "out_strength": outgoing[layer.name],
            }
        )
        yield (
            "Neuron:Element",
            frame.with_columns(
                key=pl.lit(f"{layer_key(record.key, layer.name)}/") + pl.col("number").cast(pl.String),
                network=pl.lit(record.key),
                layer=pl.lit(layer.name),
                layer_number=pl.lit(layer.number, dtype=pl.Int64),
            ),
        )


def _declared(kind: str, properties: Sequence[Properties]) -> pl.DataFrame:
    """Put properties of one label or type into columns of their declared types."""
    columns = {name: [row[name] for row in properties] for name in properties[0]}
    return pl.DataFrame(columns, schema={name: _DECLARED[kind][name] for name in columns})


def _ids(numbers: Sequence[int]) -> pl.DataFrame:
    return pl.DataFrame({":ID": numbers}, schema={":ID": pl.Int64})


def _ends(sources: Sequence[int], targets: Sequence[int]) -> pl.DataFrame:
    return pl.DataFrame({":START_ID": sources, ":END_ID": targets}, schema={":START_ID": pl.Int64, ":END_ID": pl.Int64})
