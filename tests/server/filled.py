"""Fill the disk of a managed server: run in a mount namespace of its own, prints what came of it as JSON.

The first argument is an empty folder, which becomes a disk of 60 MB.
"""

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import neo4j

from atlas.errors import AtlasError
from atlas.server import start, status, stop

WRITE = "UNWIND range(1, 5000) AS i CREATE (:Filler {text: 'a text that takes some room ' + i})"


def fill(disk: Path) -> None:
    """Write to the database, which has little room, until it gives up."""
    server = start(home=disk)
    with neo4j.GraphDatabase.driver(server.uri, auth=(server.user, server.password)) as driver:
        driver.execute_query("CREATE (:Kept)")
        block(disk)
        with contextlib.suppress(neo4j.exceptions.Neo4jError):
            while True:
                driver.execute_query(WRITE)


def block(disk: Path) -> None:
    """Take what is left of the disk."""
    with contextlib.suppress(OSError), (disk / "other").open("ab", buffering=0) as other:
        while True:
            other.write(bytes(4096))


def kept(disk: Path) -> int:
    server = start(home=disk)
    with neo4j.GraphDatabase.driver(server.uri, auth=(server.user, server.password)) as driver:
        return int(driver.execute_query("MATCH (kept:Kept) RETURN count(kept)").records[0][0])


def told(call: Callable[[], object]) -> dict[str, object]:
    """Say what a call gave or refused, and how long it took."""
    begun = time.monotonic()
    try:
        answer = str(call())
    except AtlasError as error:
        answer = f"{type(error).__name__}: {error}"
    return {"answer": answer, "seconds": time.monotonic() - begun}


def main(disk: Path) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=60m", "tmpfs", str(disk)], check=True)
    found = {}
    try:
        fill(disk)
        found["status"] = told(lambda: status(disk))
        found["start of a stuck one"] = told(lambda: start(home=disk))
        found["stop of a stuck one"] = told(lambda: stop(disk))
        found["start without room"] = told(lambda: start(home=disk))
        (disk / "other").unlink()
        found["start with room"] = told(lambda: kept(disk))
        fill(disk)
        (disk / "other").unlink()
        found["restart with room"] = told(lambda: kept(disk))
    finally:
        stop(disk)
    print(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
