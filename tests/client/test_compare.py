"""`atlas compare` and the same from Python: two_blocks beside itself with neurons in another order."""

import pytest
import torch
from networks import two_blocks, two_blocks_data

import ingest
from atlas import connect
from atlas.errors import BadParameter, EmptySelection, MissingAnalysis, UnknownName

KEY, TURNED, BARE = "compare-blocks", "compare-turned", "compare-bare"


def turned():
    """two_blocks with the hidden neurons of its halves exchanged: it computes the same."""
    module, order = two_blocks(), torch.tensor([2, 3, 0, 1])
    with torch.no_grad():
        module.dense_1.weight.copy_(module.dense_1.weight[order])
        module.dense_2.weight.copy_(module.dense_2.weight[order][:, order])
        module.dense_3.weight.copy_(module.dense_3.weight[:, order])
    return module


@pytest.fixture(scope="module")
def ingested(neo4j_access):
    """Both networks, partitioned, ablated and informed, and one that is not partitioned; removed at the end."""
    uri, user, password = neo4j_access.values()
    with connect(uri, user=user, password=password) as atlas:
        for key, module in ((KEY, two_blocks()), (TURNED, turned())):
            network = ingest.add(atlas, module, key=key, data=two_blocks_data())
            network.partition(layers="dense_1,dense_2", n_null=0, n_seeds=0)
            network.ablate(only="neurons")
            network.inform(only="neurons", n_null=0)
        ingest.add(atlas, two_blocks(), key=BARE, data=two_blocks_data())
        yield atlas
        for key in (KEY, TURNED, BARE):
            atlas.remove(key)


def members(atlas, network, number):
    """List the neurons of a cluster of the newest partition."""
    found = atlas.ask("cluster_members", network=network, cluster=number)
    return {name.removeprefix(f"{network}/") for name in found["neuron"]}


def test_finds_which_is_which(ingested):
    outcome = ingested.compare(KEY, TURNED, n_null=19, n_bootstrap=0)
    frame = outcome.result.to_frame()
    assert frame["score"].tolist() == pytest.approx([1, 1])  # the same but for the order of neurons
    assert frame["effect"].tolist() == pytest.approx([1, 1])
    assert frame["jaccard"].isna().all()  # no neuron is the same
    for first, second in zip(frame["first"], frame["second"], strict=True):
        halves = {name: name[:-1] + "2301"[int(name[-1])] for name in members(ingested, KEY, first)}
        assert set(halves.values()) == members(ingested, TURNED, second)
    found = ingested.ask("diff_networks", first=KEY, second=TURNED)
    assert found["score"].tolist() == pytest.approx([1, 1])


def test_command_gives_the_same_run(run, ingested):
    outcome = ingested.compare(KEY, TURNED, n_null=19, n_bootstrap=0)
    done = run("compare", KEY, "--other", TURNED, "--n-null", "19", "--n-bootstrap", "0")
    assert done.exit_code == 0, done.stderr
    assert f"already there, {outcome.run}" in done.stdout
    planned = run("compare", KEY, "--other", TURNED, "--n-null", "39", "--dry-run").stdout
    assert "4 clusters, 2 relationships to write" in planned


def test_says_what_is_not_known(ingested):
    network = ingested.network(BARE)
    network.partition(layers="dense_1,dense_2", n_null=0, n_seeds=0)
    outcome = ingested.network(KEY).compare(BARE, n_null=0, n_bootstrap=0)
    assert f"effect not known: run `atlas ablate {BARE}`" in outcome.note
    assert "2 of 2 clusters matched" in outcome.note
    assert outcome.result.to_frame()["connectivity"].tolist() == pytest.approx([1, 1])


def test_says_which_command_tells_what_it_was_to_go_by(ingested):
    ingested.network(BARE).partition(layers="dense_1,dense_2", n_null=0, n_seeds=0)
    with pytest.raises(EmptySelection, match=f"matched by effect: run `atlas ablate {BARE}`"):
        ingested.compare(BARE, KEY, by="effect", n_null=0)
    with pytest.raises(EmptySelection, match=f"matched by information: run `atlas inform {BARE}`"):
        ingested.compare(KEY, BARE, by="information", n_null=0)


def test_says_that_shuffles_are_too_few(ingested):
    few = ingested.compare(KEY, TURNED, n_null=9, n_bootstrap=0)
    assert f"{few.run} has 9 shuffles, so no p is at most 0.05: that takes --n-null 19" in few.note
    none = ingested.compare(KEY, TURNED, n_null=0, n_bootstrap=0, seed=1)
    assert "2 of 2 clusters matched, none tested against chance" in none.note
    assert "that takes --n-null 19" in none.note
    enough = ingested.compare(KEY, TURNED, n_null=19, n_bootstrap=0, seed=1)
    assert "beyond chance (q <= 0.05)" in enough.note and "shuffles" not in enough.note


def test_clusters_that_are_set_apart_are_not_matched(ingested):
    network = ingested.network(KEY)
    (outcome,) = network.populations(by="ablation", name="pops", n_null=0, n_bootstrap=0)
    # 0: dense_1/0 and 2; 1: dense_1/1 and 3, without effect; 2 and 3: halves of dense_2
    found = network.compare(TURNED, first="pops", second="leiden-1.0-seed0", by="effect", n_null=0, n_bootstrap=0)
    assert found.result.first.tolist() == [0, 2, 3]
    ingested.remove(outcome.run)


def test_says_what_was_measured_otherwise(ingested):
    forward = ingest.forward(turned(), key=TURNED, data=two_blocks_data())
    network = ingested.network(TURNED, forward=forward)
    run = network.ablate(only="neurons", method="mean")[0].run
    outcome = ingested.compare(KEY, TURNED, n_null=0, n_bootstrap=0)
    assert f"and {run} differ in method" in outcome.note
    assert "not known" not in outcome.note
    ingested.remove(run)


@pytest.mark.parametrize(
    ("asked", "error", "what"),
    [
        ((KEY, KEY), BadParameter, "is compared with itself"),
        ((KEY, "compare-turnt"), UnknownName, f"Did you mean '{TURNED}'"),
        ((KEY, TURNED, {"by": "neurons"}), BadParameter, "no checkpoints of one training run"),
        ((KEY, TURNED, {"by": "effects"}), UnknownName, "Did you mean 'effect'"),
        ((KEY, TURNED, {"second": "leiden"}), UnknownName, "partition 'leiden'"),
        ((KEY, TURNED, {"first_effect_run": "x"}), UnknownName, "Unknown run 'x' of `atlas ablate` about neurons of"),
        ((KEY, TURNED, {"n_null": -1}), BadParameter, "n_null"),
    ],
)
def test_refused(ingested, asked, error, what):
    first, second, *options = asked
    with pytest.raises(error, match=what):
        ingested.compare(first, second, **(options[0] if options else {}))


def test_a_single_network_has_no_history(run, ingested):
    refused = run("compare", TURNED)
    assert refused.exit_code == 1
    assert "joined to no other checkpoint" in refused.stderr
    with pytest.raises(MissingAnalysis, match=f"atlas compare {TURNED}"):
        ingested.ask("diff_networks", first=TURNED, second=BARE)


@pytest.mark.parametrize("cluster", ["3", "leiden/x", "leiden-1.0-seed0/"])
def test_no_cluster(ingested, cluster):
    with pytest.raises(BadParameter, match="is no cluster"):
        ingested.network(KEY).history(cluster)
