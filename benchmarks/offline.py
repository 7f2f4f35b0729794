"""From a torch file to a queryable atlas, beside Neo4j's importer on ready files and the same start of the server.

    python -m benchmarks.offline [N_WEIGHTS] [N_REPEATS]

Each turn is a process with an empty home, in alternating order; both graphs are compared before a time counts. Memory
is what our process takes above its imports, since the importer is a process of its own in both. The marginal cost of a
weight is that between sizes ten times apart, the best of all turns: what does not depend on their number falls out.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

from atlas.records import NetworkRecord
from benchmarks.measuring import Memory, measure, tell

LIMIT, LIMIT_MIB, LIMIT_MARGINAL = 1.25, 200, 1.3
CHAIN = "fc1:relu,fc2:relu,fc3"
SHARES = (2500, 2000, 2000, 500)  # layers of a network of 10 million weights
_SUMS = "MATCH ()-[w:WEIGHT]->() RETURN count(w) AS n, sum(w.value) AS value, sum(w.strength) AS strength"


def make_file(file: Path, n_weights: int) -> None:
    """Save a perceptron of random weights."""
    import torch

    sizes = [round(share * (n_weights / 1e7) ** 0.5) for share in SHARES]
    torch.manual_seed(0)
    tensors = {}
    for place, (before, after) in enumerate(pairwise(sizes), start=1):
        tensors |= {f"fc{place}.weight": torch.randn(after, before), f"fc{place}.bias": torch.zeros(after)}
    torch.save(tensors, file)


def atlas(file: Path, home: Path) -> None:
    """Fill an atlas from a file."""
    from atlas.store.offline import write_csv
    from atlas.workflow.filling import fill

    with tempfile.TemporaryDirectory() as folder:  # what torch and polars load when they are first used
        write_csv(networks(file.with_name("tiny.pt")), Path(folder))
    memory, began = Memory(), time.perf_counter()
    fill(networks(file), home=home, keep_running=True)
    finish(home, began, memory)


def networks(file: Path) -> Iterator[NetworkRecord]:
    """Read the network of a file when it is asked for, so that nobody holds it afterwards."""
    from ingest import Keep, Opening, read_network, record

    yield record(read_network(file, Opening(chain=CHAIN)), key="net", keep=Keep("all"))


def importer(file: Path, home: Path) -> None:
    """Import ready files and start the server."""
    from atlas.server import offline_admin, start

    folder = file.with_name("files")
    os.chdir(folder)
    arguments = (folder / "arguments").read_text(encoding="utf-8").splitlines()
    memory, began = Memory(), time.perf_counter()
    offline_admin(home, "database", "import", "full", "neo4j", "--overwrite-destination", *arguments)
    start(home=home)
    finish(home, began, memory)


def finish(home: Path, began: float, memory: Memory) -> None:
    """Ask one question, which ends the time; then sum up the graph."""
    from atlas.server import start
    from atlas.store import Store

    server = start(home=home)
    with Store(server.uri, server.user, server.password) as store:
        store.rows("MATCH (n:Network {key: 'net'}) RETURN n.n_weights AS n")
        seconds = time.perf_counter() - began
        tell(seconds=seconds, added=memory.added(), **store.rows(_SUMS)[0])


def make_ready(file: Path) -> None:
    """Write the files that the importer alone takes."""
    from atlas.store.offline import write_csv

    folder = file.with_name("files")
    folder.mkdir()
    arguments = write_csv(networks(file), folder).arguments
    (folder / "arguments").write_text("\n".join(arguments), encoding="utf-8")


def timed(case: str, file: Path) -> dict[str, float]:
    """Run a case in a fresh home and stop its server."""
    from atlas.server import stop

    with tempfile.TemporaryDirectory(prefix="atlas-offline-", dir=file.parent) as home:
        try:
            return measure("benchmarks.offline", case, file, home)
        finally:
            stop(Path(home))


def compare(file: Path, repeats: int) -> tuple[float, float]:
    """Time both in turn and print each; the median of the ratios, and the most memory above the model's size."""
    ratios, above = [], []
    for turn in range(repeats):
        found = {case: timed(case, file) for case in (("atlas", "importer") if turn % 2 else ("importer", "atlas"))}
        for name in ("n", "value", "strength"):
            np.testing.assert_allclose(found["atlas"][name], found["importer"][name], rtol=1e-9)
        ratios.append(found["atlas"]["seconds"] / found["importer"]["seconds"])
        above.append((found["atlas"]["added"] - file.stat().st_size) / 2**20)
        rates = "   ".join(f"{case} {one['seconds']:6.1f} s" for case, one in found.items())
        print(f"{rates}   ratio {ratios[-1]:.2f}   memory above the model {above[-1]:.0f} MiB")
    return statistics.median(ratios), max(above)


def marginal(folder: Path, n_weights: int, repeats: int) -> float:
    """Print what a weight costs between sizes ten times apart; the ratio of both costs."""
    took = []
    for size in (n_weights // 100, n_weights // 10, n_weights):
        file = folder / f"net-{size}.pt"
        if not file.exists():
            make_file(file, size)
        turns = [timed("atlas", file) for _ in range(repeats)]
        took.append((turns[0]["n"], min(turn["seconds"] for turn in turns)))
        print(f"{took[-1][0]:12,.0f} weights: {took[-1][1]:6.1f} s")
    (n0, t0), (n1, t1), (n2, t2) = took
    small, large = (t1 - t0) / (n1 - n0), (t2 - t1) / (n2 - n1)
    print(f"a weight costs {small * 1e6:.2f} us below {n1:,.0f}, {large * 1e6:.2f} us above")
    return large / small


def main(n_weights: int, repeats: int) -> int:
    """Run all and print every ratio with its limit."""
    with tempfile.TemporaryDirectory(prefix="atlas-offline-") as folder:
        file = Path(folder) / f"net-{n_weights}.pt"
        make_file(file, n_weights)
        make_file(file.with_name("tiny.pt"), 10_000)
        measure("benchmarks.offline", "ready", file, folder)
        ratio, above = compare(file, repeats)
        flat = marginal(Path(folder), n_weights, repeats)
    print(f"end to end {ratio:.2f} times the importer and the same start (limit {LIMIT})")
    print(f"memory {above:.0f} MiB above the model's own size (limit {LIMIT_MIB})")
    print(f"marginal cost {flat:.2f} times that of ten times fewer weights (limit {LIMIT_MARGINAL})")
    return int(ratio > LIMIT or above > LIMIT_MIB or flat > LIMIT_MARGINAL)


if __name__ == "__main__":
    if len(sys.argv) == 4:
        case, file, home = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
        if case == "ready":
            make_ready(file)
            tell()
        else:
            {"atlas": atlas, "importer": importer}[case](file, home)
        sys.exit()
    sys.exit(main(*(int(float(text)) for text in (sys.argv[1:] + ["1e7", "3"][len(sys.argv) - 1 :]))))
