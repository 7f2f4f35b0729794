"""A server whose disk fills up while it works, on a small disk of its own. Neo4j itself waits for minutes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("filled.py")
APART = ("unshare", "--map-root-user", "--mount")  # what is mounted there, nobody else sees
FULL = "DiskFull: The disk of '{folder}' has no room left: 0.0 MB are free"


def can_mount() -> bool:
    """See whether this system lets a test mount a disk of its own."""
    try:
        return subprocess.run([*APART, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


pytestmark = pytest.mark.skipif(not can_mount(), reason="needs a small disk, mounted in a namespace of its own")


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("disk")


@pytest.fixture(scope="module")
def found(disk: Path) -> dict[str, dict[str, object]]:
    done = subprocess.run([*APART, sys.executable, str(SCRIPT), str(disk)], stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize("step", ["start of a stuck one", "start without room"])
def test_start(step: str, found: dict[str, dict[str, object]], disk: Path) -> None:
    assert str(found[step]["answer"]).startswith(FULL.format(folder=disk / "neo4j-5.26"))
    assert float(str(found[step]["seconds"])) < 60  # it waited for 180


def test_stop(found: dict[str, dict[str, object]]) -> None:
    assert found["status"]["answer"] == "None"
    assert found["stop of a stuck one"]["answer"] == "('5.26',)"
    assert float(str(found["stop of a stuck one"]["seconds"])) < 60  # it waited for 120


def test_started_when_there_is_room_again(found: dict[str, dict[str, object]]) -> None:
    assert found["start with room"]["answer"] == "1"


def test_stuck_one_is_replaced_when_there_is_room_again(found: dict[str, dict[str, object]]) -> None:
    # Ended by SIGTERM instead, it wrote on behind the torn end of its log: the atlas was lost.
    assert found["restart with room"]["answer"] == "2"
