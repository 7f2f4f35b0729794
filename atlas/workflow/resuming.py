"""Sweeps that are taken up again: what was computed before a process was killed is kept in the user's cache."""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from atlas.analysis.mapping import Arrays, Block, Mapper
from atlas.server.settings import atlas_cache
from atlas.workflow.workers import Workers, mapper_of


class Resumed:
    """A mapper that keeps every block it computed in a folder, and reads those that are there already.

    The folder belongs to one run: its key stands for everything the values depend on. Blocks are known by their number,
    counted over all that the mapper is asked for, in the same order each time.
    """

    def __init__(self, mapper: Mapper, folder: Path) -> None:
        self._mapper, self._folder = mapper, folder
        self._n_asked = 0

    def __call__(self, function: Callable[[Block], Arrays], blocks: Sequence[Block]) -> Iterator[Arrays]:
        """Apply the function to the blocks that are not there yet."""
        self._folder.mkdir(parents=True, exist_ok=True)
        numbers = range(self._n_asked, self._n_asked + len(blocks))
        self._n_asked += len(blocks)
        files = [self._folder / f"{number}.npz" for number in numbers]
        there = [_read(file) for file in files]
        missing = [block for block, found in zip(blocks, there, strict=True) if found is None]
        computed = iter(self._mapper(function, missing))
        for file, found in zip(files, there, strict=True):
            if found is None:
                found = next(computed)
                _write(file, found)
            yield found


@contextmanager
def sweeping(run: str, workers: Workers) -> Iterator[Mapper]:
    """Set workers to the sweep of a run; what an earlier process has computed of it is not computed again."""
    with mapper_of(workers) as mapper:
        yield Resumed(mapper, folder_of(run))


def folder_of(run: str) -> Path:
    """Name the folder for the blocks of a run."""
    return atlas_cache() / "sweeps" / run.replace("/", "_")


def forget(run: str) -> None:
    """Delete the blocks of a run that is complete."""
    shutil.rmtree(folder_of(run), ignore_errors=True)


def _read(file: Path) -> Arrays | None:
    """Read a block; None where there is none, or a machine that lost its power left half of one."""
    try:
        with np.load(file, allow_pickle=False) as arrays:
            return dict(arrays)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile):
        return None


def _write(file: Path, arrays: Arrays) -> None:
    """Write a block so that it is there in full or not at all."""
    new = file.with_name(f"{file.stem}.{os.getpid()}.new.npz")
    content = io.BytesIO()
    np.savez(content, **arrays)  # type: ignore[arg-type]
    new.write_bytes(content.getvalue())
    new.replace(file)
