"""two_blocks as graphs of other libraries, and as files, with the values of its docstring."""

import igraph
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from networks import two_blocks, two_blocks_data

import ingest
from atlas.errors import BadParameter, KeyTaken, UnknownName
from atlas.store import fingerprint

PARTITION = "leiden-1.0-seed0"
CLUSTER = f"cluster_{PARTITION}"
HALVES = [0, 0, 1, 1] * 3 + [0, 1]


def test_networkx(blocks):
    graph = blocks.to_networkx(partitions=[PARTITION])
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (14, 40)
    assert graph.edges["client-blocks/dense_1/1", "client-blocks/dense_2/1"] == {"value": -1, "strength": 1}
    first = graph.nodes["client-blocks/dense_1/0"]
    assert (first["layer"], first["number"], first["effect_points"]) == ("dense_1", 0, 50)
    assert "effect_points" not in graph.nodes["client-blocks/input/0"]  # null
    labels = [attributes[CLUSTER] for _, attributes in graph.nodes(data=True)]
    assert labels in (HALVES, [1 - label for label in HALVES])
    assert CLUSTER not in blocks.to_networkx().nodes["client-blocks/dense_1/0"]


def test_igraph(blocks):
    graph = blocks.to_igraph(partitions=[PARTITION])
    assert (graph.vcount(), graph.ecount(), graph.is_directed()) == (14, 40, True)
    assert graph.vs["name"][:2] == ["client-blocks/input/0", "client-blocks/input/1"]
    assert graph.vs["effect_points"][3:6] == [None, 50, 0]
    assert graph.strength(weights="strength", mode="in") == [0] * 4 + [2] * 10
    edge = graph.es[graph.get_eid("client-blocks/dense_1/1", "client-blocks/dense_2/1")]
    assert edge.attributes() == {"value": -1, "strength": 1}
    # two blocks with nothing between
    assert graph.modularity(graph.vs[CLUSTER], weights="strength") == pytest.approx(0.5)


def test_both_alike(blocks):
    one, other = blocks.to_networkx(), blocks.to_igraph()
    matrix = nx.to_numpy_array(one, weight="value", nodelist=other.vs["name"])
    assert np.array_equal(matrix, other.get_adjacency(attribute="value").data)


def test_one_partition_by_its_name(blocks):
    assert blocks.to_igraph(partitions=PARTITION).vs[CLUSTER] == blocks.to_igraph(partitions=[PARTITION]).vs[CLUSTER]


def test_partitions_that_are_none(blocks):
    with pytest.raises(UnknownName, match=r"Did you mean 'leiden-1\.0-seed0'"):
        blocks.to_igraph(partitions=["leiden-1.0-seed1"])
    with pytest.raises(BadParameter, match=r"^5 is no name\."):
        blocks.to_networkx(partitions=5)


def test_graphml(run, blocks, tmp_path):
    file = tmp_path / "blocks.graphml"
    done = run("export", "client-blocks", str(file))
    assert done.exit_code == 0, done.stderr
    graph = nx.read_graphml(file)
    expected = blocks.to_networkx(partitions=[PARTITION])
    assert dict(graph.nodes(data=True)) == dict(expected.nodes(data=True))
    assert sorted(graph.edges(data="value")) == sorted(expected.edges(data="value"))
    assert graph.graph["network"] == "client-blocks"
    assert igraph.Graph.Read_GraphML(str(file)).ecount() == 40
    refused = run("export", "client-blocks", str(file))
    assert (refused.exit_code, "--overwrite" in refused.stderr) == (1, True)
    assert run("export", "client-blocks", str(file), "--overwrite").exit_code == 0
    assert list(tmp_path.iterdir()) == [file]


def test_export_and_import(run, atlas, tmp_path):
    network = ingest.add(atlas, two_blocks(), key="client-exchange", data=two_blocks_data())
    network.partition()
    network.ablate()
    before, folder = fingerprint(atlas.store, "client-exchange"), tmp_path / "out"
    done = run("export", "client-exchange", str(folder))
    assert "14 neurons, 40 weights, 1 partitions, 3 runs" in done.stdout
    assert "Left out" not in done.stderr
    with pytest.raises(KeyTaken, match="--overwrite"):
        network.export(folder)
    assert network.export(folder, overwrite=True).count("EFFECT") == 8 * 3 + 2 * 3
    assert pd.read_parquet(folder / "weight.parquet")["strength"].sum() == 20
    atlas.remove("client-exchange")
    assert run("import", str(folder)).stdout.startswith("client-exchange: loaded, 14 neurons")
    assert fingerprint(atlas.store, "client-exchange") == before
    assert run("import", str(folder)).stdout.startswith("client-exchange: already there")
    assert run("check").exit_code == 0
    (folder / "weight.parquet").unlink()
    refused = run("import", str(folder))
    assert (refused.exit_code, refused.stderr.count("atlas: "), "is missing" in refused.stderr) == (1, 1, True)
    atlas.remove("client-exchange")
