"""Leiden partitions of 0.87 M weights, beside leidenalg and networkx: ratios of CPU seconds on one core.

    python -m benchmarks.leiden [N_REPEATS] [--without-networkx]

10 layers of 1,000 neurons, each with 97 inputs drawn at random; strengths are magnitudes of normal numbers, 2.5 times
as large within 8 planted modules. All begin with the list of pairs and strengths, build a graph of their own (leidenalg
in the fastest way known, too) and partition it. leidenalg iterates once, twice (its default), and until nothing is
better (`converged`): the target is against the last, which finds the best modularity; the others are printed beside,
with the modularity they reach. The one of ours has to be at least 0.998 of the best of all. Every turn is a process of
its own and has its own seed, turns in alternating order. The layer-aware method is told beside.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import igraph
import leidenalg
import networkx as nx
import numpy as np
from sklearn.metrics import adjusted_rand_score

from atlas.analysis.graph import GraphBlock, NeuronGraph
from atlas.analysis.partition import quality
from atlas.analysis.partition.layered import Layered
from atlas.analysis.partition.leiden import Leiden
from atlas.records import IntArray
from benchmarks.measuring import measure, tell

LAYERS, NEURONS, INPUTS, MODULES, FACTOR = 10, 1_000, 97, 8, 2.5
LEAST, LEAST_QUALITY = 10.0, 0.998


def planted() -> tuple[NeuronGraph, IntArray]:
    """Build the network, and say which module each neuron is of."""
    draws = np.random.default_rng(0)
    module = draws.integers(0, MODULES, (LAYERS, NEURONS))
    blocks = []
    for layer in range(LAYERS - 1):
        chosen = draws.random((NEURONS, NEURONS)).argsort(axis=0)[:INPUTS]  # of every target
        strength = np.zeros((NEURONS, NEURONS))
        np.put_along_axis(strength, chosen, np.abs(draws.normal(size=chosen.shape)), axis=0)
        strength *= np.where(module[layer][:, None] == module[layer + 1], FACTOR, 1.0)
        blocks.append(GraphBlock(source=layer, target=layer + 1, strength=strength))
    layers = tuple(f"layer{number}" for number in range(LAYERS))
    return NeuronGraph(layers=layers, sizes=(NEURONS,) * LAYERS, blocks=tuple(blocks)), module.ravel()


def by_leidenalg(iterations: int) -> Callable[[NeuronGraph, int], IntArray]:
    """Run leidenalg so many times over; -1: until nothing is better."""

    def labels(graph: NeuronGraph, seed: int) -> IntArray:
        first, second, strength = graph.edges
        pairs = igraph.Graph(graph.n_neurons, zip(first.tolist(), second.tolist(), strict=True))
        found = leidenalg.find_partition(
            pairs,
            leidenalg.ModularityVertexPartition,
            weights=strength.tolist(),
            n_iterations=iterations,
            seed=seed,
        )
        return np.array(found.membership, dtype=np.int64)

    return labels


def by_networkx(graph: NeuronGraph, seed: int) -> IntArray:
    """Run Louvain's method of networkx."""
    pairs = nx.Graph()
    pairs.add_weighted_edges_from(zip(*(values.tolist() for values in graph.edges), strict=True))
    labels = np.empty(graph.n_neurons, dtype=np.int64)
    for number, members in enumerate(nx.community.louvain_communities(pairs, seed=seed)):
        labels[list(members)] = number
    return labels


WAYS: dict[str, Callable[[NeuronGraph, int], IntArray]] = {
    "ours": lambda graph, seed: Leiden().labels(graph, seed),
    "once": by_leidenalg(1),
    "default": by_leidenalg(2),
    "converged": by_leidenalg(-1),
    "networkx": by_networkx,
    "layered": lambda graph, seed: Layered().labels(graph, seed),
}


def case(way: str, seed: int) -> None:
    """Partition once, and tell how long it took and how good it is."""
    graph, module = planted()
    n_pairs = len(graph.edges[0])  # listed before time counts
    begun, cpu = time.perf_counter(), time.process_time()
    labels = WAYS[way](graph, seed)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - begun
    modularity = quality.modularity(graph.adjacency, labels)
    tell(
        cpu=cpu,
        wall=wall,
        modularity=modularity,
        ari=adjusted_rand_score(module, labels),
        layers=adjusted_rand_score(graph.layer_numbers, labels),
        n_pairs=n_pairs,
    )


def main(repeats: int, ways: list[str]) -> int:
    """Run the cases and print every ratio with its target."""
    told: dict[str, list[dict[str, float]]] = {way: [] for way in ways}
    for seed in range(repeats):
        for way in ways if seed % 2 == 0 else ways[::-1]:
            told[way].append(measure("benchmarks.leiden", "--case", way, seed))
    compared = [way for way in ways if way != "layered"]
    best = max(turn["modularity"] for way in compared for turn in told[way])
    share = {way: min(turn["modularity"] for turn in told[way]) / best for way in compared}
    seconds = {way: statistics.median(turn["cpu"] for turn in told[way]) for way in ways}
    print(f"{told['ours'][0]['n_pairs']:.0f} weights, best modularity {best:.6f}, {repeats} turns each")
    passed = share["ours"] >= LEAST_QUALITY
    for way in compared:
        ratio = statistics.median(peer["cpu"] / own["cpu"] for peer, own in zip(told[way], told["ours"], strict=True))
        line = f"{way}: {seconds[way]:.2f} CPU s, at least {share[way]:.5f} of the best modularity"
        line += "" if way == "ours" else f"; ours is {ratio:.1f} times as fast"
        if way == "converged":
            passed &= ratio >= LEAST
            line += f" (target {LEAST})" + ("" if ratio >= LEAST else "   MISSED")
        print(line)
    for way in ("ours", "layered"):
        turn = told[way][0]
        print(f"{way}: {seconds[way]:.2f} CPU s, ARI {turn['ari']:.3f} with modules, {turn['layers']:.3f} with layers")
    return int(not passed)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--case"]:
        case(sys.argv[2], int(sys.argv[3]))
        sys.exit()
    given = [word for word in sys.argv[1:] if not word.startswith("--")]
    left_out = {"networkx"} if "--without-networkx" in sys.argv else set()
    sys.exit(main(int((given or ["3"])[0]), [way for way in WAYS if way not in left_out]))
