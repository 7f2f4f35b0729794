"""Every kind of run, taken out of the graph and computed again by the command it records: the graph is the same."""

import shlex

import numpy as np
import pytest
import torch
from networks import two_blocks, two_blocks_data
from typer.testing import CliRunner

import ingest
from atlas import connect
from atlas.catalogue import questions
from atlas.cli.app import app
from atlas.schema import NODES, WRITTEN_BY
from atlas.store import fingerprint

KEY, OTHER, HELD = "repro-blocks", "repro-other", "repro-held"
CHAIN = "dense_1:relu,dense_2:relu,dense_3"
FEW = ("--seed", "3", "--n-null", "9")
RUNS = {
    "partition": (*FEW, "--n-seeds", "2"),
    "populations": ("--seed", "3", "--by", "activation"),
    "ablate": FEW,
    "lesion": FEW,
    "pairs": FEW,
    "motifs": (*FEW, "--n-strongest", "2"),
    "indicators": (*FEW, "--n-bootstrap", "9"),
    "agree": (*FEW, "--n-bootstrap", "9"),
    "inform": FEW,
    "relay": FEW,
    "complexity": FEW,
    "synergy": FEW,
    "correlate": (*FEW, "--n-bootstrap", "9", "--n-surrogates", "2"),
    "roles": (),
    "compare": (*FEW, "--n-bootstrap", "9", "--other", OTHER),
}


@pytest.fixture(scope="module")
def environment(neo4j_access):
    with pytest.MonkeyPatch.context() as patch:
        for name, value in neo4j_access.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="module")
def atlas(environment):
    with connect() as atlas:
        yield atlas
        for key in (KEY, OTHER, HELD):
            if key in set(atlas.networks()["network"]):
                atlas.remove(key)


def words(*line):
    """Run a command line of `atlas`."""
    done = CliRunner().invoke(app, list(line))
    assert done.exit_code == 0, f"{line}: {done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def measured(atlas, tmp_path_factory):
    """two_blocks from a file with every kind of run, and another network to compare it with; its graph as a hash."""
    folder = tmp_path_factory.mktemp("reproduction")
    torch.save(two_blocks().state_dict(), folder / "blocks.pt")
    x, y = two_blocks_data()
    np.savez(folder / "trials.npz", x=x, y=y)
    for key in (KEY, OTHER):
        words("ingest", str(folder / "blocks.pt"), "--key", key, "--chain", CHAIN, "--data", str(folder / "trials.npz"))
        words("partition", key, *RUNS["partition"])
    partition = atlas.ask("list_partitions", network=KEY)["partition"].iloc[0]
    for kind, options in RUNS.items():
        named = options
        if kind == "agree":
            populations = atlas.ask("list_partitions", network=KEY)["partition"]
            second = next(name for name in populations if name != partition)
            named = (*options, "--first", partition, "--second", second)
        if kind == "compare":
            named = (*options, "--first", partition)
        if kind in ("ablate", "lesion", "pairs", "inform", "relay", "complexity", "synergy"):
            named = (*options, "--partition", partition)
        words(kind, KEY, *named)
    return fingerprint(atlas.store, KEY)


def remove(atlas, network, keys):
    """Remove runs; those that stand on others go with them."""
    for key in keys:
        if key in set(atlas.runs(network)["run"]):
            atlas.remove(key)


def test_every_kind_is_tried():
    (kinds,) = (p.meaning for node in NODES if node.label == "Run" for p in node.properties if p.name == "kind")
    assert {kind.strip(" .") for kind in kinds.split(",")} == set(RUNS)
    assert {kind for written in WRITTEN_BY.values() for kind in written.replace(" or ", ", ").split(", ")} == set(RUNS)


@pytest.mark.parametrize("kind", RUNS)
def test_the_command_gives_the_same_values(atlas, measured, kind):
    runs = atlas.runs(KEY).sort_values("finished_at")
    commands = dict(zip(runs["run"], runs["command"], strict=True))
    remove(atlas, KEY, runs[runs["kind"] == kind]["run"])
    lost = [key for key in commands if key not in set(atlas.runs(KEY)["run"])]
    assert lost
    for key in lost:
        assert key in words(*shlex.split(commands[key])[1:])
    assert set(atlas.runs(KEY)["run"]) == set(commands)
    assert fingerprint(atlas.store, KEY) == measured


def test_commands_in_python(atlas, measured):
    module, (x, y) = two_blocks(), two_blocks_data()
    network = ingest.add(atlas, module, key=HELD, data=(x, y))
    few = {"n_null": 9, "seed": 3}
    network.partition(**few, n_seeds=2)
    network.ablate(**few)
    network.inform(**few)
    network.relay(**few)
    network.complexity(**few)
    network.correlate(**few, n_bootstrap=9, n_surrogates=2)
    network.indicators(**few, n_bootstrap=9)
    network.lesion(**few)
    network.pairs(layers="dense_2", **few)
    network.compare(OTHER, **few, n_bootstrap=9)
    before, runs = fingerprint(atlas.store, HELD), atlas.runs(HELD).sort_values("finished_at")
    remove(atlas, HELD, runs["run"])
    assert atlas.runs(HELD).empty
    for command in runs["command"]:
        if command.startswith("atlas."):
            eval(command, {"atlas": atlas, "ingest": ingest, "module": module, "x": x, "y": y})
        else:
            words(*shlex.split(command)[1:])
    assert fingerprint(atlas.store, HELD) == before


def test_answers_name_runs_that_are_listed(atlas, measured):
    """Every run beside a value is one that `atlas.runs` lists with its command."""
    known, n_named = set(atlas.runs()["run"]), 0
    for query in questions():
        if {p.name for p in query.parameters if p.required} <= {"network"}:
            given = {"network": KEY, "partition": "leiden-1.0-seed3"}
            found = atlas.ask(query.name, **{p.name: given[p.name] for p in query.parameters if p.name in given})
            columns = [column for column in found.columns if column == "run" or column.endswith("_run")]
            named = {run for column in columns for run in found[column].dropna()}
            assert named <= known, query.name
            assert named <= set(found.attrs["runs"]), query.name
            n_named += bool(named)
    assert n_named > 20
