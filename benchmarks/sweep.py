"""Ablating every neuron of a network, beside forward hooks and Captum: ratios of CPU seconds on one core.

    python -m benchmarks.sweep [N_REPEATS] [CASE ...]

Cases: `trained` and `random` (784-256-256-256-256-10, 10,000 inputs, all 1,024 single ablations), `cnn` (the channels
of a small convolutional network), `memory`, `pairs` (all 32,640 pairs of a layer). Every ablation gives the right
answers of each class; hooks and Captum run one full forward for each, of a stated random subset, scaled to all. Before
a time counts, the counts of the subset are compared. Every case is a process of its own, its turns in alternating
order. Data: the folder ATLAS_DATA, else ../shared/data.
"""

from __future__ import annotations

import ctypes
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import torch

from atlas.records import DataRecord, Replacement
from benchmarks.measuring import Memory, measure, tell
from benchmarks.networks import CNN, DENSE, he_random, images, network_of, normal, trained
from benchmarks.sweep_peers import Counts, captum_sweep, hook_sweep, yardstick
from ingest import ProgramForward, forward

LEAST = {"trained": 50.0, "random": 9.0, "cnn": 15.0}  # times as fast as hooks
MOST_BYTES, MOST_PAIRS = 64 * 2**20, 260.0
BY_HOOKS = {"trained": 48, "random": 48, "cnn": 12}  # ablations, drawn; a quarter of them by Captum
PAIRS = 400
Neuron = tuple[str, int]


def all_counts(network: ProgramForward, sets: Sequence[tuple[Neuron, ...]]) -> tuple[Counts, int]:
    """Count the right answers of every class under every ablation, and the trials near a tie."""
    labels, predicted, n_near = network.data.labels, network.predict(), 0
    right = np.bincount(labels[predicted == labels], minlength=network.data.n_classes)
    counts = np.empty((len(sets), len(right)), dtype=np.int64)
    for row, members in enumerate(sets):
        layers = {layer: [number for own, number in members if own == layer] for layer, _ in members}
        changes = network.changed_answers(
            {layer: Replacement(numbers=np.array(numbers), method="zero") for layer, numbers in layers.items()}
        )
        own = labels[changes.trials]
        counts[row] = right + np.bincount(own[changes.answers == own], minlength=len(right))
        counts[row] -= np.bincount(own[predicted[changes.trials] == own], minlength=len(right))
        n_near += changes.n_near_ties
    return counts, n_near


def timed(way: Callable[[], object]) -> float:
    """Give the CPU seconds something takes."""
    began = time.process_time()
    way()
    return time.process_time() - began


def singles(kind: str, file: Path, repeats: int) -> None:
    """Sweep all neurons, or channels, of a network in every way, in turn."""
    module, data = made(kind, file)
    network = forward(module, key="n", data=data)
    layers = network.hidden[:2] if kind == "cnn" else network.hidden
    neurons = [(layer, number) for layer in layers for number in range(network.activations(layer).shape[1])]
    chosen = np.sort(np.random.default_rng(0).permutation(len(neurons))[: BY_HOOKS[kind]])
    places = {layer: module[place] for layer, place in zip(layers, module.activations, strict=False)}
    subset = [(places[neurons[i][0]], neurons[i][1]) for i in chosen]
    few = subset[::4]
    by_hooks, (by_captum, n_forwards) = hook_sweep(module, subset, data), captum_sweep(module, few, data)
    differing, n_near = compare(network, [neurons[i] for i in chosen], by_hooks)
    np.testing.assert_array_equal(by_captum, by_hooks[::4])
    ways = {
        "ours": lambda: all_counts(network, [(neuron,) for neuron in neurons]),
        "hooks": lambda: hook_sweep(module, subset, data),
        "captum": lambda: captum_sweep(module, few, data),
    }
    parts = {"ours": 1.0, "hooks": len(neurons) / len(chosen), "captum": (len(neurons) + 2 * len(layers)) / n_forwards}
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    for turn in range(repeats):
        for way in sorted(ways, reverse=turn % 2 == 0):
            seconds[way].append(timed(ways[way]) * parts[way])
    middle = {way: statistics.median(found) for way, found in seconds.items()}
    ratios = {way: statistics.median(np.divide(seconds[way], seconds["ours"])) for way in ("hooks", "captum")}
    told = {**middle, **{f"{way}_ratio": found for way, found in ratios.items()}}
    tell(n=len(neurons), differing=differing, n_near=n_near, yardstick=yardstick(), **told)


def compare(network: ProgramForward, neurons: Sequence[Neuron], expected: Counts) -> tuple[int, int]:
    """Count by how much right answers differ, and the trials near a tie; stop where these do not explain it."""
    found, n_near = all_counts(network, [(neuron,) for neuron in neurons])
    differing = int(np.abs(found - expected).sum())
    if differing > n_near:
        sys.exit(f"{differing} right answers differ from the hooks', and only {n_near} trials are near a tie")
    return differing, n_near


def memory(kind: str, file: Path, _: int) -> None:
    """Sweep all neurons once; the memory taken beyond model, data and pre-activations."""
    module, data = made(kind, file)
    network = forward(module, key="n", data=data)
    neurons = [(layer, number) for layer in network.hidden for number in range(network.activations(layer).shape[1])]
    ctypes.CDLL(None).malloc_trim(0)  # what reading the data left free is not to be filled unseen
    taken = Memory()
    all_counts(network, [(neuron,) for neuron in neurons])
    held = sum(network.all_steps(layer).nbytes for layer in network.layers[2:])  # as many pre-activations as outputs
    tell(bytes=taken.added() - held, held=held)


def pairs(kind: str, file: Path, repeats: int) -> None:
    """Sweep a random subset of the pairs of the first hidden layer, and all its neurons."""
    module, data = made(kind, file)
    network = forward(module, key="n", data=data)
    layer = network.hidden[0]
    neurons = [(layer, number) for number in range(network.activations(layer).shape[1])]
    both = list(combinations(neurons, 2))
    subset = [both[i] for i in np.random.default_rng(0).permutation(len(both))[:PAIRS]]
    ways = {
        "singles": lambda: all_counts(network, [(neuron,) for neuron in neurons]),
        "pairs": lambda: all_counts(network, subset),
    }
    ways["singles"]()
    ratios = []
    for turn in range(repeats):
        seconds = {way: timed(ways[way]) for way in sorted(ways, reverse=turn % 2 == 0)}
        ratios.append(seconds["pairs"] * len(both) / len(subset) / seconds["singles"])
    tell(n=len(both), ratio=statistics.median(ratios))


def made(kind: str, file: Path) -> tuple[torch.nn.Sequential, DataRecord]:
    """Give the network of a case and its trials."""
    torch.set_num_threads(1)
    module = network_of(CNN if kind == "cnn" else DENSE)
    if kind == "random":
        he_random(module)
        return module, normal()
    module.load_state_dict(torch.load(file, weights_only=True))
    return module, images("test", flat=kind != "cnn")


def main(repeats: int, cases: Sequence[str]) -> int:
    """Run the cases and print every ratio with its target."""
    failed = 0
    with tempfile.TemporaryDirectory(prefix="atlas-sweep-") as folder:
        files = {kind: Path(folder) / f"{kind}.pt" for kind in ("dense", "cnn")}
        for kind, plan in (("dense", DENSE), ("cnn", CNN)):
            torch.save(trained(plan, images("train", flat=kind != "cnn")).state_dict(), files[kind])
        for case in cases:
            file = files["cnn" if case == "cnn" else "dense"]
            for line, passed in REPORTS.get(case, report)(case, file, repeats):
                print(line + ("" if passed else "   MISSED"))
                failed += not passed
    return int(failed > 0)


def report(case: str, file: Path, repeats: int) -> list[tuple[str, bool]]:
    """Tell how much faster than hooks and Captum a sweep is."""
    told = measure("benchmarks.sweep", "--case", "singles", case, file, repeats)
    seconds = ", ".join(f"{way} {told[way]:.2f} s" for way in ("ours", "hooks", "captum"))
    hooks, captum = told["hooks_ratio"], told["captum_ratio"]
    n_hooks = BY_HOOKS[case]
    scale = f"{told['n']:.0f} ablations, {n_hooks} by hooks and {n_hooks // 4} by Captum, scaled"
    line = f"{case}: {hooks:.1f} times as fast as hooks (target {LEAST[case]}), {captum:.1f} times as fast as Captum"
    rate = f"a product of matrices at {told['yardstick']:.0f} GFLOP/s"
    rate += f"; right answers differ by {told['differing']:.0f}, {told['n_near']:.0f} trials near a tie"
    return [(f"{line}; {seconds}; {scale}; {rate}", hooks >= LEAST[case])]


def report_memory(case: str, file: Path, repeats: int) -> list[tuple[str, bool]]:
    """Tell how much memory a sweep takes."""
    told = {kind: measure("benchmarks.sweep", "--case", case, kind, file, repeats) for kind in ("trained", "random")}
    return [
        (
            f"memory, {kind}: {found['bytes'] / 2**20:.0f} MiB beyond model, data and {found['held'] / 2**20:.0f} MiB "
            f"of pre-activations (limit {MOST_BYTES / 2**20:.0f})",
            found["bytes"] <= MOST_BYTES,
        )
        for kind, found in told.items()
    ]


def report_pairs(case: str, file: Path, repeats: int) -> list[tuple[str, bool]]:
    """Tell how long all pairs take."""
    told = {kind: measure("benchmarks.sweep", "--case", case, kind, file, repeats) for kind in ("trained", "random")}
    return [
        (
            f"pairs, {kind}: {found['n']:.0f} take {found['ratio']:.0f} times as long as the neurons of the layer "
            f"(limit {MOST_PAIRS:.0f}); {PAIRS} drawn, scaled",
            found["ratio"] <= MOST_PAIRS,
        )
        for kind, found in told.items()
    ]


REPORTS = {"memory": report_memory, "pairs": report_pairs}

if __name__ == "__main__":
    if sys.argv[1:2] == ["--case"]:
        case, kind, file, repeats = sys.argv[2:]
        {"singles": singles, "memory": memory, "pairs": pairs}[case](kind, Path(file), int(repeats))
        sys.exit()
    sys.exit(main(int((sys.argv[1:] or ["3"])[0]), sys.argv[2:] or [*LEAST, *REPORTS]))
