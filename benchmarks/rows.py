"""Weights as rows: files beside polars' own writer, and a table in memory beside a copy of the same bytes.

    python -m benchmarks.rows [N_WEIGHTS] [N_REPEATS]

Every turn is a fresh process, in alternating order; files are written through to the disk within the time.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from atlas.records import LayerRecord, NetworkRecord, WeightBlock
from atlas.store.offline import write_csv
from atlas.store.offline.ids import Ids
from atlas.store.offline.weights import weight_rows
from benchmarks.measuring import measure, tell

LEAST_RATE, MOST_COPIES = 0.9, 3.0
WIDTH = 1000


def network(n_weights: int) -> NetworkRecord:
    """Make a network of one block of random weights in single precision, as files hold them."""
    value = np.random.default_rng(0).normal(size=(n_weights // WIDTH, WIDTH)).astype(np.float32)
    layers = tuple(
        LayerRecord(name=name, number=number, kind="linear", n_neurons=size)
        for number, (name, size) in enumerate(zip(("input", "fc"), value.shape, strict=True))
    )
    block = WeightBlock(source="input", target="fc", value=value, strength=np.abs(value))
    return NetworkRecord(key="net", architecture="", layers=layers, blocks=(block,), targets=(), file_sha256="")


def table(record: NetworkRecord) -> list[pl.DataFrame]:
    """Make all rows of the weights."""
    return list(weight_rows(record.blocks[0], Ids.of(record, 0)))


def synced(files: Sequence[Path]) -> None:
    """Wait until files are on the disk."""
    for file in files:
        with file.open("rb") as opened:
            os.fsync(opened.fileno())


def atlas(n_weights: int, folder: Path) -> None:
    """Write the files of an import: the weights and everything else."""
    record = network(n_weights)
    began = time.perf_counter()
    write_csv([record], folder)
    synced(list(folder.iterdir()))
    seconds = time.perf_counter() - began
    tell(seconds=seconds, bytes=sum(file.stat().st_size for file in folder.glob("WEIGHT*.csv")))


def polars(n_weights: int, folder: Path) -> None:
    """Write the rows of the weights, which are ready, by polars' own sink."""
    frame = pl.concat(table(network(n_weights)))
    file = folder / "rows.csv"
    began = time.perf_counter()
    frame.lazy().sink_csv(file, include_header=False)
    synced([file])
    tell(seconds=time.perf_counter() - began, bytes=file.stat().st_size)


def rows(n_weights: int, _: Path) -> None:
    """Make the table."""
    record = network(n_weights)
    began = time.perf_counter()
    frames = table(record)
    tell(seconds=time.perf_counter() - began, bytes=sum(frame.estimated_size() for frame in frames))


def copy(n_weights: int, _: Path) -> None:
    """Copy the bytes of the table, column by column."""
    columns = [np.random.default_rng(0).normal(size=n_weights) for _ in range(4)]
    began = time.perf_counter()
    copies = [column.copy() for column in columns]
    tell(seconds=time.perf_counter() - began, bytes=sum(one.nbytes for one in copies))


def ratio(ours: str, peer: str, n_weights: int, repeats: int) -> float:
    """Time both in turn and print each; the median of our time in the peer's."""
    ratios = []
    for turn in range(repeats):
        found = {}
        for case in (ours, peer) if turn % 2 else (peer, ours):
            with tempfile.TemporaryDirectory(prefix="atlas-rows-") as folder:
                found[case] = measure("benchmarks.rows", case, n_weights, folder)
        assert found[ours]["bytes"] == found[peer]["bytes"], found
        ratios.append(found[ours]["seconds"] / found[peer]["seconds"])
        rates = {case: n_weights / one["seconds"] / 1e6 for case, one in found.items()}
        print("   ".join(f"{case} {rate:6.1f} M/s" for case, rate in rates.items()), f"  ratio {ratios[-1]:.2f}")
    return statistics.median(ratios)


def main(n_weights: int, repeats: int) -> int:
    """Run both comparisons and print every ratio with its limit."""
    rate = 1 / ratio("atlas", "polars", n_weights, repeats)
    copies = ratio("rows", "copy", n_weights, repeats)
    print(f"files at {rate:.2f} of polars' own rate (limit {LEAST_RATE})")
    print(f"the table takes {copies:.2f} times a copy of its bytes (limit {MOST_COPIES})")
    return int(rate < LEAST_RATE or copies > MOST_COPIES)


if __name__ == "__main__":
    if len(sys.argv) == 4:
        {"atlas": atlas, "polars": polars, "rows": rows, "copy": copy}[sys.argv[1]](int(sys.argv[2]), Path(sys.argv[3]))
        sys.exit()
    sys.exit(main(*(int(float(text)) for text in (sys.argv[1:] + ["1e7", "5"][len(sys.argv) - 1 :]))))
