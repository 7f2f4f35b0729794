"""A hash of everything the graph holds of a network, to tell whether two graphs are equal."""

from __future__ import annotations

import hashlib
import json

from atlas.store.connection import Store

UNHASHED = ("loaded_at", "started_at", "finished_at", "owner")  # times, and who wrote it

_NODES = """MATCH (x:Network|Loading|Removing|Layer|Neuron|Target|Partition|Cluster|Run)
WHERE x.network = $network OR (x.key = $network AND x:Network|Loading|Removing)
RETURN labels(x) AS labels, properties(x) AS properties"""
_RELATIONSHIPS = """MATCH (x:Network|Loading|Removing|Layer|Neuron|Target|Partition|Cluster|Run)
WHERE x.network = $network OR (x.key = $network AND x:Network|Loading|Removing)
MATCH (x)-[r]->(y) RETURN x.key AS source, type(r) AS type, y.key AS target,
  properties(r) AS properties"""


def fingerprint(store: Store, network: str) -> str:
    """Hash every node and relationship of a network: labels, types, keys and properties, times left out.

    What belongs to the network but hangs on nothing counts too. The whole database is scanned.
    """
    digest = hashlib.sha256()
    for text in (_NODES, _RELATIONSHIPS):
        for line in sorted(_line(row) for row in store.rows(text, network=network)):
            digest.update(line.encode())
    return digest.hexdigest()


def _line(row: dict[str, object]) -> str:
    properties = row["properties"]
    labels = row.get("labels")
    assert isinstance(properties, dict)
    kept = {name: value for name, value in properties.items() if name not in UNHASHED}
    named = {"labels": sorted(labels)} if isinstance(labels, list) else {}
    return json.dumps(row | named | {"properties": kept}, sort_keys=True) + "\n"
