"""Ctrl-C: what it says, and how it waits for what must not be left half done."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

INTERRUPTED = 130  # the exit status shells give
LINE = "atlas: interrupted. The same command begins anew, or goes on where it was."


@contextmanager
def interrupts_later() -> Iterator[None]:
    """Let Ctrl-C take effect only at the end of the block."""
    came: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if came:
        signal.raise_signal(signal.SIGINT)
