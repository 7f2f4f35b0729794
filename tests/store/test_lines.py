"""Both server lines hold the same graph after the same writing, and neither calls anything deprecated."""

from __future__ import annotations

import pytest
from store.samples import EFFECTS, write_everything

from atlas import store as room
from atlas.server import Server
from atlas.store import Store


def _written(server: dict[str, str], key: str, monkeypatch: pytest.MonkeyPatch) -> str:
    for name, value in server.items():
        monkeypatch.setenv(name, value)
    write_everything(key)
    with Store(*server.values()) as store:
        found = room.fingerprint(store, key)
        assert len(store.rows(EFFECTS, network=key, run=None)) == 152 * 11  # 150 neurons and 2 clusters, 11 targets
        room.remove_run(store, f"{key}/run/ablate-1")
        room.remove_network(store, key)
    return found


def test_same_graph(
    neo4j_access: dict[str, str],
    server_2026: Server,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    newer = {
        "ATLAS_NEO4J_URI": server_2026.uri,
        "ATLAS_NEO4J_USER": server_2026.user,
        "ATLAS_NEO4J_PASSWORD": server_2026.password,
    }
    graphs = {_written(access, "store-lines", monkeypatch) for access in (neo4j_access, newer)}
    assert len(graphs) == 1
    assert [record.getMessage() for record in caplog.records if record.name.startswith("neo4j.notifications")] == []
