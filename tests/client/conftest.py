"""The environment of a user whose atlas is the server under test."""

import pytest
from networks import two_blocks, two_blocks_data
from typer.testing import CliRunner

import ingest
from atlas import connect
from atlas.cli.app import app


@pytest.fixture
def environment(neo4j_access, monkeypatch):
    for name, value in neo4j_access.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def run(environment):
    return lambda *words: CliRunner().invoke(app, list(words))


@pytest.fixture
def atlas(environment):
    with connect() as atlas:
        yield atlas


@pytest.fixture(scope="module")
def blocks(neo4j_access):
    """two_blocks, partitioned, ablated and informed under `client-blocks`; removed at the end."""
    uri, user, password = neo4j_access.values()
    with connect(uri, user=user, password=password) as atlas:
        network = ingest.add(atlas, two_blocks(), key="client-blocks", data=two_blocks_data())
        network.partition()
        network.ablate()
        network.inform()
        yield network
        atlas.remove("client-blocks")
