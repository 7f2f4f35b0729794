"""`atlas compare` through training and across seeds: which partition, which runs, how many shuffles."""

from functools import partial

import pytest
from networks import two_blocks, two_blocks_data

import ingest
from atlas import connect
from atlas.errors import BadParameter, InputError, MissingAnalysis, UnknownName
from atlas.store import link_checkpoints

KEYS = ("train-1", "train-2", "train-3")
FEW = {"n_null": 19, "n_bootstrap": 0}


def add(atlas, key, *partitions, origin=None):
    network = ingest.add(atlas, two_blocks(), key=key, data=two_blocks_data(), origin=origin)
    for seed, name in enumerate(partitions):
        network.partition(layers="dense_1,dense_2", name=name, seed=seed, n_null=0, n_seeds=0)
    return network


@pytest.fixture(scope="module")
def trained(neo4j_access):
    """Three checkpoints with the partition `parts`, and a newer one of another name in each; removed at the end."""
    uri, user, password = neo4j_access.values()
    with connect(uri, user=user, password=password) as atlas:
        for key in KEYS:
            add(atlas, key, "parts", f"own-{key[-1]}").ablate(only="neurons", n_null=0)
        link_checkpoints(atlas.store, KEYS)
        yield atlas
        for key in KEYS:
            atlas.remove(key)


@pytest.fixture
def network(atlas):
    """Add networks of this test's own; they are removed at the end."""
    keys = []

    def network(key, *partitions, origin=None):
        keys.append(key)
        return add(atlas, key, *partitions, origin=origin)

    yield network
    for key in keys:
        atlas.remove(key)


def n_comparisons(atlas):
    return sum((atlas.runs(key)["kind"] == "compare").sum() for key in KEYS)


def test_the_newest_partition_that_every_checkpoint_has(run, trained):
    outcomes = trained.network(KEYS[1]).compare_checkpoints(**FEW)
    assert [outcome.measures for outcome in outcomes] == [
        f"matches of parts with parts of {KEYS[1]}",
        f"matches of parts with parts of {KEYS[2]}",
    ]
    done = run("compare", KEYS[2], "--n-null", "19", "--n-bootstrap", "0")
    assert [line.split(": ")[1] for line in done.stdout.splitlines()] == [
        f"already there, {outcome.run}" for outcome in outcomes
    ]


def test_a_partition_that_a_checkpoint_lacks(trained):
    before = n_comparisons(trained)
    with pytest.raises(UnknownName, match="partition 'own-1'"):
        trained.network(KEYS[0]).compare_checkpoints(partition="own-1", **FEW)
    assert n_comparisons(trained) == before


def test_checkpoints_without_a_partition_of_one_name(atlas, network):
    for step in (1, 2):
        network(f"apart-{step}", f"own-{step}")
    link_checkpoints(atlas.store, ("apart-1", "apart-2"))
    with pytest.raises(InputError, match=r"'apart-2' lacks 'own-1', the newest.*--other, --first, --second"):
        atlas.network("apart-1").compare_checkpoints(**FEW)


@pytest.mark.parametrize(
    ("asked", "option"),
    [
        (("--other", KEYS[1], "--other", KEYS[2], "--second-effect-run"), "second_effect_run"),
        (("--first", "parts", "--second-effect-run"), "second_effect_run"),
        (("--first", "parts", "--first-effect-run"), "first_effect_run"),
    ],
)
def test_a_run_of_one_network_for_several(run, trained, asked, option):
    place = 0 if option.startswith("first") else 1
    used = trained.runs(KEYS[place]).query("kind == 'ablate'")["run"].item()
    before = n_comparisons(trained)
    refused = run("compare", KEYS[0], *asked, used, "--seed", "5", "--n-null", "1", "--n-bootstrap", "0")
    assert refused.exit_code == 1
    assert f"Parameter '{option}' is '{used}', and 2 networks would use it" in refused.stderr
    assert n_comparisons(trained) == before


def test_networks_that_are_joined_later_are_compared_anew(atlas, network):
    for key in ("later-1", "later-2"):
        network(key, "parts")
    asked = {"by": "connectivity", **FEW}
    before = atlas.compare("later-1", "later-2", **asked)
    assert before.result.to_frame()["jaccard"].isna().all()
    link_checkpoints(atlas.store, ("later-1", "later-2"))
    after = atlas.compare("later-1", "later-2", **asked)
    assert after.result.to_frame()["jaccard"].tolist() == [1, 1]
    flags = "MATCH (r:Run {kind: 'compare', network: 'later-1'}) RETURN r.key AS key, r.same_neurons AS same"
    assert {row["key"]: row["same"] for row in atlas.store.rows(flags)} == {before.run: False, after.run: True}
    assert atlas.compare("later-1", "later-2", **asked).already_there


def test_a_family_that_was_compared_with_too_few_shuffles(atlas, network):
    for seed in (0, 1):
        network(f"same-{seed}", "parts", "newer", origin=ingest.Origin(family="same", seed=seed))
    asked = partial(atlas.ask, "stable_across_seeds", family="same")
    with pytest.raises(
        MissingAnalysis, match=r"not been done\. Run `atlas compare same-0 --other same-1 --first newer`"
    ):
        asked()
    again = "atlas compare same-1 --other same-0 --first parts --by connectivity --n-null"
    atlas.compare("same-1", "same-0", first="parts", by="connectivity", n_null=0, n_bootstrap=0)
    with pytest.raises(MissingAnalysis, match=f"with 19 shuffles or more .* there were 0 at most. Run `{again} 199`"):
        asked()
    atlas.compare("same-1", "same-0", first="parts", by="connectivity", **FEW)
    assert asked(max_q=1.0).attrs  # 19 are enough for that
    with pytest.raises(MissingAnalysis, match=f"999 shuffles .* of at most 0.001.* 19 at most. Run `{again} 999`"):
        asked(max_q=0.001)
    with pytest.raises(BadParameter, match="Parameter 'max_q' is 0, and no q is"):
        asked(max_q=0)
