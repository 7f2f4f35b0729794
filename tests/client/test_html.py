"""What a notebook shows of an atlas and of two_blocks."""

import re

import pytest

from atlas import connect
from atlas.records import LayerRecord, NetworkRecord, TargetRecord


def rows(html):
    """Read the table back: the second column by the first."""
    return dict(re.findall(r"<tr><th[^>]*>(.*?)</th><td[^>]*>(.*?)</td></tr>", html))


def test_an_atlas(atlas, blocks):
    shown = rows(atlas._repr_html_())
    assert shown["address"] == atlas.store.uri
    assert shown["server"] == f"Neo4j {atlas.store.server_version}"
    assert shown["network client-blocks"] == "14 neurons, 40 weights, 100.0 % right"


def test_a_network(blocks):
    html = blocks._repr_html_()
    assert "<caption>Network client-blocks</caption>" in html
    assert rows(html) == {
        "architecture": "4-4-4-2 relu",
        "size": "14 neurons, 40 weights, 100.0 % right",
        "layers": "input 4, dense_1 4, dense_2 4, dense_3 2",
        "partitions": "leiden-1.0-seed0 (2 clusters)",
        "runs": "partition 1, ablate 2, inform 2",
    }


@pytest.fixture
def marked(atlas):
    """Have a network whose architecture looks like HTML, and that was never asked to answer."""
    record = NetworkRecord(
        key="client-marked",
        architecture="<img src=x onerror=alert(1)>",
        layers=(LayerRecord(name="input", number=0, kind="input", n_neurons=1),),
        blocks=(),
        targets=(TargetRecord(name="all", kind="all"),),
        file_sha256="f" * 64,
    )
    yield atlas.load(record)
    atlas.remove("client-marked")


def test_it_is_escaped(marked):
    html = marked._repr_html_()
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
    assert "<img" not in html
    assert rows(html)["size"] == "1 neurons, 0 weights"
    assert (rows(html)["partitions"], rows(html)["runs"]) == ("none", "none")


def test_a_closed_atlas_says_so(environment, blocks):
    with connect() as atlas:
        network = atlas.network("client-blocks")
    for shown in (atlas, network):
        assert "was closed. Open it again: connect()." in rows(shown._repr_html_())["state"]
