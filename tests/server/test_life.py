"""One server from its first start to its ruin. The tests run in order and go on from where the last one stopped."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from atlas.errors import ServerFailed
from atlas.server import Server, offline_admin, process, start, status, stop
from atlas.server.process import command_line, home_options
from atlas.server.settings import Home, is_free

START = "from pathlib import Path; from atlas.server import start; import sys; print(start(home=Path(sys.argv[1])).pid)"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("life")
    yield home
    stop(home)


def folder(home: Path) -> Home:
    return Home(folder=home / "neo4j-5.26")


def running(home: Path) -> Server:
    server = status(home)
    assert server is not None
    return server


def kept_port(server: Server) -> int:
    return int(server.http_uri.rsplit(":", 1)[1])


def test_two_processes_start_one_server(home: Path) -> None:
    command = [sys.executable, "-c", START, str(home)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    pids = {int(process.communicate(timeout=300)[0]) for process in both}
    assert pids == {running(home).pid}


def test_killed_one_is_started_anew(home: Path) -> None:
    before = running(home)
    os.kill(before.pid, signal.SIGKILL)
    while command_line(before.pid) or not is_free(kept_port(before)):
        time.sleep(0.01)
    assert status(home) is None
    # Meanwhile its number belongs to another program, and a draft of a class archive was left half written.
    record = folder(home).record_file
    record.write_text(record.read_text().replace(str(before.pid), str(os.getpid())))
    draft = folder(home).folder / "run" / "classes.jsa"
    draft.write_bytes(b"\0" * 1000)
    assert status(home) is None
    after = start(home=home)
    assert after.uri == before.uri and after.password == before.password
    assert after.pid not in (before.pid, os.getpid())
    assert not draft.exists()


def test_one_whose_stop_was_interrupted_is_started_anew(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = running(home)

    def interrupt(*_: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(process, "_ended", interrupt)
        stop(home)
    assert status(home) is None  # though it answers for a moment
    after = start(home=home)
    assert after.pid != before.pid
    assert running(home) == after


def test_stop(home: Path) -> None:
    pid = running(home).pid
    assert stop(home) == ("5.26",)
    assert command_line(pid) == ""
    assert status(home) is None
    assert stop(home) == ()


def test_dump_of_a_stopped_one(home: Path, tmp_path: Path) -> None:
    offline_admin(home, "database", "dump", "neo4j", f"--to-path={tmp_path}")
    assert [file.name for file in tmp_path.iterdir()] == ["neo4j.dump"]


def test_failed_tool(home: Path) -> None:
    with pytest.raises(ServerFailed, match="Neo4j's tool failed on `database dump`"):
        offline_admin(home, "database", "dump", "nosuch", "--to-path=/nowhere")


def test_java_refuses(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATLAS_HEAP", "1k")
    with pytest.raises(ServerFailed, match=r"The server ended while it started: .*Too small maximum heap"):
        start(home=home)
    assert no_trace(home)


def test_taken_port_is_chosen_anew_and_ruined_data_explained(home: Path) -> None:
    store = folder(home).folder / "data" / "databases" / "neo4j" / "neostore"
    store.write_bytes(bytes(range(256)) * 400)
    kept = folder(home).ports_file.read_text()
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", int(kept.split(":")[-1].strip(" }"))))
        other.listen()
        with pytest.raises(ServerFailed, match=r"The server cannot open its database: .*Its logs are in"):
            start(home=home)
    assert folder(home).ports_file.read_text() != kept
    assert no_trace(home)


def no_trace(home: Path) -> bool:
    """See that no process serves the home and none is noted."""
    listing = subprocess.run(["ps", "-eww", "-o", "args="], capture_output=True, text=True, check=True).stdout
    return home_options(folder(home))[0] not in listing and not folder(home).record_file.exists()
