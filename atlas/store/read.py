"""Read networks: their properties, neurons and weights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from atlas.errors import UnknownName
from atlas.keys import layer_key
from atlas.records import FloatArray, LayerRecord, NetworkRecord, Parameter, TargetRecord, WeightBlock
from atlas.schema import NODES, RELATIONSHIPS
from atlas.store.connection import Row, Store
from atlas.store.content import OPENED

_DECLARED = {kind.label: [property_.name for property_ in kind.properties] for kind in NODES} | {
    kind.type: [property_.name for property_ in kind.properties] for kind in RELATIONSHIPS
}
_UNSHOWN = ("owner",)

_NETWORK = "MATCH (n:Network {key: $key}) RETURN properties(n) AS properties"
_NETWORKS = "MATCH (n:Network) RETURN properties(n) AS properties ORDER BY n.key"
_KEYS = "MATCH (n:Network) RETURN n.key AS key"
_LAYERS = (
    """MATCH (:Network {key: $key})-[:HAS_LAYER]->(l:Layer) RETURN properties(l) AS properties ORDER BY l.number"""
)
_NEURONS = """MATCH (:Network {key: $key})-[:HAS_LAYER]->(l:Layer)-[:HAS_NEURON]->(x:Neuron)
WHERE $layer IS NULL OR l.name = $layer
RETURN properties(x) AS properties ORDER BY x.layer_number, x.number"""
_FEEDS = """MATCH (:Network {key: $key})-[:HAS_LAYER]->(a:Layer)-[f:FEEDS]->(b:Layer)
RETURN a.name AS source, b.name AS target, a.n_neurons AS n_source, b.n_neurons AS n_target,
  b.weight_policy AS policy, b.removed_strength_share AS removed ORDER BY a.number, b.number"""
_WEIGHTS = """MATCH (:Layer {key: $source})-[:HAS_NEURON]->(a:Neuron)-[w:WEIGHT]->(b:Neuron) WHERE b.layer = $target
RETURN a.number AS source, collect(b.number) AS targets, collect(w.value) AS value, collect(w.strength) AS strength"""
_TARGETS = """MATCH (:Network {key: $key})-[:HAS_TARGET]->(t:Target) OPTIONAL MATCH (x:Neuron)-[:ANSWERS]->(t)
RETURN t.name AS name, t.kind AS kind, x.number AS number ORDER BY kind, number, size(name), name"""


def networks(store: Store) -> list[Row]:
    """List every complete network with its properties, by key."""
    return [declared("Network", row["properties"]) for row in store.rows(_NETWORKS)]


def network_properties(store: Store, key: str) -> Row:
    """Read the properties of one network.

    Raises
    ------
    UnknownName
        There is no complete network under the key.
    """
    found = store.rows(_NETWORK, key=key)
    if not found:
        raise UnknownName("network", key, (row["key"] for row in store.rows(_KEYS)), remedy="List: atlas networks.")
    return declared("Network", found[0]["properties"])


@dataclass(frozen=True, kw_only=True)
class Opened:
    """How a network was opened when it was ingested: `file`, `chain`, `data`, and the hash its file had."""

    opened: Mapping[str, Parameter]
    file_sha256: str


def opened(store: Store, key: str) -> Opened:
    """Read how a network was opened when it was ingested."""
    properties = network_properties(store, key)
    return Opened(opened=_opened(properties), file_sha256=properties["file_sha256"])


def layers(store: Store, key: str) -> list[Row]:
    """List the layers of a network, from the input."""
    network_properties(store, key)
    return [declared("Layer", row["properties"]) for row in store.rows(_LAYERS, key=key)]


def neurons(store: Store, key: str, layer: str | None = None) -> list[Row]:
    """List the neurons of a network, or of one of its layers, with their headline properties."""
    _check_layers(store, key, () if layer is None else (layer,))
    return [declared("Neuron", row["properties"]) for row in store.rows(_NEURONS, key=key, layer=layer)]


def read_network(store: Store, key: str) -> NetworkRecord:
    """Read a whole network; what is not kept has value and strength 0 and False in `kept`."""
    properties = network_properties(store, key)
    targets = [TargetRecord(**row) for row in store.rows(_TARGETS, key=key)]
    chosen = ("architecture", "file_sha256", "dataset", "family", "seed", "training_step", "accuracy_percent")
    return NetworkRecord(
        key=key,
        layers=tuple(_layer(row) for row in layers(store, key)),
        blocks=tuple(_block(store, key, row) for row in store.rows(_FEEDS, key=key)),
        targets=tuple(sorted(targets, key=lambda target: target.kind != "all")),
        opened=_opened(properties),
        **{name: properties[name] for name in chosen},
    )


def matrix(store: Store, key: str, source: str, target: str) -> FloatArray:
    """Read the signed weights from one layer to another, shape (n_source, n_target); 0 where none is kept."""
    _check_layers(store, key, (source, target))
    feeds = [row for row in store.rows(_FEEDS, key=key) if (row["source"], row["target"]) == (source, target)]
    if feeds:
        return _block(store, key, feeds[0]).value
    sizes = {row["name"]: row["n_neurons"] for row in layers(store, key)}
    return np.zeros((sizes[source], sizes[target]))


def weights(store: Store, key: str, source: str | None = None, target: str | None = None) -> dict[str, Any]:
    """Read kept weights as columns: source, target, value, strength; of all layers, or of those named."""
    _check_layers(store, key, [name for name in (source, target) if name is not None])
    blocks = [
        _block(store, key, row)
        for row in store.rows(_FEEDS, key=key)
        if source in (None, row["source"]) and target in (None, row["target"])
    ]
    columns = [_columns(key, block) for block in blocks] or [_columns(key, _NO_WEIGHTS)]
    return {name: np.concatenate([part[name] for part in columns]) for name in columns[0]}


def declared(kind: str, properties: Mapping[str, Any]) -> Row:
    """Put properties in the schema's order, null where one is missing; others follow by name."""
    names = [*_DECLARED[kind], *sorted(properties.keys() - set(_DECLARED[kind]))]
    return {name: properties.get(name) for name in names if name not in _UNSHOWN}


_NO_WEIGHTS = WeightBlock(source="", target="", value=np.empty((0, 0)), strength=np.empty((0, 0)))


def _check_layers(store: Store, key: str, names: Iterable[str]) -> None:
    known = [row["name"] for row in layers(store, key)]
    for name in names:
        if name not in known:
            raise UnknownName(f"layer of {key!r}", name, known)


def _opened(properties: Row) -> dict[str, Parameter]:
    return {
        name.removeprefix(OPENED): value
        for name, value in properties.items()
        if name.startswith(OPENED) and value is not None
    }


def _layer(row: Row) -> LayerRecord:
    return LayerRecord(**{name: row[name] for name in ("name", "number", "kind", "n_neurons", "activation")})


def _block(store: Store, key: str, feeds: Row) -> WeightBlock:
    shape = (feeds["n_source"], feeds["n_target"])
    value, strength, kept = np.zeros(shape), np.zeros(shape), np.zeros(shape, dtype=bool)
    found = store.columns(_WEIGHTS, source=layer_key(key, feeds["source"]), target=feeds["target"])
    for i, targets, values, strengths in zip(*found.values(), strict=True):
        value[i, targets], strength[i, targets], kept[i, targets] = values, strengths, True
    return WeightBlock(
        source=feeds["source"],
        target=feeds["target"],
        value=value,
        strength=strength,
        kept=None if kept.all() else kept,
        policy=feeds["policy"],
        removed_strength_share=feeds["removed"],
    )


def _columns(key: str, block: WeightBlock) -> dict[str, Any]:
    mask = np.ones(block.value.shape, dtype=bool) if block.kept is None else block.kept
    rows, columns = np.nonzero(mask)
    sources = np.array([f"{key}/{block.source}/{i}" for i in range(mask.shape[0])], dtype=object)
    targets = np.array([f"{key}/{block.target}/{j}" for j in range(mask.shape[1])], dtype=object)
    return {
        "source": sources[rows],
        "target": targets[columns],
        "value": block.value[mask],
        "strength": block.strength[mask],
    }
