"""A process that fills an atlas and comes to grief at a stated moment: `python filler.py HOME MOMENT`."""

from __future__ import annotations

import importlib
import os
import resource
import signal
import sys
import threading
from pathlib import Path

import numpy as np

from atlas.errors import AtlasError
from atlas.records import LayerRecord, NetworkRecord, WeightBlock
from atlas.server import staging
from atlas.workflow.filling import fill

REBUILD = importlib.import_module("atlas.server.rebuild")  # the room shows a function of the same name
LARGEST_FILE = {"disk-files": 1_000_000, "disk-import": 6_000_000}  # the rows take 4 MB, in the database 10 MB


def network() -> NetworkRecord:
    """300,000 weights of 1, whose rows are shorter than their records in the database."""
    value = np.ones((600, 500), dtype=np.float32)
    layers = tuple(
        LayerRecord(name=name, number=number, kind="linear", n_neurons=size)
        for number, (name, size) in enumerate((("input", 600), ("fc", 500)))
    )
    block = WeightBlock(source="input", target="fc", value=value, strength=value)
    return NetworkRecord(key="big", architecture="", layers=layers, blocks=(block,), targets=(), file_sha256="")


def die() -> None:
    """End as a machine that loses its power."""
    os.kill(os.getpid(), signal.SIGKILL)


def arm(moment: str) -> None:
    """Prepare the fault."""
    if moment in LARGEST_FILE:
        resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE[moment], LARGEST_FILE[moment]))
    elif moment == "exchange":
        REBUILD.exchange = _half_an_exchange
    elif moment == "exchanged":
        REBUILD.start = lambda *args, **kwargs: die()


def _half_an_exchange(home: staging.Home) -> None:
    moves = iter(range(2))
    move = staging._move

    def counted(source: Path, target: Path) -> None:
        if next(moves, None) is None:
            die()
        move(source, target)

    staging._move = counted
    staging.exchange(home)


def main() -> None:
    """Fill, and tell an error as the command would."""
    home, moment = Path(sys.argv[1]), sys.argv[2]
    arm(moment)

    def progress(step: str, done: int, total: int) -> None:
        if moment == step == "import":
            threading.Timer(1.5, die).start()  # the tool goes on for a while
        elif moment == step:
            die()

    try:
        fill([network()], home=home, progress=progress)
    except AtlasError as error:
        print(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
