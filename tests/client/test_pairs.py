"""`atlas pairs`, `atlas curve` and a set of neurons, on two_blocks."""

import shlex

import numpy as np
import pandas as pd
import pytest
import torch
from networks import two_blocks, two_blocks_data

import ingest
from atlas.errors import BadParameter, EmptySelection, InputError, UnknownName
from atlas.store import fingerprint

KEY = "client-pairs"
CHAIN = "dense_1:relu,dense_2:relu,dense_3"
PAIRS = """MATCH (a:Neuron {network: $key})-[r:JOINT_EFFECT]->(b)
RETURN a.key AS first, b.key AS second, r.interaction AS interaction ORDER BY abs(interaction) DESC, first, second"""
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
        assert arrays["neurons"].tolist() == [f"{KEY}/dense_2/{number}" for number in range(4)]
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


@pytest.mark.parametrize(
    ("words", "culprit"),
    [
        (["pairs", KEY, "--layers", "dense_1,typo"], "Unknown layer 'typo'"),
        (["pairs", KEY, "--layers", "dense_3"], "'dense_3' is the output"),
        (["pairs", KEY, "--top", "0"], "top is 0"),
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
