"""Find in a server's logs why it failed."""

from __future__ import annotations

import re
from pathlib import Path

from atlas.server.settings import Home

_TELLING = re.compile(r" ERROR |^Exception|^Caused by:|Unrecognized setting")
_PREFIX = re.compile(r"^\S+ \S+ ERROR +(\[[^]]*\] )?|^Caused by: |^Exception in thread \S+ ")
_N_LINES = 3
_TAIL_BYTES = 200_000
_LINE_LENGTH = 300


def set_logs_aside(home: Home) -> None:
    """Rename the logs of the last start, so that the next one's speak of it alone."""
    for log in _logs(home):
        if log.exists():
            log.replace(log.with_suffix(".previous"))


def failure_reason(home: Home) -> str:
    """Quote the last lines of the server's logs that speak of an error, else its last words."""
    lines = [line.strip() for line in logs_text(home).splitlines() if line.strip()]
    telling = dict.fromkeys(_PREFIX.sub("", line)[:_LINE_LENGTH] for line in lines if _TELLING.search(line))
    said = " | ".join((list(telling) or lines)[-_N_LINES:])
    return said.rstrip(".") or "it said nothing"


def logs_text(home: Home) -> str:
    """Read the end of what the server said since it was started."""
    return "\n".join(_tail(log) for log in _logs(home))


def _logs(home: Home) -> tuple[Path, Path]:
    return home.folder / "logs" / "debug.log", home.console_log


def _tail(file: Path) -> str:
    try:
        with file.open("rb") as log:
            log.seek(max(0, file.stat().st_size - _TAIL_BYTES))
            return log.read().decode("utf-8", errors="replace")
    except FileNotFoundError:
        return ""
