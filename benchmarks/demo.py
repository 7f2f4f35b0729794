"""Time `atlas demo` with a cold server on a machine where everything is installed: `python -m benchmarks.demo`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LIMIT_SECONDS = 40
ATLAS = str(Path(sys.executable).parent / "atlas")
STEP = re.compile(r"^(\w+) +(\d+\.\d) s  ", re.MULTILINE)


def main() -> int:
    """Run the demonstration twice in an empty home and print seconds for each step."""
    with tempfile.TemporaryDirectory(prefix="atlas-demo-") as home:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ATLAS_NEO4J_")}
        environment["ATLAS_HOME"] = home
        try:
            fetch(environment)
            total, steps = timed(environment)
            again, _ = timed(environment)
        finally:
            subprocess.run([ATLAS, "server", "stop"], env=environment, check=True, stdout=subprocess.DEVNULL)
    for step, seconds in steps.items():
        print(f"{step:<20}{seconds:6.1f} s")
    print(f"{'python and imports':<20}{total - sum(steps.values()):6.1f} s")
    print(f"{'all':<20}{total:6.1f} s  (limit {LIMIT_SECONDS} s)")
    print(f"{'again':<20}{again:6.1f} s")
    print(f"server start / all  {steps['server'] / total:6.2f}")
    print(f"all / again         {total / again:6.2f}")
    return 0 if total < LIMIT_SECONDS else 1


def fetch(environment: dict[str, str]) -> None:
    """Make sure that everything is installed: start a server once, in another home, and stop it."""
    with tempfile.TemporaryDirectory(prefix="atlas-warm-") as home:
        for command in ("start", "stop"):
            other = {**environment, "ATLAS_HOME": home}
            subprocess.run([ATLAS, "server", command], env=other, check=True, capture_output=True)


def timed(environment: dict[str, str]) -> tuple[float, dict[str, float]]:
    """Run `atlas demo`; seconds in all, and for each step it tells."""
    started = time.perf_counter()
    done = subprocess.run([ATLAS, "demo"], env=environment, capture_output=True, text=True)
    total = time.perf_counter() - started
    if done.returncode != 0:
        sys.exit(done.stderr)
    return total, {step: float(seconds) for step, seconds in STEP.findall(done.stderr)}


if __name__ == "__main__":
    sys.exit(main())
