"""Relay information: the shrinking search beside the plain one, and its seconds among many neurons.

    python -m benchmarks.relay [N_REPEATS] [CASE ...]

Cases: `greedy` (20 neurons, all ten numerals; beside eight `np.unique` per candidate, as the authors' code has them, on
joint states that were packed in 64 bits beforehand), `wide` (64 and 256 neurons, which do not fit 64 bits, numeral 0)
and `better` (20 neurons, numeral 0, beam and exact search; not run unless named). 60,000 trials; ours takes states as
they come, and all its preparation counts. Before a time counts, the orders of removal are compared and the bits to
1e-9; of wide ones, the bits at a few steps. CPU seconds on one thread. Data: the authors' network and ReLU networks
trained here, on the MNIST images in the folder ATLAS_DATA, else ../shared/data; without them, activations are generated
that look alike. How many times as fast depends on the processor: with AVX-512, NumPy sorts several times as fast.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
import torch
from threadpoolctl import threadpool_limits

from atlas.analysis.information.discretising import Discretisation
from atlas.analysis.information.relay import Patterns, Trials, shrink_each
from atlas.records import FloatArray, IntArray
from atlas.results import RelayPath
from benchmarks.measuring import measure, tell
from benchmarks.networks import DATA, images, trained

LEAST, MOST_DIFFERENCE = 80.0, 1e-9
MOST_SECONDS = {64: 2.0, 256: 6.0}
N_TRIALS, N_CLASSES, N_DIRECTIONS = 60_000, 10, 8
CHECKED = (1, 5, 15)  # neurons removed
AUTHORS = DATA / "networks" / "hintze_mnist_tanh_20_full.pt"


def is_real() -> bool:
    """Tell whether the images and the authors' network are there."""
    return AUTHORS.exists() and (DATA / "mnist").is_dir()


def states_of(n_neurons: int) -> tuple[IntArray, IntArray, IntArray]:
    """Give the class shown, the class answered, and the neurons' states, shape (n_neurons, n_trials)."""
    shown, answered, hidden = real(n_neurons) if is_real() else generated(n_neurons)
    return shown, answered, Discretisation(method="two_means").states(hidden)


def real(n_neurons: int) -> tuple[IntArray, IntArray, FloatArray]:
    """Run the authors' network, or one trained here, on MNIST."""
    data = images("train", flat=True)
    x = torch.from_numpy(data.inputs)
    with torch.no_grad():
        if n_neurons == 20:
            tensors = torch.load(AUTHORS, map_location="cpu", weights_only=True)
            hidden = torch.tanh(x @ tensors["hiddenLayer.weight"].T + tensors["hiddenLayer.bias"])
            outputs = hidden @ tensors["outputLayer.weight"].T + tensors["outputLayer.bias"]
            return data.labels, outputs.argmax(1).numpy(), hidden.numpy()
    network = trained(f"784-{n_neurons}-{N_CLASSES}", data)
    with torch.no_grad():
        return data.labels, network(x).argmax(1).numpy(), network[:2](x).numpy()


def generated(n_neurons: int) -> tuple[IntArray, IntArray, FloatArray]:
    """Draw classes about their centres in a few directions, seen by tanh neurons; the nearest centre is answered."""
    draws = np.random.default_rng(0)
    shown, centres = draws.integers(0, N_CLASSES, N_TRIALS), draws.normal(size=(N_CLASSES, N_DIRECTIONS))
    seen = centres[shown] + 0.7 * draws.normal(size=(N_TRIALS, N_DIRECTIONS))
    hidden = np.tanh(seen @ draws.normal(size=(N_DIRECTIONS, n_neurons)))
    distance = ((centres**2).sum(axis=1) - 2 * seen @ centres.T).argmin(axis=1)
    return shown, distance, hidden


def ours(
    shown: IntArray, answered: IntArray, states: IntArray, *, search: str = "greedy", numerals: int = 1
) -> list[RelayPath]:
    """Search from unprepared states."""
    hidden = Patterns.of(states)
    return shrink_each([Trials.of(shown == k, answered == k, hidden) for k in range(numerals)], search=search)


def plain(shown: IntArray, answered: IntArray, codes: IntArray, n_neurons: int) -> tuple[list[int], list[float]]:
    """Search for one target as the authors' code: eight entropies for every candidate."""
    left, removed, bits = list(range(n_neurons)), list[int](), list[float]()
    while left:
        rests = [sum(1 << n for n in range(n_neurons) if n not in left or n == out) for out in left]
        values = [
            four_entropies(shown, answered, codes & rest, 1 << n_neurons)
            - four_entropies(shown, answered, codes, 1 << n_neurons)
            for rest in rests
        ]
        best = next(place for place, value in enumerate(values) if value > max(values) - 1e-12)
        removed.append(left.pop(best))
        bits.append(values[best])
    return removed, bits


def plain_of_all(shown: IntArray, answered: IntArray, codes: IntArray) -> list[tuple[list[int], list[float]]]:
    """Search for every numeral among 20 neurons."""
    pairs = [((shown == k).astype(np.int64), (answered == k).astype(np.int64)) for k in range(N_CLASSES)]
    return [plain(*pair, codes, 20) for pair in pairs]


def four_entropies(shown: IntArray, answered: IntArray, code: IntArray, n_codes: int) -> float:
    """Measure I(shown; answered | code)."""
    x, z = code + n_codes * shown, code + 2 * n_codes * answered
    return entropy(x) + entropy(z) - entropy(x + z - code) - entropy(code)


def entropy(code: IntArray) -> float:
    """Count the entropy in bits."""
    share = np.unique(code, return_counts=True)[1] / len(code)
    return float(-(share * np.log2(share)).sum())


def greedy(repeats: int) -> None:
    """Search in both ways, in turn."""
    shown, answered, states = states_of(20)
    codes = (states.astype(np.int64) << np.arange(20)[:, None]).sum(axis=0)
    ways: dict[str, Callable[[], object]] = {
        "ours": lambda: ours(shown, answered, states, numerals=N_CLASSES),
        "plain": lambda: plain_of_all(shown, answered, codes),
    }
    difference = compare(ours(shown, answered, states, numerals=N_CLASSES), plain_of_all(shown, answered, codes))
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    for turn in range(repeats):
        for way in sorted(ways, reverse=turn % 2 == 0):
            seconds[way].append(timed(ways[way]))
    ratio = statistics.median(np.divide(seconds["plain"], seconds["ours"]))
    told = {way: statistics.median(found) for way, found in seconds.items()}
    tell(ratio=ratio, difference=difference, states=len(np.unique(codes)), **told)


def compare(paths: list[RelayPath], expected: list[tuple[list[int], list[float]]]) -> float:
    """Give the largest difference of bits; stop where it is too large, or where orders differ."""
    difference = 0.0
    for numeral, (path, (order, bits)) in enumerate(zip(paths, expected, strict=True)):
        difference = max(difference, float(np.abs(path.bits - bits).max()))
        if path.neurons.tolist() != order or difference > MOST_DIFFERENCE:
            sys.exit(f"Numeral {numeral}: {path.neurons.tolist()} and {order}, bits differ by {difference:.1e}")
    return difference


def wide(n_neurons: int, repeats: int) -> None:
    """Search among many neurons."""
    shown, answered, states = states_of(n_neurons)
    (path,) = ours(shown, answered, states)
    zeros, whole = ((shown == 0).astype(np.int64), (answered == 0).astype(np.int64)), number(states)
    for n_removed in CHECKED:
        rest = number(states[path.neurons[:n_removed]])
        expected = four_entropies(*zeros, rest, N_TRIALS) - four_entropies(*zeros, whole, N_TRIALS)
        if abs(path.bits[n_removed - 1] - expected) > MOST_DIFFERENCE:
            sys.exit(f"Without {n_removed} neurons, {path.bits[n_removed - 1]} bits, not {expected}")
    seconds = [timed(lambda: ours(shown, answered, states)) for _ in range(repeats)]
    tell(seconds=statistics.median(seconds), states=int(whole.max()) + 1)


def better(_: int) -> None:
    """Search by a beam, and exactly."""
    given, bits, seconds = states_of(20), dict[str, FloatArray](), dict[str, float]()
    for search in ("greedy", "beam", "exact"):
        began = time.process_time()
        bits[search] = ours(*given, search=search)[0].bits
        seconds[f"{search}_s"] = time.process_time() - began
    tell(**seconds, **{search: float((bits["exact"] - bits[search]).max()) for search in ("greedy", "beam")})


def number(states: IntArray) -> IntArray:
    """Number joint states by sorting them whole."""
    packed = np.ascontiguousarray(np.packbits(states, axis=0).T)
    rows = packed.view(np.dtype((np.void, packed.shape[1]))).ravel()
    return np.unique(rows, return_inverse=True)[1].ravel()


def timed(way: Callable[[], object]) -> float:
    """Give the CPU seconds it takes."""
    began = time.process_time()
    way()
    return time.process_time() - began


def report_greedy(repeats: int) -> list[tuple[str, bool]]:
    """Tell how much faster than the plain search it is."""
    told = measure("benchmarks.relay", "--case", "greedy", 20, repeats)
    line = (
        f"20 neurons, ten numerals, {told['states']:.0f} joint states, {source()}: {told['ratio']:.0f} times as fast "
    )
    line += f"as the plain search (target {LEAST:.0f}); {told['ours']:.3f} s and {told['plain']:.2f} s; "
    line += f"same order, bits differ by {told['difference']:.0e}"
    return [(line, told["ratio"] >= LEAST)]


def report_wide(repeats: int) -> list[tuple[str, bool]]:
    """Tell the seconds among many neurons."""
    lines = []
    for n_neurons, most in MOST_SECONDS.items():
        told = measure("benchmarks.relay", "--case", "wide", n_neurons, repeats)
        line = f"{n_neurons} neurons, {told['states']:.0f} joint states, {source()}: {told['seconds']:.2f} s"
        lines.append((f"{line} (limit {most:.0f} s)", told["seconds"] <= most))
    return lines


def report_better(repeats: int) -> list[tuple[str, bool]]:
    """Tell what other searches take and gain."""
    told = measure("benchmarks.relay", "--case", "better", 20, repeats)
    line = (
        f"20 neurons, {source()}: a beam of 64 takes {told['beam_s']:.2f} s, the exact search {told['exact_s']:.1f} s; "
    )
    line += f"greedy is at most {told['greedy']:.4f} bits below it, the beam {told['beam']:.4f}"
    return [(line, told["beam"] <= told["greedy"])]


def source() -> str:
    """Say what the activations are of."""
    return "MNIST" if is_real() else "generated"


REPORTS = {"greedy": report_greedy, "wide": report_wide, "better": report_better}


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
        case, n_neurons, repeats = sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
        with threadpool_limits(1):
            {"greedy": greedy, "better": better}[case](repeats) if case != "wide" else wide(n_neurons, repeats)
        sys.exit()
    sys.exit(main(int((sys.argv[1:] or ["3"])[0]), sys.argv[2:] or ["greedy", "wide"]))
