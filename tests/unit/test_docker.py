"""The compose file: the pinned server, reachable from this machine only."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from atlas.server import DEFAULT_LINE, LINES


@pytest.fixture(scope="module")
def compose() -> Any:
    file = Path(__file__).parents[2] / "docker" / "compose.yaml"
    return yaml.safe_load(file.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def service(compose: Any) -> Any:
    return compose["services"]["neo4j"]


def test_version(service: Any) -> None:
    assert service["image"] == f"neo4j:{LINES[DEFAULT_LINE].version}-community"


def test_loopback_ports(service: Any) -> None:
    assert service["ports"] == [
        "127.0.0.1:${NEO4J_HTTP_PORT:-7474}:7474",
        "127.0.0.1:${NEO4J_BOLT_PORT:-7687}:7687",
    ]


def test_password_required(service: Any) -> None:
    assert service["environment"]["NEO4J_AUTH"].startswith("neo4j/${NEO4J_PASSWORD:?")


def test_health_is_a_query(service: Any) -> None:
    kind, command = service["healthcheck"]["test"]
    assert kind == "CMD-SHELL"
    assert "cypher-shell" in command and "'RETURN 1'" in command


def test_volumes_declared(compose: Any, service: Any) -> None:
    assert set(compose["volumes"]) == {volume.split(":")[0] for volume in service["volumes"]} == {"data", "logs"}
