"""A network's neurons and weights as graphs of other libraries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from atlas.client import texts
from atlas.client.frames import read_frame
from atlas.errors import UnknownName
from atlas.keys import names_in
from atlas.records import FloatArray, IntArray
from atlas.store import Store
from atlas.workflow.reading import layer_sizes, partition_runs

if TYPE_CHECKING:
    import igraph as ig
    import networkx as nx
    import pandas as pd

_NAN = "0.0 / 0.0"  # `collect` leaves nulls out
WEIGHTS = f"""
MATCH (:Network {{key: $network}})-[:HAS_LAYER]->(layer:Layer)-[:HAS_NEURON]->(a:Neuron)
WHERE $source IS NULL OR layer.name = $source
CALL (a) {{
  MATCH (a)-[weight:WEIGHT]->(b:Neuron)
  WHERE $target IS NULL OR b.layer = $target
  WITH b, weight ORDER BY b.layer_number, b.number
  RETURN collect(b.layer_number) AS layers, collect(b.number) AS numbers,
         collect(coalesce(weight.value, {_NAN})) AS value, collect(weight.strength) AS strength
}}
RETURN layer.number AS layer, a.number AS source, layers, numbers, value, strength ORDER BY layer, source
"""
_MEMBERS = """
MATCH (:Network {key: $network})-[:HAS_PARTITION]->(:Partition {name: $partition})-[:HAS_CLUSTER]->(cluster:Cluster)
MATCH (cluster)<-[:IN_CLUSTER]-(neuron:Neuron)
RETURN neuron.key AS neuron, cluster.number AS number
"""


@dataclass(frozen=True, kw_only=True)
class Weights:
    """Every kept weight; ends count the neurons of the network in order, from the input's first."""

    source: IntArray
    target: IntArray
    value: FloatArray  # NaN where a sign has no meaning
    strength: FloatArray


def networkx_graph(store: Store, network: str, *, partitions: str | Sequence[str]) -> nx.DiGraph[str]:
    """Build a directed networkx graph; what is null is left out."""
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph(network=network)
    neurons = _neurons(store, network, partitions)
    keys = neurons["neuron"].tolist()
    graph.add_nodes_from(keys)
    for name in neurons.columns.drop("neuron"):
        there = neurons[name].notna().to_numpy()
        for place, value in zip(np.flatnonzero(there).tolist(), neurons[name][there].tolist(), strict=True):
            graph.nodes[keys[place]][name] = value
    graph.add_edges_from(_edges(keys, read_weights(store, network)))
    return graph


def igraph_graph(store: Store, network: str, *, partitions: str | Sequence[str]) -> ig.Graph:
    """Build a directed igraph graph; what is null is None."""
    import igraph as ig

    neurons = _neurons(store, network, partitions).rename(columns={"neuron": "name"})
    weights = read_weights(store, network)
    graph = ig.Graph(n=len(neurons), edges=np.column_stack([weights.source, weights.target]), directed=True)
    graph["network"] = network
    for name in neurons.columns:
        graph.vs[name] = _or_none(neurons[name].tolist(), neurons[name].isna().to_numpy())
    graph.es["value"] = _or_none(weights.value.tolist(), np.isnan(weights.value))
    graph.es["strength"] = weights.strength.tolist()
    return graph


def read_weights(store: Store, network: str, *, source: str | None = None, target: str | None = None) -> Weights:
    """Read every kept weight as arrays, layer by layer; from one layer, or to one, where it is named."""
    sizes = layer_sizes(store, network)
    first = np.concatenate([[0], np.cumsum(list(sizes.values()))]).astype(np.int64)
    parts = [
        _of_layer(store.columns(WEIGHTS, network=network, source=name, target=target), first, place)
        for place, name in enumerate(sizes)
        if source in (None, name)
    ]
    names = ("source", "target", "value", "strength")
    return Weights(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


def _of_layer(found: dict[str, list[Any]], first: IntArray, place: int) -> Weights:
    """Take the weights that leave one layer; `first` is the place of every layer's first neuron."""
    counts = [len(numbers) for numbers in found["numbers"]]
    return Weights(
        source=first[place] + np.repeat(np.array(found["source"], dtype=np.int64), counts),
        target=first[_flat(found["layers"], np.int64)] + _flat(found["numbers"], np.int64),
        value=_flat(found["value"], np.float64),
        strength=_flat(found["strength"], np.float64),
    )


def _flat(lists: list[list[Any]], type_: type[np.generic]) -> Any:
    return np.fromiter(chain.from_iterable(lists), dtype=type_, count=sum(map(len, lists)))


def _edges(keys: list[str], weights: Weights) -> Iterable[tuple[str, str, dict[str, float]]]:
    columns = (weights.source, weights.target, weights.value, weights.strength)
    for source, target, value, strength in zip(*(column.tolist() for column in columns), strict=True):
        signed = {} if value != value else {"value": value}
        yield keys[source], keys[target], signed | {"strength": strength}


def _neurons(store: Store, network: str, partitions: str | Sequence[str]) -> pd.DataFrame:
    """List the neurons in order, with a column `cluster_NAME` for each partition."""
    neurons = read_frame(store, texts.NEURONS, {"network": network, "keys": None})
    known = partition_runs(store, network)
    for name in names_in(partitions):
        if name not in known:
            raise UnknownName("partition", name, known, remedy=f"`atlas partition {network}` makes one.")
        members = read_frame(store, _MEMBERS, {"network": network, "partition": name})
        numbers = members.set_index("neuron")["number"]
        neurons[f"cluster_{name}"] = neurons["neuron"].map(numbers).astype("Int64")
    return neurons


def _or_none(values: list[Any], null: Any) -> list[Any]:
    if not null.any():
        return values
    return [None if missing else value for value, missing in zip(values, null.tolist(), strict=True)]
