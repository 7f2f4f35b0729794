"""`atlas inform|relay|complexity|synergy` on a real atlas, and the same from Python; two_blocks is worked out by hand.

Halved by 2-means, `dense_1/0` and `dense_1/2` each tell the class of every trial, `dense_1/1` and `dense_1/3` nothing.
"""

import shlex

import numpy as np
import pandas as pd
import pytest
import torch
from networks import two_blocks, two_blocks_data

import ingest
from atlas.errors import BadParameter, EmptySelection, UnknownName
from atlas.store import fingerprint, link_checkpoints

KEY = "client-information"
CHAIN = "dense_1:relu,dense_2:relu,dense_3"
QUICK = ("--n-null", "19", "--n-subsamples", "9")
RELAY = (*QUICK, "--n-searches", "2", "--n-sets", "9")
COMPLEXITY = ("--n-null", "3", "--n-subsamples", "4", "--n-noise", "4")
STATE = "leiden-1.0-seed0"


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("information")
    torch.save(two_blocks().state_dict(), folder / "blocks.pt")
    x, y = two_blocks_data()
    np.savez(folder / "trials.npz", x=x, y=y)
    np.savez(folder / "values.npz", x=x, y=np.stack([y, 1 - y], axis=1).astype(np.float32))
    return folder


@pytest.fixture(scope="module")
def ingested(neo4j_access, files):
    """two_blocks with a partition under KEY, and another checkpoint of it after that; removed at the end."""
    from atlas import connect

    uri, user, password = neo4j_access.values()
    with connect(uri, user=user, password=password) as atlas:
        for key in (KEY, f"{KEY}-later"):
            opening = ingest.Opening(chain=CHAIN)
            network = ingest.add(atlas, files / "blocks.pt", key=key, data=str(files / "trials.npz"), opening=opening)
            network.partition(n_null=0, n_seeds=0)
        link_checkpoints(atlas.store, [KEY, f"{KEY}-later"])
        yield KEY
        for key in (KEY, f"{KEY}-later"):
            atlas.remove(key)


def overall(atlas, kind):
    table = atlas.network(KEY).information(kind=kind)
    return table[table["target"] == "all"].set_index("element")


def test_label_information_of_neurons_and_layers(run, ingested, atlas):
    done = run("inform", KEY, "--only", "neurons", *QUICK)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith("label information of neurons and layers: written, ")
    neurons = overall(atlas, "label")
    assert neurons.loc[f"{KEY}/dense_1/0", ["bits", "n_states", "trials_per_state", "p"]].tolist() == [1, 2, 32, 0.05]
    assert neurons.loc[f"{KEY}/dense_1/1", ["bits", "p"]].tolist() == [0, 1]
    layers = atlas.network(KEY).layers().set_index("layer")
    assert layers.loc["dense_1", ["label_bits", "label_q"]].tolist() == [1, 0.05]


def test_relays_of_neurons_and_layers(run, ingested, atlas):
    done = run("relay", KEY, "--only", "neurons", *RELAY)
    assert done.exit_code == 0, done.stderr
    relays = overall(atlas, "relay")
    # each of the two that tell everything is the other's copy: nothing is relayed by one alone
    of_layer = relays.loc[[f"{KEY}/dense_1/{number}" for number in range(4)]]
    assert of_layer["bits"].tolist() == [0, 0, 0, 0]
    assert of_layer["alone_bits"].tolist() == pytest.approx([1, 0, 1, 0])
    assert of_layer["knock_out_points"].tolist() == [50, 0, 50, 0]
    # shrinking drops the idle ones, then one copy (the first of equals); the other takes everything with it
    assert of_layer["step"].tolist() == [3, 1, 4, 2]
    layers = atlas.network(KEY).layers().set_index("layer")
    assert layers["relay_bits"].tolist()[1] == pytest.approx(1)
    assert np.isnan(layers["relay_bits"].tolist()[0])  # the input is no hidden layer


def test_complexity_of_layers(run, ingested, atlas):
    done = run("complexity", KEY, "--only", "neurons", "--layers", "dense_1", *COMPLEXITY)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith("representational complexity of dense_1: written, ")
    found = atlas.network(KEY).layers().set_index("layer")["complexity"]
    assert 1 < found["dense_1"] < 4
    assert np.isnan(found["dense_2"])


def test_synergy_of_the_two_blocks(run, ingested, atlas):
    done = run("synergy", KEY, "--n-null", "19", "--discretisation", "two_means")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith(f"redundancy and synergy of pairs of clusters of {STATE}: written, ")
    rows = atlas.cypher(
        "MATCH (:Cluster {network: $network})-[r:JOINT_INFORMATION {target_name: 'all'}]->() "
        "RETURN r.joint_bits AS joint, r.redundancy_min_bits AS redundant, r.synergy_min_bits AS synergy",
        network=KEY,
    )
    # each block tells the class of every trial
    assert rows.values.tolist() == [[1, 1, 0]]


@pytest.mark.parametrize(
    "words",
    [
        ("inform", *QUICK),
        ("relay", *RELAY),
        ("complexity", *COMPLEXITY),
    ],
)
def test_a_run_says_the_command_that_recomputes_it(run, ingested, atlas, words):
    assert run(words[0], KEY, "--partition", STATE, "--only", "clusters", *words[1:]).exit_code == 0
    runs = atlas.runs(KEY)
    command = runs[(runs["kind"] == words[0]) & (runs["partition"] == STATE)].iloc[-1]["command"]
    assert run(*shlex.split(command)[1:]).stdout.count("already there") == 1


def test_python_commands_take_the_same_names(ingested, atlas):
    """What a run records as its command in Python is accepted by the methods it names."""
    network = ingest.add(atlas, two_blocks(), key=f"{KEY}-memory", data=two_blocks_data())
    try:
        network.relay(n_null=3, n_searches=1, n_subsamples=2, n_sets=0)
        network.complexity(layers="dense_1", n_null=2, n_subsamples=2, n_noise=4)
        runs = atlas.runs(network.key)
        for command in runs[runs["kind"].isin(["relay", "complexity"])]["command"]:
            call = command.partition("data=(x, y))).")[2]
            (outcome,) = eval(f"network.{call}", {"network": network})
            assert outcome.already_there
    finally:
        atlas.remove(network.key)


def test_every_checkpoint(run, ingested):
    done = run("inform", KEY, "--checkpoints", "--only", "neurons", *QUICK)
    assert done.exit_code == 0, done.stderr
    first, second = done.stdout.splitlines()
    assert first.startswith("label information of neurons and layers: already there") or "written" in first
    assert f"{KEY}-later/run/inform-" in second


def test_a_file_is_named_for_one_network(run, ingested, files):
    refused = run("inform", KEY, "--checkpoints", "--model", str(files / "blocks.pt"))
    assert (refused.exit_code, "--model names one file" in refused.stderr) == (1, True)


def test_plans_write_nothing(run, ingested, atlas):
    before = fingerprint(atlas.store, KEY)
    assert (
        "10 elements, 28 runs of the network, 30 relationships"
        in run("relay", KEY, "--only", "neurons", "--n-sets", "9", "--n-null", "5", "--dry-run").stdout
    )
    assert "2 elements" in run("complexity", KEY, "--only", "neurons", "--states", "2", "--dry-run").stdout
    assert "1 pairs" in run("synergy", KEY, "--n-null", "7", "--dry-run").stdout
    assert fingerprint(atlas.store, KEY) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("relay", KEY, "--layers", "dense_9"), "hidden layer 'dense_9'"),
        (("relay", KEY, "--layers", "dense_3"), "hidden layer 'dense_3'"),
        (("complexity", KEY, "--layers", "dense_1", "--partition", STATE), "Both layers and the partition"),
        (("inform", KEY, "--discretisation", "equal_width"), "need two limits"),
        (("inform", KEY, "--states", "1"), "number of states is 1"),
        (("synergy", KEY, "--partition", "other"), "partition 'other'"),
        (("relay", KEY, "--n-null", "-1"), "n_null is -1"),
        (("complexity", KEY, "--min-trials", "-1"), "min_trials is -1.0"),
        (("relay", KEY, "--search", "exact", "--direction", "grow"), "An exact search cannot grow sets"),
        (("relay", KEY, "--beam", "0"), "beam is 0"),
        (("synergy", KEY, "--min-trials", "nan"), "min_trials is nan"),
    ],
)
def test_refusals_are_one_line_and_leave_nothing(run, ingested, atlas, words, said):
    before = fingerprint(atlas.store, KEY)
    refused = run(*words)
    assert refused.exit_code == 1
    assert said in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1
    assert fingerprint(atlas.store, KEY) == before


def test_what_would_measure_nothing_is_refused(ingested, atlas):
    """No run begins, so good numbers stay the newest."""
    x = np.random.default_rng(0).normal(size=(12, 4)).astype(np.float32)
    labels = np.arange(12) % 2
    wide = torch.nn.Sequential(torch.nn.Linear(4, 23), torch.nn.ReLU(), torch.nn.Linear(23, 2))
    network = ingest.add(atlas, wide, key=f"{KEY}-wide", data=(x, labels))
    try:
        with pytest.raises(BadParameter, match="'exact' takes at most 6 neurons, the smallest element has 23 neurons"):
            network.complexity(estimator="exact")
        with pytest.raises(BadParameter, match=r"has 23 neurons\. An exact search goes over at most 22"):
            network.relay(search="exact")
        assert atlas.runs(network.key)["kind"].isin(["relay", "complexity"]).sum() == 0
    finally:
        atlas.remove(network.key)


def test_one_class_has_no_complexity(run, ingested, files):
    x, y = two_blocks_data()
    np.savez(files / "one.npz", x=x[y == 0], y=y[y == 0])
    refused = run("complexity", KEY, "--data", str(files / "one.npz"))
    assert (refused.exit_code, "All trials are of class 0" in refused.stderr) == (1, True)


def test_synergy_needs_two_clusters(ingested, atlas):
    network = ingest.add(atlas, two_blocks(), key=f"{KEY}-whole", data=two_blocks_data())
    try:
        rows = [(layer, number, 0) for layer in ("dense_1", "dense_2") for number in range(4)]
        table = pd.DataFrame(rows, columns=["layer", "number", "cluster"])
        network.partition(method="imported", labels=table, name="one", n_null=0, n_seeds=0)
        with pytest.raises(EmptySelection, match=r"partition 'one' has 1 cluster of hidden .* --resolution 2"):
            network.synergy(partition="one")
    finally:
        atlas.remove(network.key)


def test_values_are_no_classes(run, ingested, files):
    for command in ("inform", "relay", "complexity", "synergy"):
        refused = run(command, KEY, "--data", str(files / "values.npz"))
        assert (refused.exit_code, "have values, not classes" in refused.stderr) == (1, True)


def test_python_refuses_unknown_names(ingested, atlas):
    network = ingest.add(atlas, two_blocks(), key=f"{KEY}-names", data=two_blocks_data())
    try:
        with pytest.raises(UnknownName, match="direction 'down'"):
            network.relay(direction="down")
        with pytest.raises(UnknownName, match="kind of information 'complexity'"):
            network.information(kind="complexity")
        with pytest.raises(BadParameter, match="Both layers and the partition"):
            network.complexity(layers="dense_1", partition=network.partition(n_null=0, n_seeds=0).measures.split()[-1])
    finally:
        atlas.remove(network.key)


def test_what_neurons_tell_about_each_other(ingested, atlas):
    network = ingest.add(atlas, two_blocks(), key=f"{KEY}-pairs", data=two_blocks_data())
    try:
        bits = network.pairwise_information(layers="dense_1", discretisation="two_means").matrix()
        both = [f"{network.key}/dense_1/{number}" for number in (0, 2)]
        # both halve the trials by class; the difference in block A is independent of the class
        assert bits.loc[both[0], both[1]] == pytest.approx(1)
        assert bits.loc[both[0], f"{network.key}/dense_1/1"] == pytest.approx(0)
        sets = network.informative_sets(layers="dense_1", discretisation="two_means", n_steps=1, n_null=3)
        assert (sets["neuron"].isna().tolist(), sets["neuron"][1]) == ([True, False], both[0])
        assert sets["bits"].tolist() == pytest.approx([0, 1])
        left = network.informative_sets(direction="shrink", start=both, n_steps=1, n_null=0)
        assert (left["neuron"][1], left["bits"][1]) == (both[0], pytest.approx(1))
        with pytest.raises(UnknownName, match=r"Unknown neuron .dense_1/0"):
            network.informative_sets(start="dense_1/0", layers="dense_1")
    finally:
        atlas.remove(network.key)
