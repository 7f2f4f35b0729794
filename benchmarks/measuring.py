"""A case in a process of its own, and the memory it took."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path


def measure(module: str, *args: object) -> dict[str, float]:
    """Run `python -m MODULE ARGS...` and give what it told in its last line."""
    command = [sys.executable, "-m", module, *map(str, args)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed")
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def tell(**numbers: float) -> None:
    """Say, from within a case, what `measure` gives its caller."""
    print(json.dumps(numbers))


class Memory:
    """The memory this process takes from now on, above what it has."""

    def __init__(self) -> None:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # forgets the peak
        self._before = _status_bytes("VmRSS")

    def added(self) -> int:
        """Give how far it rose at its height, in bytes."""
        return _status_bytes("VmHWM") - self._before


def _status_bytes(name: str) -> int:
    text = Path("/proc/self/status").read_text(encoding="ascii")
    return int(text.partition(f"{name}:")[2].split()[0]) * 1024
