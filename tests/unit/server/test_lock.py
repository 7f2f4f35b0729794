"""The lock files: exact coordinates and checksums, no addresses."""

import re
from importlib import resources

import pytest

from atlas.errors import UnknownName
from atlas.server.lock import LINES, parse_lock_line, server_line

ROW = re.compile(r"[\w.-]+:[\w.-]+:[\w.-]+(:[\w.-]+)? [0-9a-f]{64}")


def test_plain_jar() -> None:
    jar = parse_lock_line("org.neo4j:neo4j-bolt:5.26.30 " + "a" * 64)
    assert jar.path == "org/neo4j/neo4j-bolt/5.26.30/neo4j-bolt-5.26.30.jar"
    assert jar.coordinate == "org.neo4j:neo4j-bolt:5.26.30"
    assert jar.sha256 == "a" * 64


def test_classified_jar() -> None:
    jar = parse_lock_line("io.netty:netty-epoll:4.1.0.Final:linux-x86_64 " + "b" * 64)
    assert jar.path == "io/netty/netty-epoll/4.1.0.Final/netty-epoll-4.1.0.Final-linux-x86_64.jar"
    assert jar.coordinate == "io.netty:netty-epoll:4.1.0.Final:linux-x86_64"


@pytest.mark.parametrize(("name", "version", "n_jars"), [("5.26", "5.26.30", 214), ("2026.08", "2026.08.1", 226)])
def test_lines(name: str, version: str, n_jars: int) -> None:
    line = server_line(name)
    assert line.version == version
    assert len(line.jars) == len({jar.path for jar in line.jars}) == n_jars
    assert "org.neo4j.client:neo4j-browser:5.24.0" in {jar.coordinate for jar in line.jars}


@pytest.mark.parametrize("name", LINES)
def test_rows(name: str) -> None:
    text = resources.files("atlas.server").joinpath(f"neo4j-{name}.lock").read_text(encoding="utf-8")
    assert [row for row in text.splitlines() if ROW.fullmatch(row) is None] == []


def test_unknown_line() -> None:
    with pytest.raises(UnknownName, match=r"Unknown server line '5\.2'\. Did you mean '5\.26'\?"):
        server_line("5.2")
