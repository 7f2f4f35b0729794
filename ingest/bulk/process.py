"""A process that reads networks for another one, and ends with it, however that ends."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
from types import TracebackType
from typing import IO

import torch

from ingest.bulk.entry import Entry
from ingest.bulk.reading import Reading, Work, attempt
from ingest.keep import Keep

# Python would look into the current folder first, where a file may bear the name of any module.
_SCRIPT = "import sys; sys.path[:] = sys.argv[1:]; from ingest.bulk.process import answer; answer()"
_KILLED = "The process that read it ended, perhaps for want of memory. Ingest it alone."


class ReadingProcess:
    """A Python process of its own, started when it is first asked to read; used by `with`.

    It is no copy of this one, which would need its script to be importable. Questions and answers go through pipes.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._ending = threading.Lock()

    def __enter__(self) -> ReadingProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def read(self, work: Work, entry: Entry, keep: Keep | None) -> Reading:
        """Read one network there."""
        try:
            if self._process is None:
                self._process = _begun()
            asked, answered = _pipes(self._process)
            pickle.dump((work, entry, keep), asked)
            asked.flush()
            reading: Reading = pickle.load(answered)  # its own process wrote it
            return reading
        except (EOFError, OSError, pickle.UnpicklingError):
            self._end()
            return Reading(entry=entry, reason=_KILLED)

    def _end(self) -> None:
        with self._ending:
            process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()


def _begun() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", _SCRIPT, *sys.path]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout


def answer() -> None:
    """Read what is asked for, until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one that asks decides when to stop
    torch.set_num_threads(1)
    asked, answered = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a factory prints is no answer
    try:
        while True:
            pickle.dump(attempt(*pickle.load(asked)), answered, protocol=pickle.HIGHEST_PROTOCOL)
            answered.flush()
    except (EOFError, BrokenPipeError):
        os._exit(0)
