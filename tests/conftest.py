"""Real servers for every test that needs one, one seed for every test, and time enough."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import neo4j
import pytest
import torch

from atlas.server import Server, start, stop

hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")
USERS_OWN = ("ATLAS_NEO4J_URI", "ATLAS_NEO4J_USER", "ATLAS_NEO4J_PASSWORD")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Begin every test, its fixtures included, with the same weights of new modules."""
    torch.manual_seed(0)


@pytest.fixture(scope="session", autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep every test away from the atlas of whoever runs them; the fetched jars are shared with it."""
    home = tmp_path_factory.mktemp("atlas-home")
    with pytest.MonkeyPatch.context() as environment:
        for name in USERS_OWN:
            environment.delenv(name, raising=False)
        environment.setenv("ATLAS_HOME", str(home))
        yield home
        stop(home)


@pytest.fixture(scope="session")
def neo4j_server(own_home: Path) -> Server:
    """The managed 5.26 of this test run, the one `connect()` finds; stopped at the end of the run."""
    return start("5.26", home=own_home)


@pytest.fixture(scope="session")
def server_2026(own_home: Path) -> Server:
    """The managed 2026.08 of this test run; stopped at the end of the run."""
    return start("2026.08", home=own_home)


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
    """Address, user and password of the server under test: ATLAS_TEST_NEO4J_*, else the managed one."""
    if uri := os.environ.get("ATLAS_TEST_NEO4J_URI"):
        user, password = os.environ["ATLAS_TEST_NEO4J_USER"], os.environ["ATLAS_TEST_NEO4J_PASSWORD"]
        refuse_data(uri, user, password)
    else:
        server: Server = request.getfixturevalue("neo4j_server")
        uri, user, password = server.uri, server.user, server.password
    return dict(zip(USERS_OWN, (uri, user, password), strict=True))


@pytest.fixture(scope="session")
def neo4j_uri(neo4j_access: dict[str, str]) -> str:
    """Address of the server under test."""
    return neo4j_access["ATLAS_NEO4J_URI"]


def refuse_data(uri: str, user: str, password: str) -> None:
    """Stop the run rather than write into a database somebody uses."""
    with neo4j.GraphDatabase.driver(uri, auth=(user, password)) as driver:
        if driver.execute_query("MATCH (n) RETURN n LIMIT 1").records:
            pytest.exit(f"ATLAS_TEST_NEO4J_URI={uri} already holds data. Name an empty database.", returncode=2)


@pytest.fixture(scope="session")
def demo_environment(neo4j_access: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What a user's shell would hold after `atlas demo` on the server under test."""
    environment = {**neo4j_access, "ATLAS_HOME": str(tmp_path_factory.mktemp("demo-home"))}
    command = [str(Path(sys.executable).parent / "atlas"), "demo"]
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return environment
