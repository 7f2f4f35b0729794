"""Real servers for every test that needs one: one for each server line, and throw-away ones."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from atlas.server import Server, start, stop


def _managed(home: Path, line: str) -> Iterator[Server]:
    server = start(line, home=home)
    yield server
    stop(home, line=line)


@pytest.fixture(scope="session")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A managed 5.26 of this test run's own."""
    yield from _managed(tmp_path_factory.mktemp("server"), "5.26")


@pytest.fixture(scope="session")
def server_2026(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A managed 2026.08 of this test run's own."""
    yield from _managed(tmp_path_factory.mktemp("server-2026"), "2026.08")


@pytest.fixture
def throwaway_server(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Start managed servers that this test may ruin; all are stopped at its end."""
    homes: list[Path] = []

    def begin(line: str = "5.26") -> Server:
        homes.append(tmp_path / f"home-{len(homes)}")
        return start(line, home=homes[-1])

    yield begin
    for home in homes:
        stop(home)


@pytest.fixture(scope="session")
def neo4j_access(request: pytest.FixtureRequest) -> dict[str, str]:
    """Address, user and password of the server under test: ATLAS_TEST_NEO4J_*, else one of our own."""
    if uri := os.environ.get("ATLAS_TEST_NEO4J_URI"):
        user, password = os.environ["ATLAS_TEST_NEO4J_USER"], os.environ["ATLAS_TEST_NEO4J_PASSWORD"]
    else:
        server = request.getfixturevalue("own_server")
        uri, user, password = server.uri, server.user, server.password
    return {"ATLAS_NEO4J_URI": uri, "ATLAS_NEO4J_USER": user, "ATLAS_NEO4J_PASSWORD": password}


@pytest.fixture(scope="session")
def demo_environment(neo4j_access: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What a user's shell would hold after `atlas demo` on the server under test."""
    environment = {**neo4j_access, "ATLAS_HOME": str(tmp_path_factory.mktemp("demo-home"))}
    command = [str(Path(sys.executable).parent / "atlas"), "demo"]
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return environment
