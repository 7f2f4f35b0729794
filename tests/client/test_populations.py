"""`atlas populations` and `atlas agree` on a real atlas, and the same from Python."""

import shlex

import pytest
from networks import two_blocks, two_blocks_data

import ingest
from atlas.store import fingerprint

KEY = "client-populations"
ACTIVATION, ABLATION = "activation-populations-classes-20-seed0", "ablation-populations-zero-20-seed0"
CLUSTERS = """MATCH (:Network {key: $network})-[:HAS_PARTITION]->(:Partition {name: $partition})-[:HAS_CLUSTER]->(c)
RETURN c.number AS number, c.set_apart AS set_apart, [(x)-[:IN_CLUSTER]->(c) | x.layer + '/' + x.number] AS neurons
ORDER BY number"""
AGREES = """MATCH (a:Partition {network: $network})-[r:AGREES]->(b:Partition)
RETURN a.name AS first, b.name AS second, r.layer AS layer, r.ari AS ari ORDER BY layer"""


@pytest.fixture(scope="module")
def spec(tmp_path_factory):
    import numpy as np
    import torch

    folder = tmp_path_factory.mktemp("populations")
    torch.save(two_blocks().state_dict(), folder / "blocks.pt")
    x, y = two_blocks_data()
    np.savez(folder / "trials.npz", x=x, y=y)
    np.savez(folder / "one.npz", x=x, y=np.zeros_like(y))
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
        return [(sorted(row["neurons"]), row["set_apart"]) for row in rows]

    return clusters


def test_both_and_their_agreement(run, ingested, atlas, clusters):
    assert run("ablate", KEY, "--only", "neurons").exit_code == 0
    done = run("populations", KEY, "--n-null", "9")
    assert [line.split(": written")[0] for line in done.stdout.splitlines()] == [
        f"populations {ACTIVATION}",
        f"populations {ABLATION}",
        f"agreement of {ACTIVATION} and {ABLATION}",
    ]
    # class means of dense_1: (4, 3), (2, 2), (3, 4), (1, 2); of dense_2: (6, 5), (2, 1), (4, 6), (2, 2)
    assert clusters(ACTIVATION) == [
        (["dense_1/2", "dense_1/3"], None),
        (["dense_2/0", "dense_2/1"], None),
        (["dense_1/0"], None),
        (["dense_1/1"], "constant"),
        (["dense_2/2"], None),
        (["dense_2/3"], "constant"),
    ]
    # broken of the 32 trials of each class: dense_1 (32, 0), 0, (0, 32), 0; dense_2 (32, 0), (16, 0), (0, 32), (0, 16)
    assert clusters(ABLATION) == [
        (["dense_1/0", "dense_1/2"], None),
        (["dense_1/1", "dense_1/3"], "no_effect"),
        (["dense_2/0", "dense_2/1"], None),
        (["dense_2/2", "dense_2/3"], None),
    ]
    # without the constant ones, dense_1: 0 pairs together in both, 1 and 1 in one, of 3: (0 - 1/3) / (1 - 1/3);
    # dense_2: the same; all: 1 in both, 2 and 2 in one, of 15: (1 - 4/15) / (2 - 4/15)
    found = [(row["layer"], row["ari"]) for row in atlas.store.rows(AGREES, network=KEY)]
    assert found == [
        ("dense_1", pytest.approx(-1 / 2)),
        ("dense_2", pytest.approx(1)),
        (None, pytest.approx(11 / 26)),
    ]


def test_again_computes_nothing(run, ingested, atlas):
    assert run("ablate", KEY, "--only", "neurons").exit_code == 0
    assert run("populations", KEY).exit_code == 0
    before = fingerprint(atlas.store, KEY)
    for command in (f"atlas populations {KEY}", *atlas.runs(KEY)["command"]):
        done = run(*shlex.split(command)[1:])
        assert done.exit_code == 0, done.stderr
        assert "written" not in done.stdout
        assert "already there" in done.stdout
    assert fingerprint(atlas.store, KEY) == before


def test_what_the_runs_record(run, ingested, atlas):
    assert run("ablate", KEY, "--only", "neurons").exit_code == 0
    assert run("populations", KEY, "--layers", "dense_2", "--n-null", "0").exit_code == 0
    by = {row["method"]: row for _, row in atlas.runs(KEY).iterrows() if row["kind"] == "populations"}
    ablated = next(row["run"] for _, row in atlas.runs(KEY).iterrows() if row["kind"] == "ablate")
    command = by["ablation"]["command"]
    assert command.startswith(f"atlas populations {KEY} --by ablation --seed 0 --effect-run {ablated} --max-groups 20")
    assert by["activation"]["command"].startswith(f"atlas populations {KEY} --by activation --seed 0 --profile classes")
    assert {row["n_trials"] for row in by.values()} == {64}


def test_any_two_partitions_agree(run, ingested, atlas):
    assert run("partition", KEY, "--n-null", "0", "--n-seeds", "0").exit_code == 0
    assert run("populations", KEY, "--by", "activation", "--n-null", "0", "--name", "alike").exit_code == 0
    done = run("agree", KEY, "--first", "leiden-1.0-seed0", "--second", "alike", "--n-null", "9")
    assert done.stdout.startswith("agreement of leiden-1.0-seed0 and alike: written")
    assert [row["layer"] for row in atlas.store.rows(AGREES, network=KEY)] == ["dense_1", "dense_2", None]
    assert run("check").stdout == "The atlas is sound.\n"


def test_clusters_of_populations_are_ablated(run, ingested, atlas):
    assert run("ablate", KEY, "--only", "neurons").exit_code == 0
    assert run("populations", KEY, "--by", "ablation", "--n-null", "0").exit_code == 0
    done = run("ablate", KEY, "--only", "clusters", "--partition", ABLATION, "--n-null", "9")
    assert done.exit_code == 0, done.stderr
    effects = atlas.network(KEY).clusters(ABLATION)["effect_points"].tolist()
    # without dense_1/0 and dense_1/2 a half's output is the difference of its inputs: 1, 1, 3, 3 against 0, 2, 0, 2 in
    # class 0, which is right three times of four, and against 1, 3, 1, 3 in class 1, right once
    assert effects == [50, 0, 50, 50]
    assert run("check").stdout == "The atlas is sound.\n"


def test_dry_run(run, ingested, atlas):
    assert run("ablate", KEY, "--only", "neurons").exit_code == 0
    before = fingerprint(atlas.store, KEY)
    first, second = run("populations", KEY, "--dry-run").stdout.splitlines()
    assert first.startswith(f"populations {ACTIVATION}: 8 elements, 1 runs of the network, 8 relationships to write")
    assert second.startswith(f"populations {ABLATION}: 8 elements, 8 relationships to write")
    assert fingerprint(atlas.store, KEY) == before


def test_dry_agreement(run, ingested, atlas):
    for name, layers in (("a", "dense_1,dense_2"), ("b", "dense_2")):
        words = ("populations", KEY, "--by", "activation", "--layers", layers, "--name", name, "--n-null", "0")
        assert run(*words).exit_code == 0
    done = run("agree", KEY, "--first", "a", "--second", "b", "--dry-run")
    assert done.stdout.startswith(
        "agreement of a and b: 3 elements, 2 relationships to write"
    )  # the constant one is left out


@pytest.mark.parametrize(
    ("words", "culprit"),
    [
        (["populations", KEY], f"`atlas ablate {KEY}`"),
        (["populations", KEY, "--by", "ablation"], f"`atlas ablate {KEY}`"),
        (["populations", KEY, "--by", "activation", "--layers", "dens_1"], "Did you mean 'dense_1'?"),
        (["populations", KEY, "--by", "activation", "--max-groups", "1"], "max_groups is 1"),
        (["populations", KEY, "--by", "activation", "--name", "dense_1"], "'dense_1' is taken"),
        (["populations", KEY, "--by", "activation", "--effect-run", "x"], "use no effects"),
        (["populations", KEY, "--name", "mine"], "is for one partition"),
        (["agree", KEY, "--first", "a", "--second", "b"], "Unknown partition 'a'"),
        (["agree", KEY, "--first", "a", "--second", "a"], "is named twice"),
    ],
)
def test_refused(words, culprit, run, ingested, atlas):
    refused(run(*words), culprit)
    assert len(atlas.runs(KEY)) == 0


def test_refused_data(run, ingested, spec, atlas):
    words = ("populations", KEY, "--by", "activation", "--data", str(spec / "one.npz"))
    refused(run(*words), "fewer than two classes")
    assert len(atlas.runs(KEY)) == 0


def test_refused_partitions(run, ingested, atlas):
    for layer in ("dense_1", "dense_2"):
        words = ("--by", "activation", "--layers", layer, "--name", f"of-{layer}", "--n-null", "0")
        assert run("populations", KEY, *words).exit_code == 0
    before = fingerprint(atlas.store, KEY)
    refused(run("agree", KEY, "--first", "of-dense_1", "--second", "of-dense_2"), "no neuron in common")
    words = ("--by", "activation", "--layers", "dense_2", "--name", "of-dense_1", "--n-null", "0")
    refused(run("populations", KEY, *words), "with another layers. One name")
    refused(run("populations", KEY, "--by", "ablation", "--effect-run", "x"), f"`atlas ablate {KEY}`")
    assert fingerprint(atlas.store, KEY) == before


def refused(done, culprit):
    """It is refused in one line that names the culprit."""
    assert (done.exit_code, done.stdout) == (1, "")
    errors = [line for line in done.stderr.splitlines() if line.startswith("atlas: ")]
    assert len(errors) == 1
    assert culprit in errors[0]


def test_from_python(atlas):
    network = ingest.add(atlas, two_blocks(), key="client-alike", data=two_blocks_data())
    try:
        network.ablate(only="neurons")
        by_activation, by_ablation, agreement = network.populations(n_null=9)
        assert by_activation.result.labels.tolist() == [2, 3, 0, 0, 1, 1, 4, 5]
        assert by_ablation.result.labels.tolist() == [0, 1, 0, 1, 2, 2, 3, 3]
        assert agreement.result.layers == (None, "dense_1", "dense_2")
        assert network.agree(ACTIVATION, ABLATION).already_there
        commands = atlas.runs("client-alike")["command"]
        assert any(
            command.endswith(
                ".populations(by='activation', seed=0, profile='classes', max_groups=20, "
                f"n_null=9, n_bootstrap=1000, name={ACTIVATION!r})"
            )
            for command in commands
        )
        assert [one.already_there for one in network.populations(by="activation", n_null=9)] == [True]
        without = atlas.network("client-alike")
        assert [one.already_there for one in without.populations(by="ablation", n_null=9)] == [True]
    finally:
        atlas.remove("client-alike")
