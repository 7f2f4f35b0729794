"""The address of Neo4j Browser."""

from pathlib import Path

import pytest

from atlas.server import Server, open_browser


def test_without_a_desktop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    server = Server(
        uri="bolt://127.0.0.1:7001",
        http_uri="http://127.0.0.1:7002",
        user="neo4j",
        password="secret",
        line="5.26",
        version="5.26.30",
        pid=1,
        folder=Path("somewhere"),
    )
    assert open_browser(server) == "http://127.0.0.1:7002/browser/?dbms=bolt://neo4j@127.0.0.1:7001&db=neo4j"
    assert "secret" not in repr(server)
