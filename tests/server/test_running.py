"""The server of this test run: found again, and seen by nobody else."""

import json
import stat
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from atlas.errors import ServerFailed
from atlas.server import Server, offline_admin, start, status

LISTENS = "0A"  # state of a socket in /proc/net/tcp


def test_started_again(neo4j_server: Server, own_home: Path) -> None:
    assert start("5.26", home=own_home) == neo4j_server
    assert status(own_home) == neo4j_server


def test_found_by_another_process(neo4j_server: Server, own_home: Path) -> None:
    text = "from pathlib import Path; from atlas.server import status; import sys; s = status(Path(sys.argv[1]))"
    command = [sys.executable, "-c", f"{text}; print(s.uri, s.pid)", str(own_home)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [neo4j_server.uri, str(neo4j_server.pid)]


def test_password_file(neo4j_server: Server) -> None:
    file = neo4j_server.folder / "password"
    assert file.read_text() == neo4j_server.password
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(neo4j_server.folder.stat().st_mode) == 0o700


@pytest.mark.skipif(not Path("/proc/net/tcp6").exists(), reason="reads Linux's table of sockets")
def test_loopback_only(neo4j_server: Server) -> None:
    rows = [line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]]
    addresses = dict(row[1].split(":")[::-1] for row in rows if row[3] == LISTENS and row[9] in sockets(neo4j_server))
    ports = {int(neo4j_server.uri.rsplit(":", 1)[1]), int(neo4j_server.http_uri.rsplit(":", 1)[1])}
    assert {int(port, 16) for port in addresses} == ports
    assert {address[-8:] for address in addresses.values()} == {"0100007F"}  # 127.0.0.1, the lowest byte first


def sockets(server: Server) -> set[str]:
    links = [str(entry.readlink()) for entry in Path(f"/proc/{server.pid}/fd").iterdir()]
    return {link[len("socket:[") : -1] for link in links if link.startswith("socket:[")}


def test_version(neo4j_server: Server) -> None:
    with urllib.request.urlopen(neo4j_server.http_uri) as reply:
        assert json.load(reply)["neo4j_version"] == neo4j_server.version == "5.26.30"


def test_browser_is_served(neo4j_server: Server) -> None:
    with urllib.request.urlopen(neo4j_server.browser_uri) as reply:
        assert b"<title>Neo4j Browser</title>" in reply.read()


def test_newer_line(server_2026: Server, own_home: Path) -> None:
    with urllib.request.urlopen(server_2026.http_uri) as reply:
        assert json.load(reply)["neo4j_version"] == server_2026.version == "2026.08.1"
    assert server_2026.folder == own_home / "neo4j-2026.08"
    assert status(own_home, line="2026.08") == server_2026


def test_no_administration_of_a_running_one(neo4j_server: Server, own_home: Path) -> None:
    with pytest.raises(ServerFailed, match=r"is running. Stop it first: `atlas server stop`"):
        offline_admin(own_home, "database", "dump", "neo4j")
