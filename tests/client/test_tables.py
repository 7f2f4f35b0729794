"""Tables of two_blocks, with the values of its docstring."""

import pytest

from atlas.errors import BadQuery, UnknownName

POINTS = [50, 0, 50, 0, 50, 25, 50, 25]
BITS = [1, 0, 1, 1, 1, 1, 0.5, 0]


def test_neurons(blocks):
    neurons = blocks.neurons()
    hidden = neurons[neurons["layer"].isin(["dense_1", "dense_2"])]
    assert len(neurons) == 14
    assert hidden["effect_points"].tolist() == POINTS
    assert hidden["label_bits"].tolist() == pytest.approx(BITS, abs=1e-12)
    assert hidden["in_strength"].tolist() == [2] * 8
    assert neurons["effect_points"].isna().sum() == 6  # inputs and outputs are not ablated


def test_weights(blocks):
    weights = blocks.weights()
    assert len(weights) == 40
    assert weights["strength"].sum() == 20
    assert weights["value"].sum() == 12  # 16 of +1, 4 of -1
    assert weights.iloc[0].tolist() == ["client-blocks/input/0", "client-blocks/dense_1/0", 1, 1]


def test_partitions_and_clusters(blocks):
    (partition,) = blocks.partitions().to_dict("records")
    assert (partition["partition"], partition["n_clusters"]) == ("leiden-1.0-seed0", 2)
    assert partition["modularity"] == pytest.approx(0.5)
    clusters = blocks.clusters()
    assert clusters["n_neurons"].tolist() == [7, 7]
    assert clusters["internal_share"].tolist() == [1, 1]
    assert clusters["effect_points"].tolist() == [50, 50]
    assert clusters.attrs["runs"] == sorted({*clusters["effect_run"], *clusters["label_run"], *clusters["run"]})


def test_effects(blocks):
    effects = blocks.effects()
    by_class = effects[effects["element"] == "client-blocks/dense_2/1"].set_index("target")["points"]
    assert by_class.to_dict() == {"all": 25, "0": 50, "1": 0}
    clusters = blocks.effects(partition="leiden-1.0-seed0")
    assert clusters["points"].tolist() == [50, 100, 0, 50, 0, 100]
    assert clusters["n_ablated"].tolist() == [4] * 6
    assert clusters["n_trials"].tolist() == [64, 32, 32] * 2
    assert len(effects.attrs["runs"]) == 1


def test_information(blocks):
    overall = blocks.information().query("target == 'all'").set_index("element")["bits"]
    assert overall["client-blocks/dense_2/2"] == pytest.approx(0.5)
    assert len(overall) == 14
    clusters = blocks.information(partition="leiden-1.0-seed0")
    assert clusters["bits"].tolist() == pytest.approx([1] * 6)


def test_a_run_by_name(blocks):
    (run,) = blocks.effects().attrs["runs"]
    assert blocks.effects(run=run).equals(blocks.effects())
    with pytest.raises(UnknownName, match="Did you mean"):
        blocks.effects(run=f"{run}0")


def test_networkx(blocks):
    graph = blocks.to_networkx()
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (14, 40)
    assert graph.edges["client-blocks/dense_1/1", "client-blocks/dense_2/1"]["value"] == -1
    assert graph.nodes["client-blocks/dense_1/0"]["effect_points"] == 50


def test_cypher_names_query_parameters_and_runs(atlas, blocks):
    text = "MATCH (n:Neuron {key: $key}) RETURN n.number AS number, n.effect_run AS effect_run"
    frame = atlas.cypher(text, key="client-blocks/dense_1/2")
    assert frame["number"].tolist() == [2]
    assert frame.attrs == {
        "query": text,
        "parameters": {"key": "client-blocks/dense_1/2"},
        "runs": blocks.effects().attrs["runs"],
    }


def test_cypher_only_reads(atlas, blocks):
    with pytest.raises(BadQuery):
        atlas.cypher("MATCH (n:Neuron) SET n.number = 7")
    with pytest.raises(BadQuery):
        atlas.cypher("MATCH (n RETURN n")
    assert blocks.neurons()["number"].tolist() == [0, 1, 2, 3] * 3 + [0, 1]


def test_values_that_look_like_cypher_are_data(atlas, blocks):
    text = "'}) DETACH DELETE (n) //"
    assert atlas.cypher("RETURN $text AS text", text=text)["text"].tolist() == [text]
    with pytest.raises(UnknownName):
        atlas.ask("network_card", network=text)
    assert len(blocks.neurons()) == 14


def test_runs_and_check(atlas, blocks):
    runs = atlas.runs("client-blocks")
    assert runs["kind"].tolist() == ["partition", "ablate", "ablate", "inform", "inform"]
    assert set(runs["state"]) == {"finished"}
    command = runs["command"][0]
    assert command.startswith("atlas partition client-blocks --method leiden --seed 0 --graph weights --resolution 1.0")
    assert "forward=ingest.forward(module, key='client-blocks', data=(x, y))" in runs["command"][1]
    assert len(atlas.check()) == 0


def test_questions(atlas):
    assert "effect_and_information" in set(atlas.questions()["name"])
