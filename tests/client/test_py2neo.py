"""A py2neo.Graph in hand: the table of docs/py2neo.md line by line, and the atlas that is opened with it."""

import re
from pathlib import Path

import numpy
import pandas
import py2neo
import pytest
from py2neo import Node, NodeMatcher, RelationshipMatcher
from py2neo.bulk import create_nodes

from atlas import connect
from atlas.errors import BadParameter, StoreError
from atlas.records import LayerRecord, NetworkRecord, TargetRecord, WeightBlock

KEY = "client-py2neo"
PAGE = (Path(__file__).parents[2] / "docs" / "py2neo.md").read_text(encoding="utf-8")
TABLE = re.findall(r"^\| `(.*)` \| (\w+) \| (\w+) \|$", PAGE, flags=re.MULTILINE)
NAMES = {"Node": Node, "NodeMatcher": NodeMatcher, "RelationshipMatcher": RelationshipMatcher}
NAMES |= {"create_nodes": create_nodes, "numpy": numpy, "pandas": pandas}


def record():
    ends = zip(("input", "hidden"), ("hidden", "output"), strict=True)
    return NetworkRecord(
        key=KEY,
        architecture="2-2-2",
        layers=tuple(
            LayerRecord(name=name, number=number, kind="linear" if number else "input", n_neurons=2)
            for number, name in enumerate(("input", "hidden", "output"))
        ),
        blocks=tuple(
            WeightBlock(source=source, target=target, value=numpy.eye(2), strength=numpy.eye(2))
            for source, target in ends
        ),
        targets=(TargetRecord(name="all", kind="all"),),
        file_sha256="f" * 64,
    )


@pytest.fixture(scope="module", params=["5.26", "2026.08"])
def opened(request):
    """Open an atlas with a graph, and load a network through it: constraints and weights go by the driver."""
    server = request.getfixturevalue("neo4j_server" if request.param == "5.26" else "server_2026")
    graph = py2neo.Graph(server.uri, auth=(server.user, server.password))
    with connect(graph=graph) as atlas:
        atlas.load(record())
        yield request.param, graph, atlas
        atlas.remove(KEY)


def outcome(code, names):
    try:
        eval(code, names)
    except Exception as error:
        return type(error).__name__
    return "works"


def test_the_table_is_what_happens(opened):
    line, graph, atlas = opened
    attrs = atlas.ask("layer_matrix", network=KEY).attrs
    names = {**NAMES, "graph": graph, "text": attrs["query"], "parameters": attrs["parameters"]}
    try:
        found = {code: outcome(code, names) for code, *_ in TABLE}
    finally:
        graph.run("MATCH (n:Note) DETACH DELETE n")
    assert found == {code: old if line == "5.26" else new for code, old, new in TABLE}
    assert set(found.values()) == {"works", "ClientError", "TypeError"}


def test_both_get_the_same_rows(opened):
    _, graph, atlas = opened
    asked = atlas.ask("layer_matrix", network=KEY)
    run = graph.run(asked.attrs["query"], asked.attrs["parameters"]).to_data_frame()
    assert run["from_layer"].tolist() == asked["from_layer"].tolist() == ["input", "hidden"]
    assert run["n_weights"].tolist() == asked["n_weights"].tolist() == [4, 4]


def test_the_database_of_the_graph_is_taken(opened):
    _, graph, atlas = opened
    named = py2neo.Graph(graph.service.profile, name="neo4j")
    with connect(graph=named) as other:
        assert other.networks()["network"].tolist() == atlas.networks()["network"].tolist()
    named.__name__ = "nowhere"  # py2neo asks the server when it makes one
    with pytest.raises(StoreError, match="nowhere"):
        connect(graph=named)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"graph": 5}, r"^5 is no py2neo\.Graph\. Make one"),
        ({"graph": object(), "uri": "bolt://x:1"}, "A graph and an address, user or password are given"),
        ({"graph": object(), "password": "x"}, "A graph and an address, user or password are given"),
    ],
)
def test_what_is_no_graph(given, message):
    with pytest.raises(BadParameter, match=message):
        connect(**given)
