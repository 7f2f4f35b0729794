"""`atlas motifs` on two_blocks."""

import shlex

import pytest
import torch
from networks import two_blocks, two_blocks_data

import ingest
from atlas.errors import BadParameter
from atlas.store import fingerprint

KEY = "client-motifs"
CHAIN = "dense_1:relu,dense_2:relu,dense_3"
WHAT = "motifs among the 10 strongest weights into each neuron"


@pytest.fixture
def network(run, tmp_path, atlas):
    """The network, ingested from its file."""
    torch.save(two_blocks().state_dict(), tmp_path / "blocks.pt")
    assert run("ingest", str(tmp_path / "blocks.pt"), "--key", KEY, "--chain", CHAIN).exit_code == 0
    yield atlas.network(KEY)
    atlas.remove(KEY)


def test_motifs(run, network, atlas):
    # 3 blocks and 2 pairs of layers two weights apart, each with 2 chains and 3 diamonds
    planned = run("motifs", KEY, "--dry-run").stdout
    assert planned.startswith(f"{WHAT}: 13 patterns, 13 relationships to write, about ")
    key = planned.split(" as ")[1].strip()
    assert run("motifs", KEY).stdout == f"{WHAT}: written, {key}\n"
    assert run("motifs", KEY).stdout == f"{WHAT}: already there, {key}\n"
    table = atlas.ask("motif_counts", network=KEY).set_index(["motif", "first_layer", "last_layer"])["count"]
    # in each half two sources share two targets; every input has routes to both neurons of its half in dense_2, over
    # s and over d: a - b - (a - b), of the same sign or not
    assert table["bifan", "input", "dense_1"] == 2
    assert table["bifan", "dense_2", "dense_3"] == 0
    assert [table[f"{kind}diamond", "input", "dense_2"] for kind in ("", "coherent_", "incoherent_")] == [8, 4, 4]
    assert [table[f"{sign}_chain", "input", "dense_2"] for sign in ("positive", "negative")] == [12, 4]


def test_the_command_of_a_run_recomputes_it(run, network, atlas):
    assert run("motifs", KEY, "--n-strongest", "1", "--n-null", "9", "--seed", "2", "--threads", "1").exit_code == 0
    before = fingerprint(atlas.store, KEY)
    (command,) = atlas.runs(KEY)["command"]
    assert command == f"atlas motifs {KEY} --seed 2 --n-strongest 1 --n-null 9"
    assert "already there" in run(*shlex.split(command)[1:]).stdout
    assert fingerprint(atlas.store, KEY) == before


@pytest.mark.parametrize(
    ("words", "culprit"),
    [
        (["motifs", "client-motif"], f"Did you mean '{KEY}'?"),
        (["motifs", KEY, "--n-strongest", "0"], "n_strongest is 0"),
        (["motifs", KEY, "--n-null", "-1"], "n_null is -1"),
        (["motifs", KEY, "--seed", "-1"], "seed is -1"),
        (["ask", "motif_counts", f"network={KEY}"], f"Run `atlas motifs {KEY}`"),
    ],
)
def test_refused(words, culprit, run, network, atlas):
    before = fingerprint(atlas.store, KEY)
    done = run(*words)
    assert (done.exit_code, done.stdout) == (1, "")
    (error,) = [line for line in done.stderr.splitlines() if line.startswith("atlas: ")]
    assert culprit in error
    assert fingerprint(atlas.store, KEY) == before


def test_in_a_notebook(atlas):
    network = ingest.add(atlas, two_blocks(), key="client-motifs-memory", data=two_blocks_data())
    try:
        outcome = network.motifs(n_strongest=2, n_null=4)
        assert outcome.result.to_frame()["count"].sum() > 0
        assert network.motifs(n_strongest=2, n_null=4).already_there
        with pytest.raises(BadParameter, match="n_strongest is 0"):
            network.motifs(n_strongest=0)
    finally:
        atlas.remove("client-motifs-memory")
