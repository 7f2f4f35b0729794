"""Information decomposition beside its plain definition and beside dit; representational complexity alone.

    python -m benchmarks.decomposition [N_REPEATS] [CASE ...]

The joint: 10,000 trials of ten classes, by sources that are tanh(class mean + 0.6 noise) rounded to some levels.
Cases: `plain` (4 sources of 8 levels, every antichain of every distinct row by the definition, all of them: half a
minute), `dit` (2 sources of 2 levels by shared exclusions; 3 by I_min and minimal mutual information) and `complexity`
(5 sources of 8 levels: all atoms, and representational complexity without them). CPU seconds on one thread, each case a
process of its own; ours count the trials, too, the others get the distinct rows. Before a time counts, every atom, and
complexity by both ways, is compared.
"""

from __future__ import annotations

import statistics
import sys
import time
import warnings
from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

import dit
import dit.pid
import numpy as np
from threadpoolctl import threadpool_limits

from atlas.analysis.information.complexity import complexity_of
from atlas.analysis.information.decomposition import Joint, decompose
from atlas.records import IntArray
from atlas.results import Decomposition
from benchmarks.measuring import measure, tell
from tests.plain_decomposition import atoms

N_TRIALS, N_CLASSES, NOISE, SEED = 10_000, 10, 0.6, 1234
LEAST_PLAIN, LEAST_DIT, MOST_FULL, MOST_COMPLEXITY = 500.0, 100.0, 1.5, 0.5
MOST_DIFFERENCE = 1e-9
PEERS = {"sx": (dit.pid.PID_SX, 2), "min": (dit.pid.PID_WB, 3), "mmi": (dit.pid.PID_MMI, 3)}  # and sources
Made = TypeVar("Made")


def code(n_sources: int, n_levels: int) -> tuple[IntArray, IntArray]:
    """Give states, shape (n_sources, n_trials), and labels."""
    random = np.random.default_rng(SEED)
    labels = random.integers(N_CLASSES, size=N_TRIALS)
    means = random.normal(size=(N_CLASSES, n_sources))
    responses = np.tanh(means[labels] + NOISE * random.normal(size=(N_TRIALS, n_sources)))
    return np.rint((responses.T + 1) / 2 * (n_levels - 1)).astype(np.int64), labels


def seconds(work: Callable[[], Made], repeats: int) -> tuple[float, Made]:
    """Give the median CPU seconds of doing the work, and what it makes."""
    taken = []
    for _ in range(repeats):
        began = time.process_time()
        made = work()
        taken.append(time.process_time() - began)
    return statistics.median(taken), made


def decomposed(states: IntArray, labels: IntArray, definition: str) -> Decomposition:
    """Decompose trials by us."""
    return decompose(Joint.of_trials(states, labels), definition=definition)


def beside_plain(repeats: int) -> None:
    """Decompose by the definition, once."""
    states, labels = code(4, 8)
    ours, result = seconds(partial(decomposed, states, labels, "sx"), repeats)
    joint = Joint.of_trials(states, labels)
    rows = joint.source_rows.T[joint.source_row].astype(np.uint8)
    plain, expected = seconds(lambda: atoms(rows, joint.target, joint.mass / joint.total), 1)
    bits = {antichain: float(parts[0]) for antichain, parts in expected.items()}
    tell(ours=ours, plain=plain, difference=difference(result, bits), rows=len(rows))


def beside_dit(repeats: int) -> None:
    """Decompose by every definition."""
    warnings.simplefilter("ignore")
    told = {}
    for definition, (peer, n_sources) in PEERS.items():
        states, labels = code(n_sources, 2)
        ours, result = seconds(partial(decomposed, states, labels, definition), repeats)
        joint = Joint.of_trials(states, labels)
        rows = np.column_stack([joint.source_rows.T[joint.source_row], joint.target])
        distribution = dit.Distribution(list(map(tuple, rows.tolist())), joint.mass / joint.total)
        theirs, expected = seconds(partial(peer, distribution, [[j] for j in range(n_sources)], [n_sources]), 1)
        bits = {frozenset(map(tuple, node)): expected.get_pi(node) for node in expected._lattice}
        told |= {f"{definition}_ours": ours, f"{definition}_dit": theirs}
        told[f"{definition}_difference"] = difference(result, bits)
    tell(**told)


def beside_complexity(repeats: int) -> None:
    """Decompose five sources, and measure their complexity alone."""
    states, labels = code(5, 8)
    full, result = seconds(partial(decomposed, states, labels, "sx"), repeats)
    alone, measured = seconds(lambda: complexity_of(Joint.of_trials(states, labels)), repeats)
    by_atoms = float(result.degrees @ result.bits / result.total_bits)
    tell(full=full, alone=alone, difference=abs(by_atoms - measured.complexity), complexity=by_atoms)


def difference(result: Decomposition, expected: Mapping[frozenset[tuple[int, ...]], float]) -> float:
    """Give the largest difference of two atoms."""
    return max(
        abs(bits - expected[frozenset(antichain)])
        for antichain, bits in zip(result.antichains, result.bits, strict=True)
    )


def report_plain(repeats: int) -> list[tuple[str, bool]]:
    """Tell how much faster than the definition it is."""
    told = checked("plain", repeats)
    ratio = told["plain"] / told["ours"]
    line = f"4 sources of 8 levels, {told['rows']:.0f} distinct rows: {ratio:.0f} times as fast as the definition "
    line += f"(target {LEAST_PLAIN:.0f}); {told['ours']:.4f} and {told['plain']:.1f} CPU s; "
    return [(line + f"atoms differ by {told['difference']:.0e}", ratio >= LEAST_PLAIN)]


def report_dit(repeats: int) -> list[tuple[str, bool]]:
    """Tell how much faster than dit it is."""
    told, lines = checked("dit", repeats), []
    for definition, (_, n_sources) in PEERS.items():
        ours, theirs = told[f"{definition}_ours"], told[f"{definition}_dit"]
        line = f"{definition}, {n_sources} sources of 2 levels: {theirs / ours:.0f} times as fast as dit "
        line += f"(target {LEAST_DIT:.0f}); {ours:.4f} and {theirs:.2f} CPU s; "
        lines.append((line + f"atoms differ by {told[f'{definition}_difference']:.0e}", theirs / ours >= LEAST_DIT))
    return lines


def report_complexity(repeats: int) -> list[tuple[str, bool]]:
    """Tell how long five sources take."""
    told = checked("complexity", repeats)
    full = f"5 sources of 8 levels, all 7,579 atoms: {told['full']:.2f} CPU s (limit {MOST_FULL})"
    alone = f"their complexity alone, {told['complexity']:.4f}: {told['alone']:.2f} CPU s (limit {MOST_COMPLEXITY}); "
    alone += f"differs from that of the atoms by {told['difference']:.0e}"
    return [(full, told["full"] <= MOST_FULL), (alone, told["alone"] <= MOST_COMPLEXITY)]


def checked(case: str, repeats: int) -> dict[str, float]:
    """Run a case; stop where numbers differ."""
    told = measure("benchmarks.decomposition", "--case", case, repeats)
    found = max(number for name, number in told.items() if name.endswith("difference"))
    if found > MOST_DIFFERENCE:
        sys.exit(f"{case}: numbers differ by {found:.1e}, more than {MOST_DIFFERENCE:.0e}")
    return told


CASES = {"plain": beside_plain, "dit": beside_dit, "complexity": beside_complexity}
REPORTS = {"plain": report_plain, "dit": report_dit, "complexity": report_complexity}


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
        case, repeats = sys.argv[2:]
        with threadpool_limits(1):
            CASES[case](int(repeats))
        sys.exit()
    sys.exit(main(int((sys.argv[1:] or ["5"])[0]), sys.argv[2:] or list(REPORTS)))
