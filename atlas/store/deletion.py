"""Delete what no query reaches any more, in transactions of a bounded size."""

from __future__ import annotations

from collections.abc import Iterator

from atlas.progress import Progress, silent
from atlas.schema import VALUES_BETWEEN, VALUES_ON_TARGETS
from atlas.store.connection import Row, Store

_RELATIONSHIPS_AT_ONCE = 50_000
_ELEMENTS_AT_ONCE = 1_000

_CLUSTERS_OF_NETWORK = """MATCH (:Removing {key: $key})<-[:ABOUT]-(:Run)-[:WROTE]->(:Partition)-[:HAS_CLUSTER]->(x)
RETURN x.key AS key, COUNT { (x)--() } AS degree ORDER BY key"""
_NEURONS_OF_NETWORK = """MATCH (:Removing {key: $key})-[:HAS_LAYER]->(:Layer)-[:HAS_NEURON]->(x)
RETURN x.key AS key, COUNT { (x)--() } AS degree ORDER BY x.layer_number, x.number"""
_CLUSTERS_OF_RUN = """MATCH (:Run {key: $key})-[:WROTE]->(:Partition)-[:HAS_CLUSTER]->(x)
RETURN x.key AS key, COUNT { (x)--() } AS degree ORDER BY key"""

_ELEMENTS = "UNWIND $keys AS key MATCH (x:Element {key: key}) DETACH DELETE x"
_SOME_RELATIONSHIPS = """MATCH (:Element {key: $key})-[r]-() WITH r LIMIT $limit DELETE r RETURN count(*) AS deleted"""
_VALUES = f"""MATCH (:Run {{key: $key}})-[:ABOUT]->()-[:HAS_TARGET]->(:Target)
  <-[r:{"|".join(VALUES_ON_TARGETS)} {{run: $key}}]-()
WITH r LIMIT $limit DELETE r RETURN count(*) AS deleted"""
_BETWEEN_NEURONS = f"""MATCH (:Run {{key: $key}})-[:ABOUT]->()-[:HAS_LAYER]->()-[:HAS_NEURON]->()
  -[r:{"|".join(VALUES_BETWEEN)} {{run: $key}}]->()
WITH r LIMIT $limit DELETE r RETURN count(*) AS deleted"""
_BETWEEN_LAYERS = f"""MATCH (:Run {{key: $key}})-[:ABOUT]->()-[:HAS_LAYER]->()
  -[r:{"|".join(VALUES_BETWEEN)} {{run: $key}}]->()
WITH r LIMIT $limit DELETE r RETURN count(*) AS deleted"""
_BETWEEN_PARTS = f"""MATCH (:Run {{key: $key}})-[:ABOUT]->()-[:HAS_PARTITION]->(p)
OPTIONAL MATCH (p)-[:HAS_CLUSTER]->(c) WITH collect(DISTINCT p) + collect(c) AS parts UNWIND parts AS part
MATCH (part)-[r:{"|".join(VALUES_BETWEEN)} {{run: $key}}]->()
WITH r LIMIT $limit DELETE r RETURN count(*) AS deleted"""
_REST_OF_NETWORK = """MATCH (n:Removing {key: $key})
OPTIONAL MATCH (n)-[:HAS_LAYER|HAS_TARGET|HAS_PARTITION]->(part)
OPTIONAL MATCH (n)<-[:ABOUT]-(run:Run) OPTIONAL MATCH (run)-[:WROTE]->(partition)
DETACH DELETE part, partition, run, n"""
_REST_OF_RUN = """MATCH (run:Run {key: $key}) OPTIONAL MATCH (run)-[:WROTE]->(partition) DETACH DELETE partition, run"""


def delete_network(store: Store, key: str, *, progress: Progress = silent) -> None:
    """Delete everything of a network that carries `Removing`; repeating it goes on where it stopped."""
    elements = store.rows(_CLUSTERS_OF_NETWORK, key=key) + store.rows(_NEURONS_OF_NETWORK, key=key)
    _delete_elements(store, elements, progress)
    store.write((_REST_OF_NETWORK, {"key": key}))


def delete_values(store: Store, key: str) -> None:
    """Delete the values and clusters that a run wrote; the run and its partition stay."""
    for text in (_VALUES, _BETWEEN_NEURONS, _BETWEEN_LAYERS, _BETWEEN_PARTS):
        _repeat(store, text, key)
    _delete_elements(store, store.rows(_CLUSTERS_OF_RUN, key=key), silent)


def delete_run(store: Store, key: str) -> None:
    """Delete a run with everything it wrote."""
    delete_values(store, key)
    store.write((_REST_OF_RUN, {"key": key}))


def _delete_elements(store: Store, elements: list[Row], progress: Progress) -> None:
    done = 0
    for batch in _batches(elements):
        progress("remove", done, len(elements))
        if batch[0]["degree"] > _RELATIONSHIPS_AT_ONCE:
            _repeat(store, _SOME_RELATIONSHIPS, batch[0]["key"])
        store.write((_ELEMENTS, {"keys": [element["key"] for element in batch]}))
        done += len(batch)
    progress("remove", done, len(elements))


def _batches(elements: list[Row]) -> Iterator[list[Row]]:
    """Group elements so that a batch has a bounded number of relationships, or only one element."""
    batch: list[Row] = []
    degree = 0
    for element in elements:
        full = degree + element["degree"] > _RELATIONSHIPS_AT_ONCE or len(batch) == _ELEMENTS_AT_ONCE
        if batch and full:
            yield batch
            batch, degree = [], 0
        batch.append(element)
        degree += element["degree"]
    if batch:
        yield batch


def _repeat(store: Store, text: str, key: str) -> None:
    """Delete relationships in steps until none is left."""
    while store.write((text, {"key": key, "limit": _RELATIONSHIPS_AT_ONCE}))[0]["deleted"] == _RELATIONSHIPS_AT_ONCE:
        pass
