"""`atlas correlate` on a real atlas, and the same from Python; two_blocks is worked out by hand."""

import shlex

import numpy as np
import pytest
import torch
from networks import two_blocks, two_blocks_data

import ingest
import ingest.statistics
from atlas.errors import BadParameter, UnknownName, UnsupportedLayer

KEY = "client-correlations"
CHAIN = "dense_1:relu,dense_2:relu,dense_3"
QUICK = ("--n-null", "9", "--n-bootstrap", "9", "--n-surrogates", "3", "--n-components", "2")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("correlations")
    torch.save(two_blocks().state_dict(), folder / "blocks.pt")
    x, y = two_blocks_data()
    np.savez(folder / "trials.npz", x=x, y=y)
    np.savez(folder / "values.npz", x=x, y=np.stack([y, 1 - y], axis=1).astype(np.float32))
    return folder


@pytest.fixture(scope="module")
def ingested(neo4j_access, files):
    """two_blocks under KEY; removed at the end."""
    from atlas import connect

    uri, user, password = neo4j_access.values()
    with connect(uri, user=user, password=password) as atlas:
        opening = ingest.Opening(chain=CHAIN)
        ingest.add(atlas, files / "blocks.pt", key=KEY, data=str(files / "trials.npz"), opening=opening)
        yield KEY
        atlas.remove(KEY)


@pytest.fixture(scope="module")
def written(neo4j_access, ingested):
    """Run the command once; its line."""
    from typer.testing import CliRunner

    from atlas.cli.app import app

    done = CliRunner(env=dict(neo4j_access)).invoke(app, ["correlate", KEY, *QUICK])
    assert done.exit_code == 0, done.stderr
    return done.stdout


def overall(atlas, kind):
    table = atlas.network(KEY).correlations(kind=kind)
    return table[table["target"] == "all"].drop(columns="target").set_index("element")


def test_a_dry_run_writes_nothing(run, ingested):
    done = run("correlate", KEY, *QUICK, "--dry-run", "--seed", "7")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith("correlation functions of the layers after input: 13 elements, ")
    assert f"{KEY}/run/correlate-" in done.stdout
    assert "correlate" not in run("runs", KEY).stdout


def test_shares_of_orders_add_up(written, atlas):
    assert written.startswith("correlation functions of the layers after input: written, ")
    table = overall(atlas, "order")
    sums = table.groupby("element")[["variance_share", "separation_share"]].sum(min_count=4)
    known = sums["separation_share"].notna()
    assert np.allclose(sums["separation_share"][known], 1) and known.sum() >= 7
    output = table.loc[f"{KEY}/dense_3"].set_index("order")["separation_share"]
    assert np.allclose(output, [1, 0, 0, 0])  # no nonlinearity: class means go through by themselves


def test_closures_and_the_loss(written, atlas):
    table = overall(atlas, "closure")
    at_output = table.loc[f"{KEY}/dense_3"].set_index(["start", "closure"])
    x, y = two_blocks_data()
    outputs = two_blocks()(torch.tensor(x)).detach().numpy()
    loss = ((outputs - np.eye(2)[y]) ** 2).sum(axis=1).mean()
    assert np.allclose(at_output["loss"], loss)
    exact = at_output.loc["dense_2"]
    assert np.allclose(exact["predicted_loss"], loss)
    assert exact["covariance_error"].isna().all()  # the outputs of a class are the same in all its trials
    assert set(at_output.index.get_level_values("start")) == {"input", "dense_1", "dense_2"}


def test_formulas_hold_better_with_more_samples(written, atlas):
    errors = overall(atlas, "formula").loc[f"{KEY}/dense_1"].set_index("n_samples")["covariance_error"]
    assert errors[100_000] < errors[1_000]


def test_surrogates_begin_at_the_input(written, atlas):
    table = overall(atlas, "surrogate").set_index("kept", append=True)["accuracy_percent"]
    assert table[f"{KEY}/input", "everything"] == 100 and table[f"{KEY}/dense_1", "everything"] == 100


def test_headlines_and_their_source(written, atlas):
    neurons = atlas.network(KEY).neurons().set_index("neuron")
    key = f"{KEY}/dense_1/0"
    mismatch = overall(atlas, "mismatch")["mismatch"][key]
    assert neurons.loc[key, "gaussian_mismatch"] == mismatch
    found = atlas.ask("provenance_of", network=KEY, key=key, property="gaussian_mismatch").iloc[0]
    assert found["value"] == mismatch and found["command"].startswith(f"atlas correlate {KEY} ")
    share = atlas.ask("provenance_of", network=KEY, key=key, property="separation_share")
    assert share["about"].tolist() == [f"all, order {order}" for order in range(1, 5)]


def test_its_command_recomputes_the_same(written, run, atlas):
    before = overall(atlas, "mismatch")
    key, command = before["run"].iloc[0], atlas.runs(KEY).set_index("run")["command"]
    assert run("remove", "--run", key).exit_code == 0
    done = run(*shlex.split(command[key])[1:])
    assert done.exit_code == 0, done.stderr
    after = overall(atlas, "mismatch")
    assert after["run"].iloc[0] == key
    assert np.allclose(after["mismatch"], before["mismatch"], rtol=0, atol=0, equal_nan=True)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("--start", "dense_9"), "Unknown layer to start from 'dense_9'"),
        (("--start", "dense_3"), "No layer comes after 'dense_3'. Start at one before: 'dense_2' or earlier."),
        (("--closures", "gauss,cubic"), "Unknown closure 'cubic'"),
        (("--closures", "gauss,gauss"), "The closure 'gauss' is named twice."),
        (("--n-bootstrap", "-1"), "n_bootstrap is -1"),
        (("--n-surrogates", "0"), "n_surrogates is 0"),
        (("--n-nodes", "100000"), "At most 1000 are found"),
        (("--n-components", "1"), "A mixture has two components or more"),
        (("--n-components", "99"), "Mixtures of 99 components need 198"),
    ],
)
def test_bad_input_gets_one_line(run, ingested, words, line):
    done = run("correlate", KEY, *QUICK, *words)
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert line in done.stderr


def test_values_are_no_classes(run, ingested, files):
    done = run("correlate", KEY, "--data", str(files / "values.npz"))
    assert done.exit_code == 1 and "have values, not classes" in done.stderr


def test_a_layer_that_cannot_be_treated(atlas):
    module = torch.nn.Sequential(
        torch.nn.Conv2d(1, 2, 3), torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Flatten(), torch.nn.Linear(2, 4),
        torch.nn.ReLU(), torch.nn.Linear(4, 2),
    )  # fmt: skip
    x = np.random.default_rng(0).normal(size=(40, 1, 4, 4)).astype(np.float32)
    network = ingest.add(atlas, module, key=f"{KEY}-pooled", data=(x, np.arange(40) % 2))
    try:
        with pytest.raises(UnsupportedLayer, match=r"(?i)max.*start"):
            network.correlate()
        done = network.correlate(start="4", n_null=3, n_bootstrap=3, n_surrogates=2, closures="gauss")
        assert set(done.result.closures.starts) == {"4"}
    finally:
        atlas.remove(f"{KEY}-pooled")


def test_a_nonlinearity_without_a_closure_is_refused_by_its_layer(atlas):
    module = torch.nn.Sequential(
        torch.nn.Linear(3, 4), torch.nn.ELU(), torch.nn.Linear(4, 4), torch.nn.ReLU(), torch.nn.Linear(4, 2)
    )
    x = np.random.default_rng(0).normal(size=(40, 3)).astype(np.float32)
    network = ingest.add(atlas, module, key=f"{KEY}-elu", data=(x, np.arange(40) % 2))
    try:
        with pytest.raises(UnsupportedLayer, match=r"In layer '0'.*'elu' has no closure.*Start later: start='0'\.$"):
            network.correlate()
        done = network.correlate(start="0", n_null=0, n_bootstrap=0, n_surrogates=1, closures="gauss", seed=3)
        assert set(done.result.closures.starts) == {"0", "2"}
        assert (done.result.params["closures"], done.result.params["seed"]) == ("gauss", 3)
    finally:
        atlas.remove(f"{KEY}-elu")


def test_fourth_cumulants_need_more_trials_than_third(atlas):
    module = torch.nn.Sequential(torch.nn.Linear(3, 4), ingest.statistics.Quadratic(), torch.nn.Linear(4, 2))
    x = np.random.default_rng(0).normal(size=(6, 3)).astype(np.float32)
    network = ingest.add(atlas, module, key=f"{KEY}-quadratic", data=(x, np.arange(6) % 2))
    try:
        with pytest.raises(BadParameter, match="Fourth cumulants need 4 of every class"):
            network.correlate(n_null=0, n_bootstrap=0, n_surrogates=1, closures="third")
        assert network.correlate(n_null=0, n_bootstrap=0, n_surrogates=1, closures="gauss").run
    finally:
        atlas.remove(f"{KEY}-quadratic")


def test_python_refuses_what_it_does_not_know(atlas, ingested):
    network = atlas.network(KEY)
    with pytest.raises(UnknownName, match="kind of correlations"):
        network.correlations(kind="orders")
    with pytest.raises(UnknownName, match="finished run"):
        network.correlations(run="other")


def test_too_few_trials_of_a_class(atlas):
    x, y = two_blocks_data()
    network = ingest.add(atlas, two_blocks(), key=f"{KEY}-few", data=(x[:5], y[:5]))
    try:
        with pytest.raises(BadParameter, match=r"(?i)class"):
            network.correlate(n_null=0, n_bootstrap=0, n_surrogates=1)
    finally:
        atlas.remove(f"{KEY}-few")
