"""An open store on the server under test, and keys that are emptied before and after."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from atlas.errors import UnknownName
from atlas.store import Store, clean, network_properties, remove_network


@pytest.fixture(scope="session")
def store(neo4j_access: dict[str, str]) -> Iterator[Store]:
    """The atlas under test, open for the whole run."""
    with Store(*(neo4j_access[f"ATLAS_NEO4J_{name}"] for name in ("URI", "USER", "PASSWORD"))) as opened:
        opened.prepare()
        yield opened


@pytest.fixture
def key(store: Store, request: pytest.FixtureRequest) -> Iterator[str]:
    """A network's key of this test's own; nothing stands under it before and after."""
    name = f"store-{request.node.name.removeprefix('test_').replace('[', '-').rstrip(']')}"
    _forget(store, name)
    yield name
    _forget(store, name)


def _forget(store: Store, name: str) -> None:
    clean(store)
    try:
        network_properties(store, name)
    except UnknownName:
        return
    remove_network(store, name)
