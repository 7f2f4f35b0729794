"""Commands on a real atlas: what they print, what they refuse, and that neither writes."""

import io
import json

import numpy as np
import pandas as pd
import pytest
import torch
from networks import two_blocks, two_blocks_data

from atlas.store import fingerprint

KEY = "client-commands"
CHAIN = "dense_1:relu,dense_2:relu,dense_3"


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("commands")
    torch.save(two_blocks().state_dict(), folder / "blocks.pt")
    x, y = two_blocks_data()
    np.savez(folder / "trials.npz", x=x, y=y)
    return folder


@pytest.fixture
def ingested(run, files, atlas):
    words = ("ingest", str(files / "blocks.pt"), "--key", KEY, "--chain", CHAIN, "--data", str(files / "trials.npz"))
    assert run(*words).exit_code == 0
    yield words
    atlas.remove(KEY)


def test_dry_runs_write_nothing(run, ingested, atlas):
    before = fingerprint(atlas.store, KEY)
    planned = run("partition", KEY, "--dry-run").stdout
    assert planned.startswith("partition leiden-1.0-seed0: 14 elements, 14 relationships to write, about ")
    assert f"{KEY}/run/partition-" in planned
    assert "8 elements, 8 runs of the network, 24 relationships" in run("ablate", KEY, "--dry-run").stdout
    assert "18 elements, 1 runs of the network, 54 relationships" in run("inform", KEY, "--dry-run").stdout
    assert fingerprint(atlas.store, KEY) == before


def test_dry_ingestion(run, files, atlas):
    words = ("ingest", str(files / "blocks.pt"), "--key", "client-dry", "--chain", CHAIN, "--dry-run")
    assert "14 neurons, 40 weights" in run(*words).stdout
    assert "client-dry" not in set(atlas.networks()["network"])


def test_planned_run_is_the_one_written(run, ingested):
    planned = run("partition", KEY, "--dry-run").stdout.split(" as ")[1].strip()
    assert run("partition", KEY).stdout == f"partition leiden-1.0-seed0: written, {planned}\n"
    assert run("partition", KEY).stdout == f"partition leiden-1.0-seed0: already there, {planned}\n"
    assert "already there" in run("partition", KEY, "--dry-run").stdout


def test_all_analyses_then_a_question(run, ingested):
    for command in ("partition", "ablate", "inform"):
        assert run(command, KEY).exit_code == 0
    answer = run("ask", "effect_and_information", f"network={KEY}", "--format", "json")
    assert [row["effect_points"] for row in json.loads(answer.stdout)] == [50, 50]
    parquet = run("ask", "most_damaging_neurons", f"network={KEY}", "top=2", "--format", "parquet")
    assert pd.read_parquet(io.BytesIO(parquet.stdout_bytes))["effect_points"].tolist() == [50, 50]


def test_the_command_of_a_run_recomputes_it(run, ingested, atlas):
    import shlex

    for command in ("partition", "ablate", "inform"):
        assert run(command, KEY, "--seed", "3").exit_code == 0
    before = fingerprint(atlas.store, KEY)
    for command in atlas.runs(KEY)["command"]:
        assert "already there" in run(*shlex.split(command)[1:]).stdout
    assert fingerprint(atlas.store, KEY) == before


def test_only_clusters(run, ingested):
    assert run("partition", KEY).exit_code == 0
    done = run("ablate", KEY, "--only", "clusters", "--n-null", "9")
    assert done.stdout.startswith("effects of clusters of leiden-1.0-seed0 (zero): written")
    assert done.stdout.count("\n") == 1


def test_the_same_file_again(run, ingested, files):
    assert run(*ingested).stdout.endswith("already there\n")


def test_the_same_file_by_another_path(run, ingested, files, monkeypatch):
    (files / "below").mkdir(exist_ok=True)
    monkeypatch.chdir(files / "below")
    words = ("ingest", "../blocks.pt", "--key", KEY, "--chain", CHAIN, "--data", "../trials.npz")
    assert run(*words).stdout.endswith("already there\n")


def test_a_run_of_another_kind_is_no_answer(run, ingested):
    assert run("ablate", KEY).exit_code == 0
    key = run("inform", KEY).stdout.split(", ")[1].strip()
    done = run("ask", "most_damaging_neurons", f"network={KEY}", f"run={key}")
    assert (done.exit_code, done.stdout) == (1, "")
    assert f"Unknown run '{key}'" in done.stderr


@pytest.mark.parametrize(
    ("words", "culprit"),
    [
        (["partition", "client-command"], f"Did you mean '{KEY}'?"),
        (["partition", KEY, "--resolution", "0"], "resolution is 0"),
        (["partition", KEY, "--layers", "dense_1,dens_2"], "Did you mean 'dense_2'?"),
        (["partition", KEY, "--name", "dense_1"], "'dense_1' is taken"),
        (["ablate", KEY, "--partition", "leiden"], "Unknown partition 'leiden'"),
        (["ablate", KEY, "--only", "clusters"], "no partition"),
        (["ablate", KEY, "--n-null", "-1"], "n_null is -1"),
        (["ablate", KEY, "--data", "digits"], "64 values a trial"),
        (["ablate", KEY, "--model", "missing.pt"], "missing.pt"),
        (["inform", KEY, "--states", "1"], "number of states is 1"),
        (["ask", "network_card", "network=client-command"], f"Did you mean '{KEY}'?"),
        (["ask", "most_damaging_neurons", f"network={KEY}"], f"atlas ablate {KEY}"),
        *(
            ([analysis, KEY, "--checkpoints"], f"The network '{KEY}' is joined to no other checkpoint. Leave out")
            for analysis in ("inform", "relay", "complexity", "correlate")
        ),
        (["remove", "client-command"], f"Did you mean '{KEY}'?"),
        (["remove", "--run", f"{KEY}/run/none"], "none"),
        (["remove", "--run", KEY], f"Unknown run '{KEY}'"),
        (["cypher", "CALL no.such()"], "Correct the text"),
        (["cypher", "MATCH (n) DETACH DELETE n"], "change the graph"),
        (["cypher", "MATCH (n:Network {key: $key}) RETURN n"], "key"),
    ],
)
def test_refused(words, culprit, run, ingested, atlas):
    before = fingerprint(atlas.store, KEY)
    done = run(*words)
    assert (done.exit_code, done.stdout) == (1, "")
    errors = [line for line in done.stderr.splitlines() if line.startswith("atlas: ")]
    assert len(errors) == 1
    assert culprit in errors[0]
    assert fingerprint(atlas.store, KEY) == before


@pytest.mark.parametrize(
    ("words", "culprit"),
    [
        (["--layers", "dense_1,typo"], "Unknown layer 'typo'"),
        (["--n-null", "-1"], "n_null is -1"),
        (["--n-seeds", "-1"], "n_seeds is -1"),
        (["--resolution", "0", "--name", "leiden-1.0-seed0"], "resolution is 0"),
        (["--n-null", "5"], "The partition 'leiden-1.0-seed0' of"),
    ],
)
def test_wrong_before_taken(words, culprit, run, ingested):
    assert run("partition", KEY).exit_code == 0
    assert culprit in run("partition", KEY, *words).stderr


def test_changed_file(run, ingested, files):
    whole = (files / "blocks.pt").read_bytes()
    torch.save(two_blocks().state_dict() | {"dense_3.weight": torch.ones(2, 4)}, files / "blocks.pt")
    try:
        done = run("ablate", KEY)
    finally:
        (files / "blocks.pt").write_bytes(whole)
    assert done.exit_code == 1
    assert "is not the one" in done.stderr


def test_wrong_password(run, monkeypatch):
    monkeypatch.setenv("ATLAS_NEO4J_PASSWORD", "wrong")
    done = run("networks")
    assert done.exit_code == 1
    assert "refuses user and password" in done.stderr
    assert done.stderr.count("\n") == 1


def test_remove_a_run(run, ingested, atlas):
    before = fingerprint(atlas.store, KEY)
    key = run("partition", KEY).stdout.split(", ")[1].strip()
    assert run("remove", "--run", key).stdout == f"Removed {key}.\n"
    assert fingerprint(atlas.store, KEY) == before


def test_check(run, ingested):
    assert run("check").stdout == "The atlas is sound.\n"
