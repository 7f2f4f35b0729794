"""Lesion tests of 64 sub-clusters beside a plain loop of full forwards: ratios of CPU seconds on one core.

    python -m benchmarks.lesions [N_REPEATS] [CASE ...]

Cases: `trained` and `random` (784-256-256-256-256-10, 10,000 inputs), 16 sub-clusters in each hidden layer, each
against 999 random sets of its size. `-equal` has 16 neurons in each, so that those of a layer share their random sets;
`-distinct` has 8 to 24, no two of a layer alike, so that nothing is shared. The loop runs the whole network for every
set, in batches, the set's activations multiplied by 0; the fastest of four sizes of batch counts. It runs a random
subset, scaled; of `-distinct` we too run fewer random sets for each sub-cluster, scaled. Before a time counts, the
right answers of every class are compared. Every case is a process of its own, its turns in alternating order. Data:
the folder ATLAS_DATA, else ../shared/data.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from atlas.analysis.ablation.answers import AnswerCounter, Members
from atlas.analysis.lesion import lesion_tests
from atlas.records import DataRecord, IntArray
from benchmarks.measuring import measure, tell
from benchmarks.networks import DENSE, Layers, images, trained
from benchmarks.sweep import made, timed
from ingest import ProgramForward, forward

LEAST = {"trained-equal": 20.0, "random-equal": 7.0, "trained-distinct": 20.0, "random-distinct": 7.0}
SIZES = {"equal": [16] * 16, "distinct": [size for size in range(8, 25) if size != 16]}  # 256 neurons in all
N_NULL, N_FEWER = 999, 39  # random sets; where they are not shared, and we run fewer
BY_LOOP = 24  # sets, drawn
BATCHES = (256, 512, 2048, 10_000)


def sub_clusters(network: ProgramForward, sizes: Sequence[int]) -> dict[str, Members]:
    """Divide every hidden layer at random into parts of given sizes."""
    draws, clusters = np.random.default_rng(0), dict[str, Members]()
    for layer in network.hidden:
        parts = np.split(draws.permutation(network.activations(layer).shape[1]), np.cumsum(sizes)[:-1])
        clusters |= {f"{layer}-{number}": {layer: np.sort(part)} for number, part in enumerate(parts)}
    return clusters


def loop(module: Layers, sets: Sequence[tuple[int, IntArray]], data: DataRecord, batch: int) -> IntArray:
    """Run the whole network for every set of a hidden layer; count right answers, shape (n_sets, n_classes)."""
    x, counts = torch.from_numpy(data.inputs), []
    for hidden, numbers in sets:
        mask = torch.ones(module[module.activations[hidden] - 1].out_features)
        mask[torch.from_numpy(numbers)] = 0
        until, found = module.activations[hidden] + 1, []
        with torch.inference_mode():
            for some in x.split(batch):
                found.append(module[until:](module[:until](some) * mask).argmax(1))
        answers = torch.cat(found).numpy()
        counts.append(np.bincount(data.labels[answers == data.labels], minlength=data.n_classes))
    return np.array(counts)


def compare(network: ProgramForward, sets: Sequence[tuple[int, IntArray]], expected: IntArray) -> tuple[int, int]:
    """Count by how much right answers differ, and the trials near a tie; stop where these do not explain it."""
    counter, differing, n_near = AnswerCounter(network, method="zero", seed=0), 0, 0
    for (hidden, numbers), right in zip(sets, expected, strict=True):
        changes = network.changed_answers(counter.replacements({network.hidden[hidden]: numbers}))
        broken, repaired = counter.changed(changes)[:, 1:]
        differing += int(np.abs(counter.n_right[1:] - broken + repaired - right).sum())
        n_near += changes.n_near_ties
    if differing > n_near:
        sys.exit(f"{differing} right answers differ from the loop's, and only {n_near} trials are near a tie")
    return differing, n_near


def lesions(case: str, file: Path, repeats: int) -> None:
    """Test all sub-clusters, and run the loop over some sets, in turn."""
    kind, _, sizes = case.partition("-")
    module, data = made(kind, file)
    network = forward(module, key="n", data=data)
    clusters = sub_clusters(network, SIZES[sizes])
    draws, n_null = np.random.default_rng(1), N_NULL if sizes == "equal" else N_FEWER
    drawn = draws.permutation(len(clusters))[:BY_LOOP]
    sets = [(place // 16, draws.permutation(256)[: SIZES[sizes][place % 16]]) for place in drawn.tolist()]
    differing, n_near = compare(network, sets, loop(module, sets, data, BATCHES[0]))
    batch = min(BATCHES, key=lambda size: timed(lambda: loop(module, sets[:4], data, size)))
    ways = {
        "ours": lambda: lesion_tests(network, clusters, n_null=n_null),
        "loop": lambda: loop(module, sets, data, batch),
    }
    parts = {"ours": (1 + N_NULL) / (1 + n_null), "loop": len(clusters) * (1 + N_NULL) / len(sets)}
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    for turn in range(repeats):
        for way in sorted(ways, reverse=turn % 2 == 0):
            seconds[way].append(timed(ways[way]) * parts[way])
    told = {way: statistics.median(found) for way, found in seconds.items()}
    ratio = statistics.median(np.divide(seconds["loop"], seconds["ours"]))
    tell(ratio=ratio, batch=batch, differing=differing, n_near=n_near, n_null=n_null, **told)


def main(repeats: int, cases: Sequence[str]) -> int:
    """Run the cases and print every ratio with its target."""
    failed = False
    with tempfile.TemporaryDirectory(prefix="atlas-lesions-") as folder:
        file = Path(folder) / "dense.pt"
        torch.save(trained(DENSE, images("train", flat=True)).state_dict(), file)
        for case in cases:
            told = measure("benchmarks.lesions", "--case", case, file, repeats)
            missed = told["ratio"] < LEAST[case]
            print(
                f"{case}: {told['ratio']:.1f} times as fast as a loop of full forwards (target {LEAST[case]}); "
                f"ours {told['ours']:.0f} s ({told['n_null']:.0f} random sets each, scaled to {N_NULL}), loop "
                f"{told['loop']:.0f} s ({BY_LOOP} forwards in batches of {told['batch']:.0f}, scaled); right answers "
                f"differ by {told['differing']:.0f}, {told['n_near']:.0f} trials near a tie"
                + ("   MISSED" if missed else "")
            )
            failed |= missed
    return int(failed)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--case"]:
        case, file, repeats = sys.argv[2:]
        lesions(case, Path(file), int(repeats))
        sys.exit()
    sys.exit(main(int((sys.argv[1:] or ["2"])[0]), sys.argv[2:] or list(LEAST)))
