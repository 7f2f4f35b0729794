"""How long work tells the one who waits where it stands."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called with the step's name, how much of it is done, and how much there is (0: not known)."""

    def __call__(self, step: str, done: int, total: int) -> None: ...


def silent(step: str, done: int, total: int) -> None:
    """Tell nothing."""
