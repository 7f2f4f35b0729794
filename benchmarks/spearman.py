"""Spearman correlations of all hidden neurons, beside scipy.stats.spearmanr: ratios, and memory.

    python -m benchmarks.spearman [N_REPEATS] [CASE ...]

Cases: `time` (784-256-256-256-256-10, random weights, 10,000 trials: all pairs of 1,024 ReLU neurons, on one thread by
CPU seconds and on all by wall seconds) and `memory` (10 layers of 1,000 neurons, 5,000 trials: memory taken beyond the
activations). SciPy is given single precision, columns contiguous, which is the layout it is fastest with. Before a time
counts, every correlation is compared. Every case is a process of its own, its turns in alternating order.
"""

from __future__ import annotations

import ctypes
import os
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
from scipy import stats
from threadpoolctl import threadpool_limits

from atlas.analysis.graph import activation_graph
from benchmarks.measuring import Memory, measure, tell
from benchmarks.networks import DENSE, he_random, network_of, normal
from ingest import ProgramForward, forward, read_data

LEAST, MOST_DIFFERENCE = 2.0, 1e-5
WIDE, N_WIDE = "784-" + "1000-" * 10 + "10", 5_000
MOST_BYTES = 450 * 2**20  # ranks 191 MiB, strengths 210 MiB: 45 blocks between layers and 10 within
CLOCKS: dict[int, Callable[[], float]] = {1: time.process_time, os.cpu_count() or 1: time.perf_counter}


def network(plan: str, n_trials: int) -> ProgramForward:
    """Give a random network whose activations have been computed."""
    module, data = network_of(plan), normal()
    he_random(module)
    made = forward(module, key="n", data=read_data((data.inputs[:n_trials], data.labels[:n_trials])))
    for layer in made.hidden:
        made.activations(layer)
    return made


def timed(n_threads: int, repeats: int) -> None:
    """Correlate in both ways, in turn."""
    made = network(DENSE, 10_000)
    columns = np.asfortranarray(np.concatenate([made.activations(layer) for layer in made.hidden], axis=1))
    ways: dict[str, Callable[[], object]] = {
        "ours": lambda: activation_graph(made, power="absolute", max_trials=10_000),
        "scipy": lambda: stats.spearmanr(columns),
    }
    clock = CLOCKS[n_threads]
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    with threadpool_limits(n_threads):
        difference = compare(made, columns)
        for turn in range(repeats):
            for way in sorted(ways, reverse=turn % 2 == 0):
                began = clock()
                ways[way]()
                seconds[way].append(clock() - began)
    ratio = statistics.median(np.divide(seconds["scipy"], seconds["ours"]))
    tell(ratio=ratio, difference=difference, **{way: statistics.median(found) for way, found in seconds.items()})


def compare(made: ProgramForward, columns: np.ndarray) -> float:
    """Give the largest difference of two correlations; stop where it is too large."""
    ours = activation_graph(made, power="absolute", max_trials=10_000).adjacency.toarray()
    expected = np.abs(np.nan_to_num(stats.spearmanr(columns).statistic))
    np.fill_diagonal(expected, 0.0)
    difference = float(np.abs(ours - expected).max())
    if difference > MOST_DIFFERENCE:
        sys.exit(f"Correlations differ by {difference:.1e}, more than {MOST_DIFFERENCE:.0e}")
    return difference


def memory() -> None:
    """Correlate 10,000 neurons once."""
    made = network(WIDE, N_WIDE)
    ctypes.CDLL(None).malloc_trim(0)
    taken, began = Memory(), time.perf_counter()
    graph = activation_graph(made, max_trials=N_WIDE)
    tell(bytes=taken.added(), held=sum(block.strength.nbytes for block in graph.blocks), s=time.perf_counter() - began)


def report_time(repeats: int) -> list[tuple[str, bool]]:
    """Tell how much faster than SciPy it is."""
    lines = []
    for n_threads in CLOCKS:
        told = measure("benchmarks.spearman", "--case", "time", n_threads, repeats)
        line = f"spearman, {n_threads} threads: {told['ratio']:.1f} times as fast as SciPy (target {LEAST}); "
        line += f"{told['ours']:.2f} s and {told['scipy']:.2f} s; correlations differ by {told['difference']:.0e}"
        lines.append((line, told["ratio"] >= LEAST))
    return lines


def report_memory(_: int) -> list[tuple[str, bool]]:
    """Tell how much memory 10,000 neurons take."""
    told = measure("benchmarks.spearman", "--case", "memory", 0, 0)
    line = f"memory: {told['bytes'] / 2**20:.0f} MiB beyond the activations, of which strengths "
    line += f"{told['held'] / 2**20:.0f} (limit {MOST_BYTES / 2**20:.0f}); {told['s']:.1f} s"
    return [(line, told["bytes"] <= MOST_BYTES)]


REPORTS = {"time": report_time, "memory": report_memory}


def main(repeats: int, cases: list[str]) -> int:
    """Run the cases and print every ratio with its target."""
    failed = 0
    for case in cases:
        for line, passed in REPORTS[case](repeats):
            print(line + ("" if passed else "   MISSED"))
            failed += not passed
    return int(failed > 0)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--case"]:
        case, n_threads, repeats = sys.argv[2:]
        memory() if case == "memory" else timed(int(n_threads), int(repeats))
        sys.exit()
    sys.exit(main(int((sys.argv[1:] or ["3"])[0]), sys.argv[2:] or list(REPORTS)))
