"""Online loading beside `UNWIND` of maps: the same weights, alternating, as a ratio.

    python -m benchmarks.load [N_REPEATS]

Uses the server of ATLAS_NEO4J_URI, else the managed one. Both write `value` and `strength` between neurons that stand
already, 20,000 weights a transaction; what they wrote is compared before a time counts. Both graphs are removed again.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np

from atlas.client import connect
from atlas.records import LayerRecord, NetworkRecord, WeightBlock
from atlas.store import Store, load, read_network, remove_network
from atlas.store.blocks import BATCH, write_block

SIZES = (400, 400, 100)  # 200,000 weights
_MAPS = """UNWIND $rows AS row MATCH (a:Neuron {key: row.source}) MATCH (b:Neuron {key: row.target})
CREATE (a)-[:WEIGHT {value: row.value, strength: row.strength}]->(b)"""
_CLEAR = """MATCH (:Network {key: $key})-[:HAS_LAYER]->(:Layer)-[:HAS_NEURON]->(:Neuron)-[w:WEIGHT]->()
WITH w LIMIT 50000 DELETE w RETURN count(*) AS deleted"""


def network(key: str) -> NetworkRecord:
    """Make a network of random weights whose strength is not their magnitude, so that both are sent."""
    draws = np.random.default_rng(0)
    names = ("input", "fc1", "fc2")
    layers = [
        LayerRecord(name=name, number=i, kind="linear" if i else "input", n_neurons=size)
        for i, (name, size) in enumerate(zip(names, SIZES, strict=True))
    ]
    values = [draws.normal(size=(layers[i].n_neurons, layers[i + 1].n_neurons)).astype(np.float32) for i in (0, 1)]
    blocks = [
        WeightBlock(source=names[i], target=names[i + 1], value=value, strength=value**2)
        for i, value in enumerate(values)
    ]
    return NetworkRecord(
        key=key, architecture="400-400-100", layers=tuple(layers), blocks=tuple(blocks), targets=(), file_sha256=""
    )


def dense(store: Store, record: NetworkRecord) -> None:
    """Write all weights as the atlas does."""
    for block in record.blocks:
        for _ in write_block(store, record, block):
            pass


def maps(store: Store, record: NetworkRecord) -> None:
    """Write all weights as lists of maps, the way of most tutorials."""
    for block in record.blocks:
        sources = [f"{record.key}/{block.source}/{i}" for i in range(block.value.shape[0])]
        targets = [f"{record.key}/{block.target}/{j}" for j in range(block.value.shape[1])]
        rows = [
            {"source": source, "target": target, "value": value, "strength": strength}
            for source, values, strengths in zip(sources, block.value.tolist(), block.strength.tolist(), strict=True)
            for target, value, strength in zip(targets, values, strengths, strict=True)
        ]
        for first in range(0, len(rows), BATCH):
            store.write((_MAPS, {"rows": rows[first : first + BATCH]}))


def timed(store: Store, record: NetworkRecord, way: Callable[[Store, NetworkRecord], None]) -> float:
    """Write the weights anew; the seconds it took, once what was written is found equal to what was to be."""
    while store.write((_CLEAR, {"key": record.key}))[0]["deleted"]:
        pass
    began = time.perf_counter()
    way(store, record)
    seconds = time.perf_counter() - began
    for found, block in zip(read_network(store, record.key).blocks, record.blocks, strict=True):
        np.testing.assert_array_equal(found.value, block.value)
        np.testing.assert_array_equal(found.strength, block.strength)
    return seconds


def compare(store: Store, repeats: int) -> float:
    """Time both ways in turn and print each; the median of the ratios."""
    record = network("benchmark-load")
    n_weights = sum(block.n_weights for block in record.blocks)
    load(store, record)
    ratios = []
    for repeat in range(-1, repeats):  # the first turn warms the server up
        slow, fast = timed(store, record, maps), timed(store, record, dense)
        if repeat >= 0:
            ratios.append(slow / fast)
            print(f"maps {n_weights / slow:9,.0f}/s   dense {n_weights / fast:9,.0f}/s   ratio {ratios[-1]:.2f}")
    remove_network(store, record.key)
    return statistics.median(ratios)


if __name__ == "__main__":
    with connect() as atlas:
        ratio = compare(atlas.store, int(sys.argv[1]) if len(sys.argv) > 1 else 5)
    print(f"dense blocks are {ratio:.2f} times as fast as UNWIND of maps (target: 1.5)")
    sys.exit(ratio < 1.5)
