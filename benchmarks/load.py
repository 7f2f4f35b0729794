"""Online loading beside `UNWIND` of maps and py2neo's bulk calls: the same weights, in turn, as ratios.

    python -m benchmarks.load [N_REPEATS] [N_WEIGHTS]

Uses the server of ATLAS_NEO4J_URI, else the managed one. All write `value` and `strength` between neurons that stand
already, 20,000 weights a transaction; what they wrote is compared before a time counts. The graph is removed again.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator

import numpy as np
import py2neo
from py2neo.bulk import create_relationships

from atlas import server
from atlas.client import connect
from atlas.records import LayerRecord, NetworkRecord, WeightBlock
from atlas.store import Store, load, read_network, remove_network
from atlas.store.blocks import BATCH, write_block

SHARES = (400, 400, 100)  # layers of a network of 200,000 weights
LEAST = {"maps": 1.5, "py2neo": 5.0}
_MAPS = """UNWIND $rows AS row MATCH (a:Neuron {key: row.source}) MATCH (b:Neuron {key: row.target})
CREATE (a)-[:WEIGHT {value: row.value, strength: row.strength}]->(b)"""
_CLEAR = """MATCH (:Network {key: $key})-[:HAS_LAYER]->(:Layer)-[:HAS_NEURON]->(:Neuron)-[w:WEIGHT]->()
WITH w LIMIT 50000 DELETE w RETURN count(*) AS deleted"""


def network(key: str, n_weights: int) -> NetworkRecord:
    """Make a network of random weights whose strength is not their magnitude, so that both are sent."""
    draws = np.random.default_rng(0)
    sizes = [round(share * (n_weights / 2e5) ** 0.5) for share in SHARES]
    names = ("input", "fc1", "fc2")
    layers = [
        LayerRecord(name=name, number=i, kind="linear" if i else "input", n_neurons=size)
        for i, (name, size) in enumerate(zip(names, sizes, strict=True))
    ]
    values = [draws.normal(size=(layers[i].n_neurons, layers[i + 1].n_neurons)).astype(np.float32) for i in (0, 1)]
    blocks = [
        WeightBlock(source=names[i], target=names[i + 1], value=value, strength=value**2)
        for i, value in enumerate(values)
    ]
    return NetworkRecord(
        key=key,
        architecture="-".join(map(str, sizes)),
        layers=tuple(layers),
        blocks=tuple(blocks),
        targets=(),
        file_sha256="",
    )


def dense(store: Store, record: NetworkRecord) -> None:
    """Write all weights as the atlas does."""
    for block in record.blocks:
        for _ in write_block(store, record, block):
            pass


def triples(record: NetworkRecord) -> Iterator[list[tuple[str, dict[str, float], str]]]:
    """List all weights as ends and properties, 20,000 at a time."""
    for block in record.blocks:
        sources = [f"{record.key}/{block.source}/{i}" for i in range(block.strength.shape[0])]
        targets = [f"{record.key}/{block.target}/{j}" for j in range(block.strength.shape[1])]
        rows = [
            (source, {"value": value, "strength": strength}, target)
            for source, values, strengths in zip(sources, block.value.tolist(), block.strength.tolist(), strict=True)
            for target, value, strength in zip(targets, values, strengths, strict=True)
        ]
        for first in range(0, len(rows), BATCH):
            yield rows[first : first + BATCH]


def maps(store: Store, record: NetworkRecord) -> None:
    """Write all weights as lists of maps, the way of most tutorials."""
    for batch in triples(record):
        rows = [{"source": source, "target": target, **properties} for source, properties, target in batch]
        store.write((_MAPS, {"rows": rows}))


def py2neo_bulk(graph: py2neo.Graph, record: NetworkRecord) -> None:
    """Write all weights by py2neo's call for many relationships."""
    for batch in triples(record):
        ends = {"start_node_key": ("Neuron", "key"), "end_node_key": ("Neuron", "key")}
        create_relationships(graph.auto(), batch, "WEIGHT", **ends)


def timed(store: Store, record: NetworkRecord, way: Callable[[], None]) -> float:
    """Write the weights anew; the seconds it took, once what was written is found equal to what was to be."""
    while store.write((_CLEAR, {"key": record.key}))[0]["deleted"]:
        pass
    began = time.perf_counter()
    way()
    seconds = time.perf_counter() - began
    for found, block in zip(read_network(store, record.key).blocks, record.blocks, strict=True):
        np.testing.assert_array_equal(found.value, block.value)
        np.testing.assert_array_equal(found.strength, block.strength)
    return seconds


def compare(store: Store, graph: py2neo.Graph, record: NetworkRecord, repeats: int) -> dict[str, float]:
    """Time every way in turn and print each; the medians of the ratios to dense blocks."""
    n_weights = sum(block.n_weights for block in record.blocks)
    ways = {
        "maps": lambda: maps(store, record),
        "py2neo": lambda: py2neo_bulk(graph, record),
        "dense": lambda: dense(store, record),
    }
    ratios: dict[str, list[float]] = {name: [] for name in LEAST}
    for repeat in range(-1, repeats):  # the first turn warms the server up
        order = sorted(ways, reverse=repeat % 2 == 0)
        seconds = {name: timed(store, record, ways[name]) for name in order}
        if repeat < 0:
            continue
        for name in LEAST:
            ratios[name].append(seconds[name] / seconds["dense"])
        rates = "   ".join(f"{name} {n_weights / seconds[name]:9,.0f}/s" for name in ways)
        print(f"{rates}   ratios {', '.join(f'{ratios[name][-1]:.2f}' for name in LEAST)}")
    return {name: statistics.median(found) for name, found in ratios.items()}


def main(repeats: int, n_weights: int) -> int:
    """Load a network, write its weights anew in every way, and remove it."""
    record = network("benchmark-load", n_weights)
    with connect() as atlas:
        load(atlas.store, record)
        graph = py2neo.Graph(atlas.store.uri, auth=credentials(atlas.store))
        ratios = compare(atlas.store, graph, record, repeats)
        remove_network(atlas.store, record.key)
    for name, least in LEAST.items():
        print(f"dense blocks are {ratios[name]:.2f} times as fast as {name} (target: {least})")
    return int(any(ratios[name] < least for name, least in LEAST.items()))


def credentials(store: Store) -> tuple[str, str]:
    """Give user and password of the server that `connect` opened."""
    return store.user, os.environ.get("ATLAS_NEO4J_PASSWORD") or server.start().password


if __name__ == "__main__":
    sys.exit(main(*(int(float(text)) for text in (sys.argv[1:] + ["5", "2e5"][len(sys.argv) - 1 :]))))
