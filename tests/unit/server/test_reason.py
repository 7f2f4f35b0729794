"""The reason of a failure, out of the logs."""

from pathlib import Path

import pytest

from atlas.server.disk import tells_full_disk
from atlas.server.reason import failure_reason, set_logs_aside
from atlas.server.settings import Home, make_folders

DEBUG = """\
2026-11-21 14:56:06.100+0000 INFO  [o.n.s.X] Starting
2026-11-21 14:56:07.026+0000 ERROR [o.n.s.Web] Failed to start Neo4j on 127.0.0.1:40915.
\tat org.neo4j.Something(Something.java:1)
Caused by: org.neo4j.PortBindException: Address 127.0.0.1:40915 is already in use, cannot bind to it.
2026-11-21 14:56:07.358+0000 INFO  [o.n.s.X] Stopped.
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(folder=tmp_path / "neo4j-5.26")
    make_folders(home)
    return home


def test_from_the_debug_log(home: Home) -> None:
    (home.folder / "logs" / "debug.log").write_text(DEBUG)
    assert failure_reason(home) == (
        "Failed to start Neo4j on 127.0.0.1:40915. | "
        "org.neo4j.PortBindException: Address 127.0.0.1:40915 is already in use, cannot bind to it"
    )


def test_from_java_itself(home: Home) -> None:
    home.console_log.write_text("Error occurred during initialization of VM\nToo small maximum heap\n")
    assert failure_reason(home) == "Error occurred during initialization of VM | Too small maximum heap"


def test_silence(home: Home) -> None:
    assert failure_reason(home) == "it said nothing"


def test_older_logs_do_not_speak(home: Home) -> None:
    (home.folder / "logs" / "debug.log").write_text(DEBUG)
    set_logs_aside(home)
    assert failure_reason(home) == "it said nothing"
    assert (home.folder / "logs" / "debug.previous").read_text() == DEBUG


def test_full_disk() -> None:
    assert tells_full_disk("Caused by: java.io.IOException: No space left on device")
    assert not tells_full_disk(DEBUG)
