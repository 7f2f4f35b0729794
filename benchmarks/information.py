"""Label and pairwise information of 1,024 neurons, beside loops of sklearn.metrics.mutual_info_score: ratios.

    python -m benchmarks.information [N_REPEATS] [CASE ...]

Cases: `label` (1,024 neurons of 8 states, 10,000 trials of 10 classes: information about which class, and about each
class against all others, while scikit-learn measures the first only; then the same with 200 shuffles and 200 halves)
and `pairs` (all pairs of 1,024 binary neurons; scikit-learn measures the pairs of some, and its time is scaled up).
CPU seconds on one thread; states are bytes, or whole numbers of 64 bits, whichever scikit-learn is faster with. Before
a time counts, the bits are compared. Every case is a process of its own, its turns in alternating order.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
from sklearn.metrics import mutual_info_score
from threadpoolctl import threadpool_limits

from atlas.analysis.information import pairwise_information
from atlas.analysis.information.chance import LabelScale
from benchmarks.measuring import measure, tell

N_NEURONS, N_TRIALS, N_STATES, N_CLASSES = 1_024, 10_000, 8, 10
N_PEER = 32  # neurons whose pairs the peer measures
LEAST = {"label": 30.0, "pairs": 1_000.0}
MOST_DIFFERENCE = 1e-10


def drawn(n_states: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw states that depend on the class a little, and the classes."""
    draws = np.random.default_rng(0)
    labels = draws.integers(0, N_CLASSES, N_TRIALS)
    leaning = draws.integers(0, n_states, (N_NEURONS, N_CLASSES))[:, labels]
    free = draws.integers(0, n_states, (N_NEURONS, N_TRIALS))
    return np.where(draws.random((N_NEURONS, N_TRIALS)) < 0.3, leaning, free).astype(np.uint8), labels


def scale(labels: np.ndarray, n_draws: int) -> LabelScale:
    """Give what neurons are measured on, with so many shuffles and halves."""
    return LabelScale(
        labels=labels,
        n_classes=N_CLASSES,
        estimator="plug_in",
        min_trials=5.0,
        n_null=n_draws,
        n_subsamples=n_draws,
        seed=0,
    )


def label_case(repeats: int) -> None:
    """Measure every neuron against the labels, in both ways."""
    states, labels = drawn(N_STATES)
    given = fastest(states, lambda neuron: labels.astype(neuron.dtype))
    as_given = labels.astype(given.dtype)
    ways: dict[str, Callable[[], np.ndarray]] = {
        "ours": lambda: scale(labels, 0).measure(list(states))["bits"][:, 0],
        "peer": lambda: np.array([mutual_info_score(as_given, neuron) for neuron in given]) / np.log(2),
    }
    difference = compare(ways["ours"](), ways["peer"]())
    seconds = in_turn(ways, repeats)
    began = time.process_time()
    scale(labels, 200).measure(list(states))
    whole = time.process_time() - began
    tell(**ratio_of(seconds), difference=difference, whole=whole)


def pairs_case(repeats: int) -> None:
    """Measure all pairs, in both ways; the peer some of them."""
    states, _ = drawn(2)
    given = fastest(states, lambda neuron: neuron)[:N_PEER]
    upper = np.triu_indices(N_PEER, 1)
    ways: dict[str, Callable[[], np.ndarray]] = {
        "ours": lambda: pairwise_information(states)[:N_PEER, :N_PEER][upper],
        "peer": lambda: np.array([mutual_info_score(given[i], given[j]) for i, j in zip(*upper)]) / np.log(2),  # noqa: B905
    }
    difference = compare(ways["ours"](), ways["peer"]())
    seconds = in_turn(ways, repeats)
    n_pairs = N_NEURONS * (N_NEURONS - 1) // 2
    seconds["peer"] = [found * n_pairs / len(upper[0]) for found in seconds["peer"]]
    tell(**ratio_of(seconds), difference=difference, measured=len(upper[0]))


def fastest(states: np.ndarray, other: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Give the states in the type scikit-learn is fastest with."""
    choices = [states, states.astype(np.int64)]
    return min(choices, key=lambda choice: timed(lambda: [mutual_info_score(other(n), n) for n in choice[:100]]))


def timed(way: Callable[[], object]) -> float:
    """Take the CPU seconds of one call."""
    began = time.process_time()
    way()
    return time.process_time() - began


def in_turn(ways: dict[str, Callable[[], np.ndarray]], repeats: int) -> dict[str, list[float]]:
    """Time every way as often, in alternating order."""
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    for turn in range(repeats):
        for way in sorted(ways, reverse=turn % 2 == 0):
            seconds[way].append(timed(ways[way]))
    return seconds


def ratio_of(seconds: dict[str, list[float]]) -> dict[str, float]:
    """Take medians of seconds and of ratios."""
    ratio = statistics.median(np.divide(seconds["peer"], seconds["ours"]))
    return {"ratio": ratio, **{way: statistics.median(found) for way, found in seconds.items()}}


def compare(ours: np.ndarray, expected: np.ndarray) -> float:
    """Give the largest difference; stop where it is too large."""
    difference = float(np.abs(ours - expected).max())
    if difference > MOST_DIFFERENCE:
        sys.exit(f"Bits differ by {difference:.1e}, more than {MOST_DIFFERENCE:.0e}")
    return difference


def report(case: str, repeats: int) -> bool:
    """Run a case in a process of its own and print its ratio with its target."""
    told = measure("benchmarks.information", "--case", case, repeats)
    line = f"{case}: {told['ratio']:,.0f} times as fast as scikit-learn (target {LEAST[case]:,.0f}); "
    line += f"{told['ours']:.3f} and {told['peer']:.2f} CPU s, one thread; bits differ by {told['difference']:.0e}"
    if case == "label":
        line += f"; with 200 shuffles and 200 halves {told['whole']:.2f} s"
    else:
        line += f"; scikit-learn measured {told['measured']} pairs, scaled up"
    passed = told["ratio"] >= LEAST[case]
    print(line + ("" if passed else "   MISSED"))
    return passed


if __name__ == "__main__":
    if sys.argv[1:2] == ["--case"]:
        with threadpool_limits(1):
            {"label": label_case, "pairs": pairs_case}[sys.argv[2]](int(sys.argv[3]))
        sys.exit()
    passed = [report(case, int((sys.argv[1:] or ["3"])[0])) for case in sys.argv[2:] or LEAST]
    sys.exit(int(not all(passed)))
