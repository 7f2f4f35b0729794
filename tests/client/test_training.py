"""`atlas training` on two_blocks at two steps: the table it prints, the figure it writes, and what it refuses."""

import json
from dataclasses import replace

import pytest
from networks import two_blocks, two_blocks_data
from queries.informed import label_information, relays

import ingest
from atlas.records import RunRecord
from atlas.store import annotate_information, annotate_relay, fingerprint, link_checkpoints, load

EARLY, LATE = "client-training-0", "client-training-100"


@pytest.fixture(scope="module")
def informed(neo4j_access):
    """Two checkpoints, the later one informed."""
    from atlas import connect

    uri, user, password = neo4j_access.values()
    with connect(uri, user=user, password=password) as atlas:
        network = ingest.add(atlas, two_blocks(), key=LATE, data=two_blocks_data())
        early = ingest.record(ingest.read_network(two_blocks()), key=EARLY)
        load(atlas.store, replace(early, training_step=0))
        link_checkpoints(atlas.store, [EARLY, LATE])
        yield network
        for key in (EARLY, LATE):
            atlas.remove(key)


def test_without_measures_it_names_the_commands(run, informed):
    refused = run("training", EARLY)
    assert refused.exit_code == 1
    assert f"`atlas inform {EARLY} --checkpoints`, `atlas relay {EARLY} --checkpoints`" in refused.stderr
    assert refused.stdout == ""


def test_the_table_and_the_figure(run, informed, atlas, tmp_path):
    informed.inform(only="neurons", n_null=20, n_subsamples=20)
    before = fingerprint(atlas.store, LATE)
    figure = tmp_path / "training.svg"
    done = run("training", EARLY, "--format", "json", "--output", str(figure))
    assert done.exit_code == 0, done.stderr
    table = json.loads(done.stdout)
    assert [(row["network"], row["layer"]) for row in table] == [
        (key, f"dense_{number}") for key in (EARLY, LATE) for number in (1, 2, 3)
    ]
    # in two states at the median, dense_1 tells the class; in dense_2 half the trials lie in states of both classes,
    # as dense_2/2 is at its median in both
    assert [row["label_bits"] for row in table] == [*[None] * 3, 1.0, 0.5, 1.0]
    assert figure.read_text().startswith("<?xml")
    assert f"No layer has relay information. Run `atlas relay {EARLY} --checkpoints`." in done.stderr
    assert "was measured by other" not in done.stderr
    assert fingerprint(atlas.store, LATE) == before


def made(kind, **params):
    """Describe a run on the early checkpoint."""
    return RunRecord(
        key=f"{EARLY}/run/{kind}",
        network=EARLY,
        kind=kind,
        method="made",
        seed=0,
        params={"partition": None, **params},
        command=f"atlas {kind} {EARLY}",
        code_version="0.1.0",
        n_trials=50,
    )


def test_what_was_measured_unlike_or_in_too_few_trials_is_said(run, informed, atlas):
    informed.inform(only="neurons", n_null=20, n_subsamples=20)
    told = label_information((f"{EARLY}/dense_1",), [0.25], null=[0.125], q=[0.5])
    annotate_information(atlas.store, made("inform", discretisation="zero", states=2), told)
    nothing = relays(EARLY, factor=float("nan"))
    annotate_relay(atlas.store, made("relay", discretisation="zero", states=2), nothing)
    done = run("training", LATE)
    assert done.exit_code == 0, done.stderr
    assert done.stderr.splitlines()[:-1] == [  # the last is the number of rows
        "No layer has relay information; trials are too few for the states of its layers: "
        "give more trials (--data) or fewer states.",
        f"No layer has complexity. Run `atlas complexity {EARLY} --checkpoints`.",
        "Label information was measured by other states or trials at some checkpoints: "
        "zero 2 on 50 trials, median 2 on 64 trials; compare only equal ones.",
    ]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["client-trainin-0"], "Unknown network 'client-trainin-0'. Did you mean"),
        ([EARLY, "--target", "9"], "Unknown target '9'"),
        ([EARLY, "--output", "training.jpg"], "ends in .png or .svg"),
        ([EARLY, "--output", "no/such/folder/training.svg"], "no/such/folder"),
    ],
    ids=["network", "target", "ending", "folder"],
)
def test_refusals(run, informed, words, message):
    refused = run("training", *words)
    assert refused.exit_code == 1
    assert message in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1
