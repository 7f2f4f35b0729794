"""`atlas pairs`, `atlas curve` and a set of neurons, on two_blocks."""

import shlex

import numpy as np
import pandas as pd
import pytest
import torch
from networks import two_blocks, two_blocks_data
from partitions import partition_by_hand

import ingest
from atlas.errors import BadParameter, EmptySelection, InputError, MissingAnalysis, UnknownName
from atlas.store import annotate_partition, fingerprint
from atlas.workflow.provenance import run_record
from atlas.workflow.reading import subject

KEY = "client-pairs"
CHAIN = "dense_1:relu,dense_2:relu,dense_3"
PAIRS = """MATCH (a:Neuron {network: $key})-[r:JOINT_EFFECT]->(b)
RETURN a.key AS first, b.key AS second, r.interaction AS interaction ORDER BY abs(interaction) DESC, first, second"""
OF_CLUSTERS = """MATCH (:Network {key: $key})-[:HAS_PARTITION]->()-[:HAS_CLUSTER]->(a)-[r:JOINT_EFFECT]->(b:Cluster)
RETURN a.number AS first, b.number AS second, r.points AS points, r.interaction AS interaction,
  r.first_given_second_points AS first_given, r.second_given_first_points AS second_given,
  r.first_given_second_null_mean AS first_null, r.first_given_second_p AS first_p,
  r.first_given_second_q AS first_q ORDER BY first, second"""
COMMAND = "MATCH (r:Run {network: $key}) RETURN r.command AS command, r.n_pairs AS n_pairs"


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pairs")
    torch.save(two_blocks().state_dict(), folder / "blocks.pt")
    x, y = two_blocks_data()
    np.savez(folder / "trials.npz", x=x, y=y)
    return folder


@pytest.fixture
def network(run, files, atlas):
    """The network, ingested from its file."""
    words = ("ingest", str(files / "blocks.pt"), "--key", KEY, "--chain", CHAIN, "--data", str(files / "trials.npz"))
    assert run(*words).exit_code == 0
    yield atlas.network(KEY)
    atlas.remove(KEY)


# dense_1/1 is cluster 1, dense_2/1 is 2, the rest of block A 0; the inputs are 3, block B is 4.
LABELS = [3, 3, 3, 3, 0, 1, 4, 4, 0, 2, 4, 4, 0, 4]
SIZES = {"input": 4, "dense_1": 4, "dense_2": 4, "dense_3": 2}


def divide(atlas, name, labels, *, network=KEY, seed=0):
    """Write a partition of a network under a run of its own."""
    params = {"method_option": None, "method": "imported", "seed": seed, "params": {}, "name": name}
    made = run_record(subject(atlas.store, network), kind="partition", **params)
    annotate_partition(atlas.store, made, partition_by_hand(SIZES, labels), name=name)
    return made.key


@pytest.fixture
def by_hand(network, atlas):
    divide(atlas, "by-hand", LABELS)
    return network


@pytest.fixture
def from_memory(atlas):
    yield ingest.add(atlas, two_blocks(), key="client-set", data=two_blocks_data())
    atlas.remove("client-set")


def test_pairs(run, network, atlas):
    planned = run("pairs", KEY, "--top", "3", "--dry-run").stdout
    assert "joint effects of pairs of hidden neurons (zero): 28 pairs, 36 runs of the network, 3 relation" in planned
    assert atlas.store.rows(PAIRS, key=KEY) == []
    key = planned.split(" as ")[1].strip()
    done = run("pairs", KEY, "--top", "3").stdout
    assert done == f"joint effects of pairs of hidden neurons (zero): written, {key}\n"
    # Each costs all of its class alone. Without dense_1/2 and dense_2/0, 2 s is s - d, 3 or 1 (class 1: 2 or 0),
    # against d, 0 or 2 (1 or 3): wrong in a quarter, 25 - 100. Of the four of -50 the first by layer and number.
    assert [tuple(row.values()) for row in atlas.store.rows(PAIRS, key=KEY)] == [
        (f"{KEY}/dense_1/2", f"{KEY}/dense_2/0", -75),
        (f"{KEY}/dense_1/0", f"{KEY}/dense_1/2", -50),
        (f"{KEY}/dense_1/0", f"{KEY}/dense_2/0", -50),
    ]
    assert "already there" in run("pairs", KEY, "--top", "3").stdout


def test_the_command_of_a_run_recomputes_it(run, network, atlas):
    assert run("pairs", KEY, "--layers", "dense_2", "--method", "mean", "--seed", "2").exit_code == 0
    before = fingerprint(atlas.store, KEY)
    (recorded,) = atlas.store.rows(COMMAND, key=KEY)
    assert recorded["n_pairs"] == 6
    assert "already there" in run(*shlex.split(recorded["command"])[1:]).stdout
    assert fingerprint(atlas.store, KEY) == before


def test_files_of_all_pairs(run, network, tmp_path):
    words = ("pairs", KEY, "--layers", "dense_2", "--output")
    for place in ("pairs.csv", "pairs.parquet", "pairs.npz"):
        assert run(*words, str(tmp_path / place)).exit_code == 0
    csv, parquet = pd.read_csv(tmp_path / "pairs.csv"), pd.read_parquet(tmp_path / "pairs.parquet")
    assert len(csv) == 6
    pd.testing.assert_frame_equal(csv, parquet.astype(csv.dtypes))
    with np.load(tmp_path / "pairs.npz") as arrays:
        assert arrays["elements"].tolist() == [f"{KEY}/dense_2/{number}" for number in range(4)]
        assert arrays["interaction"][0, 1] == arrays["interaction"][1, 0] == -25
        assert arrays["class_points"][:, 0, 1].tolist() == [100, 0]
    again = run(*words, str(tmp_path / "pairs.csv"))
    assert (again.exit_code, again.stderr.count("--overwrite")) == (1, 1)
    assert run(*words, str(tmp_path / "pairs.csv"), "--overwrite").exit_code == 0


def test_curve(run, network, atlas, tmp_path):
    before = fingerprint(atlas.store, KEY)
    words = ("curve", KEY, "--order", "effect", "--max-neurons", "3", "--n-random", "4")
    assert run(*words, "--output", str(tmp_path / "curve.csv")).stdout.startswith("Saved 4 rows")
    frame = pd.read_csv(tmp_path / "curve.csv")
    assert frame["accuracy_percent"].tolist() == [100, 100, 100, 50]
    assert frame["neuron"].tolist()[1:] == [f"{KEY}/dense_1/1", f"{KEY}/dense_1/3", f"{KEY}/dense_2/1"]
    assert frame["random_mean_percent"].notna().all()
    assert run(*words, "--format", "csv").stdout == (tmp_path / "curve.csv").read_text()
    assert fingerprint(atlas.store, KEY) == before


def test_pairs_of_clusters(run, by_hand, atlas):
    words = ("pairs", KEY, "--partition", "by-hand", "--n-null", "199")
    planned = run(*words, "--dry-run").stdout
    measures = "joint effects of pairs of clusters of by-hand (zero)"
    # 4 clusters alone; 6 pairs, each together and 199 random sets in the place of each
    assert f"{measures}: 6 pairs, 2,398 runs of the network, 6 relationships to write" in planned
    assert atlas.store.rows(OF_CLUSTERS, key=KEY) == []
    note = f"clusters left out, without hidden neurons or set apart: 1, the first is {KEY}/by-hand/3"
    assert run(*words).stdout == f"{measures}: written, {planned.split(' as ')[1].strip()}; {note}\n"
    found = [tuple(row.values()) for row in atlas.store.rows(OF_CLUSTERS, key=KEY)]
    # 0 and 4 cost all of their class, 1 nothing, 2 a quarter; without 1 and 2 block A puts out s = 4, never more
    assert [row[:6] for row in found] == [
        (0, 1, 50, 0, 50, 0),
        (0, 2, 50, -25, 25, 0),
        (0, 4, 100, 0, 50, 50),
        (1, 2, 50, 25, 25, 50),
        (1, 4, 50, 0, 0, 50),
        (2, 4, 50, -25, 0, 25),
    ]
    # Without block B, A puts out more than 0, the class is right, unless dense_1/0 and dense_2/0 are lost as well: one
    # of four sets in the place of 0, none of those in the place of 1 or 2.
    n_reached = found[2][6] * 199 / 50
    assert n_reached == pytest.approx(199 / 4, abs=4 * np.sqrt(199 * 3 / 16))
    assert found[2][7] == pytest.approx((1 + n_reached) / 200)
    assert [row[6:] for row in found[4:]] == [(0, 1, 1), (0, 1, 1)]
    assert "already there" in run(*words).stdout


def test_questions_about_pairs_of_clusters(run, by_hand, atlas):
    with pytest.raises(MissingAnalysis, match=f"Run `atlas pairs {KEY} --partition by-hand`"):
        atlas.ask("redundant_pairs", network=KEY, partition="by-hand")
    assert run("pairs", KEY, "--partition", "by-hand", "--n-null", "9").exit_code == 0
    table = atlas.ask("redundant_pairs", network=KEY, partition="by-hand", max_single=25)
    columns = ["first", "second", "joint_points", "interaction", "first_given_second_points"]
    assert table[columns].to_numpy().tolist() == [[f"{KEY}/by-hand/1", f"{KEY}/by-hand/2", 50, 25, 25]]
    with pytest.raises(MissingAnalysis, match=f"Run `atlas pairs {KEY}`"):
        atlas.ask("redundant_pairs", network=KEY)  # of neurons


def test_the_command_of_a_run_of_clusters(run, by_hand, atlas):
    words = ("--partition", "by-hand", "--method", "mean", "--n-null", "7", "--top", "5", "--seed", "2")
    assert run("pairs", KEY, *words).exit_code == 0
    before = fingerprint(atlas.store, KEY)
    (recorded,) = atlas.store.rows("MATCH (r:Run {network: $key, kind: 'pairs'}) RETURN r.command AS command", key=KEY)
    assert "already there" in run(*shlex.split(recorded["command"])[1:]).stdout
    assert fingerprint(atlas.store, KEY) == before


def test_another_partition_of_the_name_is_another_run(run, by_hand, atlas):
    words = ("pairs", KEY, "--partition", "by-hand", "--dry-run")
    before = run(*words).stdout.split(" as ")[1]
    atlas.remove(by_hand.partitions()["run"].iloc[0])
    divide(atlas, "by-hand", LABELS, seed=1)
    assert run(*words).stdout.split(" as ")[1] != before


def test_a_file_of_pairs_of_clusters(run, by_hand, tmp_path):
    words = ("pairs", KEY, "--partition", "by-hand", "--n-null", "9", "--output")
    for place in ("pairs.csv", "pairs.npz"):  # the second measured again
        assert run(*words, str(tmp_path / place)).exit_code == 0
    frame = pd.read_csv(tmp_path / "pairs.csv")
    assert frame["second_given_first_points"].tolist() == [0, 0, 50, 50, 50, 25]
    with np.load(tmp_path / "pairs.npz") as arrays:
        assert arrays["elements"].tolist() == [f"{KEY}/by-hand/{number}" for number in (0, 1, 2, 4)]
        assert arrays["conditional_points"][1, 2] == 25  # 1, given 2
        assert arrays["conditional_points"][2, 1] == 50
        assert arrays["conditional_p"][0, 3] == frame["first_given_second_p"][2]


def test_one_cluster_has_no_pair(run, network, atlas):
    divide(atlas, "whole", [0] * 14)
    before = fingerprint(atlas.store, KEY)
    for words in (("pairs", KEY, "--partition", "whole"), ("pairs", KEY, "--partition", "whole", "--dry-run")):
        done = run(*words)
        assert (done.exit_code, done.stdout) == (1, "")
        assert "Clusters with hidden neurons: 1. A double lesion needs two." in done.stderr
    assert fingerprint(atlas.store, KEY) == before


@pytest.mark.parametrize(
    ("words", "culprit"),
    [
        (["pairs", KEY, "--layers", "dense_1,typo"], "Unknown layer 'typo'"),
        (["pairs", KEY, "--layers", "dense_3"], "'dense_3' is the output"),
        (["pairs", KEY, "--top", "0"], "top is 0"),
        (["pairs", KEY, "--partition", "typo"], "Unknown partition 'typo'"),
        (["pairs", KEY, "--partition", "a", "--n-null", "-1"], "n_null is -1"),
        (["pairs", KEY, "--partition", "a", "--layers", "dense_1"], "layers and the partition 'a' are given"),
        (["pairs", KEY, "--output", "pairs.txt"], "'pairs.txt' is of no known kind"),
        (["pairs", KEY, "--output", "missing/pairs.csv"], "no folder"),
        (["curve", KEY, "--output", "curve.npz"], "'curve.npz' is of no known kind"),
        (["curve", KEY, "--max-neurons", "9"], "max_neurons is 9"),
        (["curve", KEY, "--order", "random", "--n-random", "0"], "n_random is 0"),
    ],
)
def test_refused(words, culprit, run, network, atlas):
    before = fingerprint(atlas.store, KEY)
    done = run(*words)
    assert (done.exit_code, done.stdout) == (1, "")
    (error,) = [line for line in done.stderr.splitlines() if line.startswith("atlas: ")]
    assert culprit in error
    assert fingerprint(atlas.store, KEY) == before


def test_in_a_notebook(from_memory, atlas):
    outcome = from_memory.pairs(layers=["dense_2"], top=2)
    assert outcome.result.matrix("interaction").loc["client-set/dense_2/0", "client-set/dense_2/1"] == -25
    (recorded,) = atlas.store.rows(COMMAND, key="client-set")
    assert recorded["command"].endswith(".pairs(method='zero', seed=0, layers='dense_2', top=2)")
    assert from_memory.pairs(method="zero", seed=0, layers="dense_2", top=2).already_there
    curve = from_memory.curve(order="least", n_random=2, max_neurons=2)
    assert curve.accuracy_percent.tolist() == [100, 100, 100]


def test_clusters_in_a_notebook(from_memory, atlas):
    divide(atlas, "by-hand", LABELS, network="client-set")
    outcome = from_memory.pairs(partition="by-hand", n_null=3)
    assert outcome.result.matrix("conditional_points").loc["client-set/by-hand/1", "client-set/by-hand/2"] == 25
    text = "MATCH (r:Run {network: $key, kind: 'pairs'}) RETURN r.command AS command"
    (recorded,) = atlas.store.rows(text, key="client-set")
    options = "method='zero', seed=0, partition='by-hand', n_null=3, top=1000"
    assert recorded["command"].endswith(f".pairs({options})")


def test_a_set(from_memory, atlas):
    before = fingerprint(atlas.store, "client-set")
    result = from_memory.ablate_set(["client-set/dense_1/1", "client-set/dense_2/1"])
    assert result.points.tolist() == [[50, 100, 0]]
    for neurons, error in (
        ([], EmptySelection),
        (["client-set/dense_1/9"], UnknownName),
        (["client-set/input/0"], BadParameter),
    ):
        with pytest.raises(error):
            from_memory.ablate_set(neurons)
    assert fingerprint(atlas.store, "client-set") == before
    with pytest.raises(InputError, match="cannot be run"):
        atlas.network("client-set").ablate_set(["client-set/dense_1/1"])
