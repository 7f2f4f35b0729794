"""`atlas indicators` and `atlas embedding` on two_blocks: what they print and write, and what they refuse."""

import json
import shlex

import numpy as np
import pandas as pd
import pytest
import torch
from networks import two_blocks, two_blocks_data, xor

import ingest
from atlas.errors import InputError, ShapeError
from atlas.store import fingerprint

KEY = "client-indicators"
CHAIN = "dense_1:relu,dense_2:relu,dense_3"
# mean activations rank the hidden neurons almost as their effects do: worked out in tests/unit/analysis/indicators
RHO, NULL_RHO = 32 / np.sqrt(40.5 * 36), 2 / np.sqrt(40.5 * 36)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("indicators")
    torch.save(two_blocks().state_dict(), folder / "blocks.pt")
    torch.save({name: value + 0.25 for name, value in two_blocks().state_dict().items()}, folder / "initial.pt")
    torch.save({name: torch.ones(4, 4) for name in two_blocks().state_dict()}, folder / "larger.pt")
    x, y = two_blocks_data()
    np.savez(folder / "trials.npz", x=x, y=y)
    return folder


@pytest.fixture
def ingested(run, files, atlas):
    words = ("ingest", str(files / "blocks.pt"), "--key", KEY, "--chain", CHAIN, "--data", str(files / "trials.npz"))
    assert run(*words).exit_code == 0
    yield KEY
    atlas.remove(KEY)


@pytest.fixture
def ablated(run, ingested):
    assert run("ablate", KEY, "--only", "neurons").exit_code == 0
    return ingested


def overall(table):
    """Give the row of mean activation over all layers."""
    (row,) = (one for one in table if one["layer"] is None and one["indicator"] == "mean_activation")
    return row


def test_the_table(run, ablated):
    first, again = (run("indicators", KEY, "--format", "json") for _ in range(2))
    assert first.stdout == again.stdout
    assert "written" in first.stderr
    assert "already there" in again.stderr
    row = overall(json.loads(first.stdout))
    assert (row["rho"], row["null_rho"], row["n_neurons"]) == pytest.approx((RHO, NULL_RHO, 8))


def test_what_is_printed(run, ablated):
    planned = run("indicators", KEY, "--dry-run").stdout
    printed = run("indicators", KEY).stdout.splitlines()
    key = planned.rpartition(" as ")[2].strip()
    assert planned.startswith("indicators of neurons: 8 elements, 1 runs of the network, 50 relationships to write")
    assert printed[0] == f"indicators of neurons: written, {key}"
    assert printed[1].split()[-1] == "predicts"
    assert len(printed) == 3 + 3 * 8 + 2  # 8 indicators of two layers and both, the proxy of two classes
    assert "already there" in run("indicators", KEY, "--dry-run").stdout


def test_marks(run, ablated):
    table = {}
    for line in run("indicators", KEY, "--n-null", "99").stdout.splitlines()[3:]:
        words = line.split()
        table[tuple(words[:3])] = words[-1] == "*"
    found = json.loads(run("indicators", KEY, "--n-null", "99", "--format", "json").stdout)
    marked = {row["indicator"] for row in found if row["q"] is not None and row["q"] <= 0.05}
    assert {key[0] if key[1] == "all" else key[1] for key, star in table.items() if star} == marked


def test_neurons_have_headlines(run, ablated, atlas):
    assert run("indicators", KEY).exit_code == 0
    neurons = atlas.network(KEY).neurons().set_index("neuron")
    assert neurons.loc[f"{KEY}/dense_1/3", ["mean_activation", "active_share"]].tolist() == [1.5, 0.75]
    assert neurons["selectivity"].notna().sum() == 8


def test_an_initial_network(run, ablated, files, atlas):
    found = run("indicators", KEY, "--initial", str(files / "initial.pt"), "--format", "json")
    assert "weight_change_p" in {row["indicator"] for row in json.loads(found.stdout)}
    (made,) = atlas.cypher("MATCH (r:Run {kind: 'indicators', network: $key}) RETURN properties(r) AS run", key=KEY)[
        "run"
    ]
    assert made["initial"] == str(files / "initial.pt")
    assert len(made["initial_sha256"]) == 64


def test_the_command_recomputes_it(run, ablated, files, atlas):
    assert run("indicators", KEY, "--initial", str(files / "initial.pt"), "--layers", "dense_2").exit_code == 0
    before = fingerprint(atlas.store, KEY)
    (command,) = atlas.runs(KEY).query("kind == 'indicators'")["command"]
    assert "already there" in run(*shlex.split(command)[1:]).stdout
    assert fingerprint(atlas.store, KEY) == before


def test_removed_and_brought_back(run, ablated, atlas, tmp_path):
    before = fingerprint(atlas.store, KEY)
    key = run("indicators", KEY).stdout.splitlines()[0].split(", ")[1]
    written = fingerprint(atlas.store, KEY)
    assert run("export", KEY, str(tmp_path / "whole")).exit_code == 0
    assert run("remove", "--run", key).exit_code == 0
    assert fingerprint(atlas.store, KEY) == before
    atlas.remove(KEY)
    assert run("import", str(tmp_path / "whole")).exit_code == 0
    assert fingerprint(atlas.store, KEY) == written


def test_in_python(ablated, atlas):
    forward = ingest.forward(two_blocks(), key=KEY, data=two_blocks_data())
    initial = ingest.record(ingest.read_network(two_blocks()), key="initial")
    outcome = atlas.network(KEY, forward=forward).indicators(initial=initial, n_bootstrap=20, n_null=19)
    table = outcome.result.to_frame()
    row = table[table["layer"].isna() & (table["indicator"] == "mean_activation")].iloc[0]
    assert row["rho"] == pytest.approx(RHO)
    assert outcome.result.neurons.weight_change_p.tolist() == [1] * 8  # nothing changed
    assert len(outcome.result.neurons.to_frame()) == 24
    asked = atlas.ask("indicators_of_effect", network=KEY, run=outcome.run)
    assert asked["rho"].notna().sum() == table["rho"].notna().sum()


def test_the_command_in_python_recomputes_it(ablated, atlas, files):
    module, initial = two_blocks(), ingest.record(ingest.read_network(two_blocks()), key="initial")
    forward = ingest.forward(module, key=KEY, data=str(files / "trials.npz"))
    options = {"initial": initial, "layers": ["dense_1", "dense_2"], "n_bootstrap": 9, "n_null": 9}
    outcome = atlas.network(KEY, forward=forward).indicators(**options)
    (command,) = atlas.runs(KEY).query("kind == 'indicators'")["command"]
    again = eval(command, {"atlas": atlas, "ingest": ingest, "module": module, "initial": initial})
    assert (again.run, again.result) == (outcome.run, None)


def test_an_initial_network_of_other_sizes_in_python(ablated, atlas):
    forward = ingest.forward(two_blocks(), key=KEY, data=two_blocks_data())
    initial = ingest.record(ingest.read_network(xor()), key="initial")
    before = fingerprint(atlas.store, KEY)
    with pytest.raises(ShapeError, match="in the initial network by nothing"):
        atlas.network(KEY, forward=forward).indicators(initial=initial)
    assert fingerprint(atlas.store, KEY) == before


def test_a_file_as_initial_network_in_python(ablated, atlas, files):
    forward = ingest.forward(two_blocks(), key=KEY, data=two_blocks_data())
    with pytest.raises(InputError, match=r"initial\.pt'\. In Python it is a record: ingest\.record"):
        atlas.network(KEY, forward=forward).indicators(initial=str(files / "initial.pt"))


def test_effects_of_other_trials_are_said(run, ablated, files, atlas):
    x, y = two_blocks_data()
    np.savez(files / "fewer.npz", x=x[:48], y=y[:48])
    told = run("indicators", KEY, "--data", str(files / "fewer.npz")).stdout.splitlines()[0]
    (effects,) = atlas.runs(KEY).query("kind == 'ablate'")["run"]
    assert told.endswith(f"; the effects of {effects} are of other trials ({files / 'trials.npz'}) than the indicators")


def test_nothing_to_predict(run, ingested, atlas):
    done = run("indicators", KEY)
    assert (done.exit_code, done.stdout) == (1, "")
    assert f"`atlas ablate {KEY}`" in done.stderr


def test_embedding(run, ablated, atlas, tmp_path):
    before = fingerprint(atlas.store, KEY)
    figure, table = tmp_path / "trials.svg", tmp_path / "trials.parquet"
    words = ("--neurons", f"{KEY}/dense_1/0,{KEY}/dense_1/1", "--method", "pca")
    done = run("embedding", KEY, *words, "--output", str(figure), "--table", str(table))
    assert done.stdout == (
        f"{KEY} without dense_1/0, dense_1/1 (zero ablation): 0 wrong before, 32 still right, 32 newly wrong, "
        "0 newly right; PCA of the inputs; 64 trials; numbers are classes\n"
        f"Saved 64 rows to {table}.\n"
    )
    assert pd.read_parquet(table)["state"].value_counts().to_dict() == {"still right": 32, "newly wrong": 32}
    assert figure.read_text(encoding="utf-8").startswith("<?xml")
    assert fingerprint(atlas.store, KEY) == before


def test_embedding_of_a_cluster(run, ablated, atlas, tmp_path):
    assert run("partition", KEY, "--n-null", "0").exit_code == 0
    table = tmp_path / "trials.csv"
    done = run("embedding", KEY, "--cluster", "leiden-1.0-seed0/0", "--perplexity", "10", "--table", str(table))
    assert "32 newly wrong" in done.stdout
    forward = ingest.forward(two_blocks(), key=KEY, data=two_blocks_data())
    again = atlas.network(KEY, forward=forward).embedding(cluster="leiden-1.0-seed0/0", perplexity=10)
    pd.testing.assert_frame_equal(pd.read_csv(table), again.to_frame(), check_dtype=False)


def test_files_are_replaced_only_if_asked(run, ablated, tmp_path):
    table = tmp_path / "trials.csv"
    words = ("embedding", KEY, "--neurons", f"{KEY}/dense_1/0", "--method", "pca", "--table", str(table))
    table.write_text("mine")
    assert "--overwrite" in run(*words).stderr
    assert table.read_text() == "mine"
    assert run(*words, "--overwrite").exit_code == 0
    assert table.read_text().startswith("trial,x,y")


def test_a_network_that_cannot_be_run(ablated, atlas):
    with pytest.raises(InputError, match="cannot be run"):
        atlas.network(KEY).embedding(neurons=[f"{KEY}/dense_1/0"])


NEURON = ["--neurons", f"{KEY}/dense_1/0"]


@pytest.mark.parametrize(
    ("words", "culprit"),
    [
        (["indicators", KEY, "--initial", "missing.pt"], "missing.pt"),
        (["indicators", KEY, "--initial", "larger.pt"], "is fed by"),
        (["indicators", KEY, "--effect-run", "none"], "Unknown run that ablated neurons 'none'"),
        (["indicators", KEY, "--layers", "dens_1"], "Did you mean 'dense_1'?"),
        (["indicators", KEY, "--layers", "dense_1,dense_1"], "'dense_1' is named twice"),
        (["indicators", KEY, "--n-null", "-1"], "n_null is -1"),
        (["embedding", KEY, *NEURON], "No file is named"),
        (["embedding", KEY, *NEURON, "--output", "trials.jpg"], "ends in .png or .svg"),
        (["embedding", KEY, *NEURON, "--table", "trials.txt"], "end in .parquet or .csv"),
        (["embedding", KEY, "--table", "t.csv"], "Nothing is named to ablate"),
        (["embedding", KEY, *NEURON, "--cluster", "a/0", "--table", "t.csv"], "Neurons and a cluster"),
        (["embedding", KEY, "--neurons", f"{KEY}/dense_1/4", "--table", "t.csv"], f"'{KEY}/dense_1/4'"),
        (["embedding", KEY, "--neurons", f"{NEURON[1]},{NEURON[1]}", "--table", "t.csv"], "named twice"),
        (["embedding", KEY, "--neurons", f"{KEY}/input/0", "--table", "t.csv"], "'input' is the input"),
        (["embedding", KEY, "--cluster", "0", "--table", "t.csv"], "not named as PARTITION/NUMBER"),
        (["embedding", KEY, "--cluster", "none/0", "--table", "t.csv"], "Unknown partition 'none'"),
        (["embedding", KEY, *NEURON, "--perplexity", "99", "--table", "t.csv"], "perplexity is 99"),
    ],
    ids=lambda value: " ".join(value[2:])[:40] if isinstance(value, list) else "",
)
def test_refused(words, culprit, run, ablated, files, atlas, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "larger.pt").write_bytes((files / "larger.pt").read_bytes())
    before = fingerprint(atlas.store, KEY)
    done = run(*words)
    assert (done.exit_code, done.stdout) == (1, "")
    errors = [line for line in done.stderr.splitlines() if line.startswith("atlas: ")]
    assert len(errors) == 1
    assert culprit in errors[0]
    assert fingerprint(atlas.store, KEY) == before
    assert [file.name for file in tmp_path.iterdir()] == ["larger.pt"]
