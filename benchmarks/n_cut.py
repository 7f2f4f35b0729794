"""N-cut of 9 M dense weights, 10 layers of 1,000 neurons, beside scikit-learn's SpectralClustering on the same graph.

    python -m benchmarks.n_cut [N_REPEATS]

Every turn is a fresh process, in alternating order, on one thread (scikit-learn also on all, told apart); imports and
making the graph are outside the time, and the graph outside the memory. scikit-learn takes it as the sparse matrix of
double precision it works with, by both of its solvers that need no other package. Depth is left in, as there.
Last, the n-cuts of random networks, beside the published band.
"""

from __future__ import annotations

import ctypes
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from itertools import pairwise

import numpy as np
from scipy import sparse
from sklearn.cluster import SpectralClustering
from threadpoolctl import threadpool_limits

from atlas.analysis.graph import GraphBlock, NeuronGraph
from atlas.analysis.partition.quality import n_cut
from atlas.analysis.partition.spectral import NCut
from atlas.records import IntArray
from benchmarks.measuring import Memory, measure, tell

LEAST_RATIO, MOST_CUT, MOST_MEMORY = 14.0, 1.005, 0.05
K, LAYERS, SIZE, STRONGER = 8, 10, 1_000, 2.5
GLOROT, BAND, N_RANDOM = (784, 256, 256, 256, 256, 10), (10.22, 10.37), 10
PEERS = ("arpack", "lobpcg")


def planted(n_neurons: int) -> NeuronGraph:
    """Join layers of n neurons by random strengths in single precision, inside each of 8 modules more strongly."""
    draws = np.random.default_rng(0)
    modules = [draws.permutation(np.arange(n_neurons) % K) for _ in range(LAYERS)]
    blocks = []
    for place, (source, target) in enumerate(pairwise(modules)):
        factor = np.where(source[:, None] == target, np.float32(STRONGER), np.float32(1))
        strength = draws.random((n_neurons, n_neurons), dtype=np.float32) * factor
        blocks.append(GraphBlock(source=place, target=place + 1, strength=strength))
    return NeuronGraph(layers=tuple("abcdefghij"), sizes=(n_neurons,) * LAYERS, blocks=tuple(blocks))


def glorot(seed: int) -> NeuronGraph:
    """Join the layers of a network by weights as Glorot's rule draws them, evenly."""
    draws = np.random.default_rng(seed)
    blocks = tuple(
        GraphBlock(
            source=place, target=place + 1, strength=np.abs(draws.uniform(-1, 1, shape)) * (6 / sum(shape)) ** 0.5
        )
        for place, shape in enumerate(pairwise(GLOROT))
    )
    return NeuronGraph(layers=tuple("abcdef"), sizes=GLOROT, blocks=blocks)


def way_of(name: str, graph: NeuronGraph) -> Callable[[], IntArray]:
    """Prepare a way to find 8 clusters of a graph."""
    if name == "ours":
        return lambda: NCut(K, deflate=False).labels(graph, 0)
    adjacency = sparse.csr_matrix(graph.adjacency, dtype=np.float64)
    peer = SpectralClustering(K, affinity="precomputed", eigen_solver=name, random_state=0)
    return lambda: np.asarray(peer.fit_predict(adjacency), dtype=np.int64)


def case(name: str, threads: int | None) -> None:
    """Cluster once; tell seconds, bytes and the n-cut."""
    warnings.simplefilter("ignore")  # lobpcg's, of how far it got
    way_of(name, planted(40))()  # what is made once is made
    graph = planted(SIZE)
    way = way_of(name, graph)
    ctypes.CDLL(None).malloc_trim(0)
    with threadpool_limits(threads):
        taken, wall, cpu = Memory(), time.perf_counter(), time.process_time()
        labels = way()
        wall, cpu, added = time.perf_counter() - wall, time.process_time() - cpu, taken.added()
    tell(wall=wall, cpu=cpu, bytes=added, n_cut=n_cut(graph.adjacency, labels))


def report(repeats: int) -> int:
    """Print every ratio with its target; give how many were missed."""
    told: dict[tuple[str, int], list[dict[str, float]]] = {}
    for turn in range(repeats):
        ways = [("ours", 1), *((peer, threads) for peer in PEERS for threads in (1, 0))]
        for name, threads in ways[:: 1 if turn % 2 == 0 else -1]:
            told.setdefault((name, threads), []).append(measure("benchmarks.n_cut", "--case", name, threads))
    middle = {
        way: {key: statistics.median(one[key] for one in found) for key in found[0]} for way, found in told.items()
    }
    ours = middle["ours", 1]
    print(f"ours: {told_of(ours)}")
    missed = 0
    for (name, threads), peer in list(middle.items()):
        if name != "ours":
            missed += told_beside(f"{name}, {'one thread' if threads else 'all threads'}", peer, ours)
    return missed


def told_of(way: dict[str, float]) -> str:
    """Put what a way took in words."""
    memory = f"{way['bytes'] / 2**20:.0f} MiB"
    return f"{way['wall']:.2f} s, {way['cpu']:.2f} s of CPU, {memory}, n-cut {way['n_cut']:.5f}"


def told_beside(name: str, peer: dict[str, float], ours: dict[str, float]) -> int:
    """Print the ratios to one setting of scikit-learn; give how many were missed."""
    wall, cpu = peer["wall"] / ours["wall"], peer["cpu"] / ours["cpu"]
    cut, memory = ours["n_cut"] / peer["n_cut"], ours["bytes"] / peer["bytes"]
    print(f"{name}: {told_of(peer)}")
    lines = [
        (f"{cpu:.1f} times as fast by CPU, {wall:.1f} by the clock (target {LEAST_RATIO})", cpu >= LEAST_RATIO),
        (f"n-cut {cut:.5f} of its (limit {MOST_CUT})", cut <= MOST_CUT),
        (f"memory {memory:.3f} of its (limit {MOST_MEMORY})", memory <= MOST_MEMORY),
    ]
    for line, passed in lines:
        print(f"    {line}{'' if passed else '   MISSED'}")
    return sum(not passed for _, passed in lines)


def report_random() -> int:
    """Print the n-cuts of random networks; give how many lie outside the published band."""
    graphs = [glorot(seed) for seed in range(N_RANDOM)]
    found = np.array([n_cut(graph.adjacency, NCut(12, deflate=False).labels(graph, 0)) for graph in graphs])
    outside = int(((found < BAND[0]) | (found > BAND[1])).sum())
    print(
        f"random networks, k=12: n-cut {found.mean():.3f} ± {found.std(ddof=1):.3f}, {found.min():.2f} to "
        f"{found.max():.2f}, {outside} of {N_RANDOM} outside {BAND[0]}-{BAND[1]}{'   MISSED' if outside else ''}"
    )
    return outside


if __name__ == "__main__":
    if sys.argv[1:2] == ["--case"]:
        case(sys.argv[2], int(sys.argv[3]) or None)
        sys.exit()
    sys.exit(int(report(int((sys.argv[1:] or ["3"])[0])) + report_random() > 0))
