"""The names that one network gives to its parts, as far as questions can name them."""

from __future__ import annotations

from dataclasses import dataclass

from atlas.store.connection import Row, Store

_LAYERS = """
MATCH (:Network {key: $network})-[:HAS_LAYER]->(layer:Layer)
RETURN layer.name AS name, layer.key AS key, layer.n_neurons AS n_neurons ORDER BY layer.number
"""
_PARTITIONS = """
MATCH (:Network {key: $network})-[:HAS_PARTITION]->(partition:Partition)<-[:WROTE]-(made:Run {state: 'finished'})
RETURN partition.name AS name, partition.key AS key, partition.method AS method, made.key AS run,
       COLLECT { MATCH (partition)-[:HAS_CLUSTER]->(cluster:Cluster) RETURN cluster.number ORDER BY cluster.number }
       AS clusters
ORDER BY made.finished_at DESC, name
"""
_TARGETS = """
MATCH (:Network {key: $network})-[:HAS_TARGET]->(target:Target)
RETURN target.name AS name, target.key AS key ORDER BY name
"""
_RUNS = """
MATCH (:Network {key: $network})<-[:ABOUT]-(run:Run {state: 'finished'})
RETURN run.key AS name, run.kind AS kind, run.partition AS partition ORDER BY name
UNION ALL
// comparisons with the checkpoint before or after, where both have the partition
MATCH (network:Network {key: $network})-[:NEXT]-(beside:Network)
UNWIND [{about: network, other: beside.key}, {about: beside, other: network.key}] AS side
WITH side.about AS about, side.other AS other
MATCH (about)<-[:ABOUT]-(run:Run {kind: 'compare', state: 'finished'})
WHERE run.other = other AND run.first = run.second
RETURN run.key AS name, run.kind AS kind, run.first AS partition ORDER BY name
"""
_NEURON = ("Neuron", "WEIGHT", "IN_CLUSTER", "INFORMATION", "CORRELATION")


@dataclass(frozen=True, kw_only=True)
class Contents:
    """Layers, finished partitions (the newest first), targets and finished runs of a network."""

    network: str
    layers: list[Row]
    partitions: list[Row]
    targets: list[Row]
    runs: list[Row]

    def partition(self, name: object) -> Row | None:
        """Give a partition by name."""
        return next((row for row in self.partitions if row["name"] == name), None)

    def near_neurons(self, key: str) -> list[str]:
        """List, of the layer in `key`, else of all, the neuron of the nearest number: `key` itself if it exists."""
        layer, _, number = key.rpartition("/")
        wanted = int(number) if number.isascii() and number.isdecimal() else 0
        meant = [row for row in self.layers if row["key"] == layer] or self.layers
        return [f"{row['key']}/{min(wanted, row['n_neurons'] - 1)}" for row in meant]

    def owners(self, key: str) -> dict[str, tuple[str, ...]]:
        """List what can have the key, with the labels and types whose properties it has."""
        owners: dict[str, tuple[str, ...]] = dict.fromkeys(self.near_neurons(key), _NEURON)
        owners |= {row["key"]: ("Layer", "INFORMATION", "CORRELATION") for row in self.layers}
        owners |= {row["key"]: ("Partition",) for row in self.partitions}
        clusters = [f"{row['key']}/{number}" for row in self.partitions for number in row["clusters"]]
        owners |= dict.fromkeys(clusters, ("Cluster", "INFORMATION", "MATCHES"))
        owners |= {row["key"]: ("Target",) for row in self.targets}
        return owners | {self.network: ("Network",)}


def contents(store: Store, network: str) -> Contents:
    """Look up what a network holds; nothing of one that is not complete."""
    return Contents(
        network=network,
        layers=store.rows(_LAYERS, network=network),
        partitions=store.rows(_PARTITIONS, network=network),
        targets=store.rows(_TARGETS, network=network),
        runs=store.rows(_RUNS, network=network),
    )
