"""Progress on standard error: a bar at a terminal, one line a step elsewhere."""

from __future__ import annotations

import sys
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn


class ConsoleProgress:
    """Show where the work stands. Used by `with`; call it with a step, how much is done, and how much there is."""

    def __init__(self) -> None:
        self._bars = _bars() if sys.stderr.isatty() else None
        self._known: dict[str, TaskID | None] = {}

    def __enter__(self) -> ConsoleProgress:
        if self._bars is not None:
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bars is not None:
            self._bars.stop()

    def __call__(self, step: str, done: int, total: int) -> None:
        """Show that `done` of `total` of a step is done; a total of 0 is not known."""
        if self._bars is None:
            if step not in self._known:
                print(f"{step} …", file=sys.stderr, flush=True)
                self._known[step] = None
            return
        task = self._known.get(step)
        if task is None:
            task = self._known[step] = self._bars.add_task(step, total=total or None)
        self._bars.update(task, completed=done, total=total or None)

    def say(self, line: str) -> None:
        """Print one line for the user among the progress."""
        if self._bars is None:
            print(line, file=sys.stderr, flush=True)
        else:
            self._bars.console.print(line, highlight=False, markup=False)


def _bars() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
