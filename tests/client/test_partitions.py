"""`atlas partition` and `atlas lesion` on a real atlas, and the same from Python; two_blocks is worked out by hand."""

import shlex

import numpy as np
import pandas as pd
import pytest
import torch
from networks import two_blocks, two_blocks_data

import ingest
from atlas.errors import InputError
from atlas.store import fingerprint

KEY = "client-partitions"
LEIDEN = "leiden-1.0-seed0"
CLUSTERS = """MATCH (:Network {key: $network})-[:HAS_PARTITION]->(:Partition {name: $partition})-[:HAS_CLUSTER]->(c)
RETURN c.number AS number, c.set_apart AS set_apart, [(x)-[:IN_CLUSTER]->(c) | x.layer + '/' + x.number] AS neurons,
  [(c)-[:WITHIN]->(coarse) | coarse.number] AS within ORDER BY number"""
HALF = ["input/{}", "input/{}", "dense_1/{}", "dense_1/{}", "dense_2/{}", "dense_2/{}"]


def half(first, second):
    return [*sorted(place.format((first, second)[i % 2]) for i, place in enumerate(HALF)), f"dense_3/{first // 2}"]


@pytest.fixture(scope="module")
def spec(tmp_path_factory):
    folder = tmp_path_factory.mktemp("partitions")
    torch.save(two_blocks().state_dict(), folder / "blocks.pt")
    x, y = two_blocks_data()
    np.savez(folder / "trials.npz", x=x, y=y)
    return folder


@pytest.fixture
def ingested(run, spec, atlas):
    chain = "dense_1:relu,dense_2:relu,dense_3"
    words = ("--key", KEY, "--chain", chain, "--data", str(spec / "trials.npz"))
    assert run("ingest", str(spec / "blocks.pt"), *words).exit_code == 0
    yield KEY
    atlas.remove(KEY)


@pytest.fixture
def clusters(atlas):
    def clusters(partition):
        rows = atlas.store.rows(CLUSTERS, network=KEY, partition=partition)
        return [(sorted(row["neurons"]), row["set_apart"], row["within"]) for row in rows]

    return clusters


def by_layer(neurons):
    order = {"input": 0, "dense_1": 1, "dense_2": 2, "dense_3": 3}
    return sorted(neurons, key=lambda neuron: (order[neuron.split("/")[0]], neuron))


BLOCKS = [by_layer(half(0, 1)), by_layer(half(2, 3))]


def found(clusters, partition):
    return [by_layer(neurons) for neurons, _, _ in clusters(partition)]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ((), LEIDEN),
        (("--method", "n_cut", "--k", "2"), "n_cut-2-seed0"),
        (("--method", "n_cut", "--k", "2", "--no-deflate", "--rescale"), "n_cut-2-seed0"),
        (("--method", "layered", "--shuffle", "degree"), "layered-1.0-seed0"),
        (("--method", "rb_er"), "rb_er-1.0-seed0"),
    ],
    ids=["leiden", "n_cut", "plain", "layered", "rb_er"],
)
def test_the_two_blocks_are_found(run, ingested, clusters, words, name):
    done = run("partition", KEY, *words, "--n-null", "3", "--n-seeds", "2")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith(f"partition {name}: written")
    assert found(clusters, name) == BLOCKS


def test_from_activations(run, ingested, clusters, atlas):
    assert run("partition", KEY, "--graph", "activations", "--n-null", "3", "--n-seeds", "0").exit_code == 0
    text = (
        "MATCH (p:Partition {network: $key}) RETURN p.graph AS graph, p.shuffle AS shuffle, p.resolution AS resolution"
    )
    assert atlas.store.rows(text, key=KEY) == [{"graph": "activations", "shuffle": "layer", "resolution": 1.0}]
    members = [neuron for neurons in found(clusters, "leiden-1.0-activations-seed0") for neuron in neurons]
    assert by_layer(members) == [f"{layer}/{n}" for layer in ("dense_1", "dense_2") for n in range(4)]
    (command,) = atlas.runs(KEY)["command"]
    assert "--graph activations" in command
    assert "--data" in command


def test_weights_and_activations_together(run, ingested, clusters):
    assert run("partition", KEY, "--method", "multiplex", "--n-null", "2", "--n-seeds", "0").exit_code == 0
    members = [neuron for neurons in found(clusters, "multiplex-1.0-seed0") for neuron in neurons]
    assert by_layer(members) == [f"{layer}/{n}" for layer in ("dense_1", "dense_2") for n in range(4)]


def test_the_recorded_command_computes_nothing_again(run, ingested, atlas):
    run("partition", KEY, "--method", "n_cut", "--k", "2", "--layers", "dense_1,dense_2", "--n-null", "2")
    run("lesion", KEY, "--n-null", "36")
    before = fingerprint(atlas.store, KEY)
    for command in atlas.runs(KEY)["command"]:
        done = run(*shlex.split(command)[1:])
        assert "already there" in done.stdout, done.output
    assert fingerprint(atlas.store, KEY) == before


def test_dry_run_changes_nothing(run, ingested, atlas):
    before = fingerprint(atlas.store, KEY)
    told = run("partition", KEY, "--method", "n_cut", "--k", "2", "--dry-run")
    assert told.stdout.startswith("partition n_cut-2-seed0: 14 elements, 14 relationships to write, about ")
    assert fingerprint(atlas.store, KEY) == before


def test_within_a_partition(run, ingested, clusters, atlas):
    run("partition", KEY, "--n-null", "0", "--n-seeds", "0")
    words = ("--method", "n_cut", "--k", "2", "--no-deflate", "--within", LEIDEN, "--n-null", "0", "--n-seeds", "0")
    done = run("partition", KEY, *words)
    assert done.exit_code == 0, done.output
    finer = clusters(f"n_cut-2-within-{LEIDEN}-seed0")
    assert len(finer) == 4
    for neurons, _, within in finer:
        assert set(neurons) <= set(BLOCKS[within[0]])
    coarse, *finer_runs = atlas.runs(KEY)["run"]
    assert run("remove", "--run", coarse).stdout.splitlines() == [f"Removed {key}." for key in (*finer_runs, coarse)]
    assert atlas.store.rows("MATCH (p:Partition {network: $key}) RETURN p", key=KEY) == []


def test_imported(run, ingested, clusters, spec):
    table = pd.DataFrame({"layer": ["dense_1"] * 4, "number": [3, 2, 1, 0], "cluster": ["a", "a", "a", "b"]})
    table.to_csv(spec / "mine.csv", index=False)
    words = ("--method", "imported", "--labels", str(spec / "mine.csv"), "--layers", "dense_1")
    done = run("partition", KEY, *words, "--name", "theirs")
    assert done.exit_code == 1
    assert "no weights" in done.stderr  # within one layer nothing joins neurons


def test_the_path_of_an_import_is_recorded_in_full(run, ingested, atlas, spec, monkeypatch):
    rows = [(layer, number, number % 2) for layer in ("dense_1", "dense_2") for number in range(4)]
    pd.DataFrame(rows, columns=["layer", "number", "cluster"]).to_csv(spec / "hidden.csv", index=False)
    monkeypatch.chdir(spec)
    words = ("--method", "imported", "--n-null", "0", "--n-seeds", "0")
    assert "written" in run("partition", KEY, *words, "--labels", "hidden.csv").stdout
    assert "already there" in run("partition", KEY, *words, "--labels", str(spec / "hidden.csv")).stdout
    assert str(spec / "hidden.csv") in atlas.runs(KEY)["command"].iloc[0]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("dense_1", n, 0) for n in range(4)] + [("dense_2", n, n) for n in range(3)], "leaves out 1 neuron"),
        ([("dense_1", 7, 0)], "dense_1/7"),
        ([("dense_9", 0, 0)], "dense_9"),
        ([("dense_1", 0, 0), ("dense_1", 0, 1)], "named 2 times"),
    ],
    ids=["left out", "unknown neuron", "unknown layer", "twice"],
)
def test_imports_that_do_not_fit(run, ingested, atlas, spec, rows, message):
    before = fingerprint(atlas.store, KEY)
    pd.DataFrame(rows, columns=["layer", "number", "cluster"]).to_csv(spec / "bad.csv", index=False)
    done = run("partition", KEY, "--method", "imported", "--labels", str(spec / "bad.csv"))
    assert done.exit_code == 1
    assert message in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert fingerprint(atlas.store, KEY) == before


def test_a_table_in_memory(ingested, atlas, clusters):
    table = pd.DataFrame(
        {"layer": ["dense_1"] * 4 + ["dense_2"] * 4, "number": [0, 1, 2, 3] * 2, "cluster": [5, 5, 7, 7] * 2}
    )
    atlas.network(KEY).partition(method="imported", labels=table, n_null=3, n_seeds=0)
    assert found(clusters, "imported") == [
        ["dense_1/0", "dense_1/1", "dense_2/0", "dense_2/1"],
        ["dense_1/2", "dense_1/3", "dense_2/2", "dense_2/3"],
    ]
    (command,) = atlas.runs(KEY)["command"]
    assert command.startswith(f"atlas.network('{KEY}').partition(method='imported', ")
    assert "labels=labels" in command


@pytest.mark.parametrize(
    ("text", "message"),
    [("layer,number\ndense_1,0\n", "'cluster'"), ("layer,number,cluster\ndense_1,0,\n", "empty cell")],
)
def test_tables_that_are_none(run, ingested, spec, text, message):
    (spec / "none.csv").write_text(text)
    done = run("partition", KEY, "--method", "imported", "--labels", str(spec / "none.csv"))
    assert (done.exit_code, message in done.stderr) == (1, True)


def test_lesions(run, ingested, atlas):
    # random sets of two neurons in each layer: 36, all tried. Without a block its class is lost: 50 points on average,
    # twice the mean change for one class and none for the other. In dense_1 only {1, 3} loses nothing: 5 of 6 as much
    run("partition", KEY, "--n-null", "0", "--n-seeds", "0")
    done = run("lesion", KEY)
    assert done.exit_code == 0, done.output
    found = atlas.ask("lesion_tests", network=KEY, cluster=0)
    assert found["layer"].tolist()[1:] == ["dense_1", "dense_2"]
    assert found["importance"].tolist() == [50, 50, 50]
    assert found["coherence"].tolist() == [2, 2, 2]
    assert found["importance_p"].tolist() == [32 / 36, 5 / 6, 5 / 6]
    assert not found["is_module"].any()


def test_one_cluster_cannot_be_tested(run, ingested, atlas):
    sizes = {"dense_1": 4, "dense_2": 4}
    rows = [(layer, number, 0) for layer, size in sizes.items() for number in range(size)]
    table = pd.DataFrame(rows, columns=["layer", "number", "cluster"])
    atlas.network(KEY).partition(method="imported", labels=table, n_null=0, n_seeds=0)
    done = run("lesion", KEY, "--matched-on", "out_strength")
    assert "(zero, matched on out_strength)" in done.stdout
    assert "sets that could not be tested: 3 of 3 (too_large)" in done.stdout


def test_a_partition_without_hidden_neurons_cannot_be_tested(run, ingested):
    run("partition", KEY, "--layers", "input,dense_1", "--n-null", "0", "--n-seeds", "0")
    assert run("lesion", KEY, "--partition", LEIDEN).exit_code == 0
    done = run("lesion", KEY, "--partition", "other")
    assert (done.exit_code, "Unknown partition 'other'" in done.stderr) == (1, True)


def test_python_gives_the_results(atlas):
    network = ingest.add(atlas, two_blocks(), key="client-lesions", data=two_blocks_data())
    partition = network.partition(method="n_cut", k=2, n_null=2, n_seeds=2).result
    assert partition.scores.n_cut.value == pytest.approx(0)
    assert partition.clusters_frame()["conductance"].tolist() == [0, 0]
    lesions = network.lesion(matched_on="mean_activation", n_null=20).result
    assert lesions.matched_on == "mean_activation"
    assert set(lesions.reasons) == {"no_choice"}  # of four neurons each is the only one as active
    atlas.remove("client-lesions")


def test_activations_need_the_network(atlas):
    ingest.add(atlas, two_blocks(), key="client-lesions", data=two_blocks_data())
    with pytest.raises(InputError, match="cannot be run"):
        atlas.network("client-lesions").partition(graph="activations")
    atlas.remove("client-lesions")
