"""Single sweeps on a real atlas: what stands in the graph beside the points, without classes, and with a score."""

import numpy as np
import pytest
import torch
from networks import xor, xor_data
from torch import nn

import ingest
from atlas.errors import NonFiniteActivations, UnknownName

KEY = "client-sweeps"


@pytest.fixture
def network(atlas):
    yield ingest.add(atlas, xor(), key=KEY, data=xor_data())
    atlas.remove(KEY)


@pytest.fixture
def regression(tmp_path, run, atlas):
    """x and relu(x - 2), summed: 1, 2, 4, 6, where 1, 2, 3, 4 are expected; read from a file."""
    module = nn.Sequential(nn.Linear(1, 2), nn.ReLU(), nn.Linear(2, 1))
    values = [[[1.0], [1.0]], [0.0, -2.0], [[1.0, 1.0]], [0.0]]
    module.load_state_dict(dict(zip(module.state_dict(), map(torch.tensor, values), strict=True)))
    torch.save(module.state_dict(), tmp_path / "net.pt")
    x = np.array([[1.0], [2.0], [3.0], [4.0]])
    np.savez(tmp_path / "trials.npz", x=x, y=x)
    words = ("ingest", str(tmp_path / "net.pt"), "--key", KEY, "--chain", "0:relu,2")
    assert run(*words, "--data", str(tmp_path / "trials.npz")).exit_code == 0
    yield atlas.network(KEY)
    atlas.remove(KEY)


def test_effects_tell_counts_losses_and_confusions(network):
    network.ablate()
    first = network.effects().iloc[:3].set_index("target")
    assert first["n_right"].tolist() == [4, 2, 2]
    assert first["n_broken"].tolist() == [2, 0, 2]
    assert first["n_repaired"].tolist() == [0, 0, 0]
    assert first["confused_with"].fillna("none").tolist() == ["0", "none", "0"]
    assert first["n_confused"].tolist() == [2, 0, 2]
    assert first["logit_change"].tolist() == [-0.5, 0, -1]
    assert first.loc["1", ["loss_change", "low_loss_change", "high_loss_change"]].tolist() == pytest.approx([0.5] * 3)
    assert first["n_near_ties"].fillna(-1).tolist() == [0, -1, -1]
    assert first["macro_points"].fillna(-1).tolist() == [50, -1, -1]


def test_without_outputs(network):
    network.ablate(outputs=False)
    effects = network.effects()
    assert effects["loss_change"].isna().all()
    assert effects["points"].tolist() == [50, 0, 100, 25, 50, 0]


def test_a_function_as_score(network, atlas):
    def first_output(outputs, labels):
        return outputs[:, 0]

    def second_output(outputs, labels):
        return outputs[:, 1]

    second_output.__qualname__ = first_output.__qualname__
    (outcome,) = network.ablate(score=first_output)
    assert network.effects()["score_change"].tolist() == [0] * 6
    assert f"score='{__name__}:{first_output.__qualname__}'" in atlas.runs(KEY)["command"].iloc[0]
    assert network.ablate(score=first_output)[0].already_there
    (other,) = network.ablate(score=second_output)  # of the same name
    assert other.run != outcome.run
    assert network.effects()["score_change"].tolist() == [-1, -1, -1, 0.5, 1, 0]


def test_regression(regression, run, atlas):
    done = run("ablate", KEY)
    assert (done.exit_code, done.stdout.count("written")) == (0, 1)
    effects = regression.effects()
    assert effects["target"].tolist() == ["all", "all"]
    assert effects["loss_change"].tolist() == [2, -1.25]
    assert effects["points"].isna().all() and effects["n_broken"].isna().all()
    assert effects["p"].tolist() == pytest.approx([0.1162, 0.2784], abs=1e-4)
    assert atlas.networks().query("network == @KEY")["accuracy_percent"].isna().all()
    assert "--outputs" in atlas.runs(KEY)["command"].iloc[0]


def test_describe_a_neuron_of_a_regression(regression, run, atlas):
    assert run("ablate", KEY).exit_code == 0
    told = atlas.ask("describe_neuron", network=KEY, neuron=f"{KEY}/0/0").set_index("property")
    assert "effect_points" not in told.index
    assert told.loc["loss_change", "value"] == 2
    assert told.loc["loss_change", "q"] == pytest.approx(2 * 0.1162, abs=1e-4)  # the smaller p of two


def test_other_trials_are_said_in_the_line(regression, run, tmp_path):
    np.savez(tmp_path / "other.npz", x=np.array([[1.0], [2.0]]), y=np.array([[1.0], [2.0]]))
    key = run("ablate", KEY).stdout.split(", ")[1].strip()
    done = run("ablate", KEY, "--data", str(tmp_path / "other.npz"))
    assert done.stdout.count("\n") == 1
    assert "; its trials (" in done.stdout and f"are not those of {key} (" in done.stdout


def test_clusters_of_a_regression(regression, run):
    assert run("partition", KEY).exit_code == 0
    assert run("ablate", KEY, "--only", "clusters", "--n-null", "9").exit_code == 0
    clusters = regression.effects(partition="leiden-1.0-seed0")
    assert clusters["loss_change"].notna().any() and clusters["points"].isna().all()


def test_score_of_a_module(regression, run, tmp_path, monkeypatch):
    (tmp_path / "sweep_scores.py").write_text("def error(outputs, values):\n    return -abs(outputs - values)[:, 0]\n")
    monkeypatch.chdir(tmp_path)
    assert run("ablate", KEY, "--score", "sweep_scores:error").exit_code == 0
    assert regression.effects()["score_change"].tolist() == [-1, 0.75]


@pytest.mark.parametrize(
    ("words", "culprit"),
    [
        (["inform", KEY], "have values, not classes"),
        (["ablate", KEY, "--no-outputs"], "no answers to compare"),
        (["ablate", KEY, "--score", "nothing"], "'nothing' is malformed"),
        (["ablate", KEY, "--score", "math:nothing"], "'math:nothing' is not found"),
        (["ablate", KEY, "--score", "math:pi"], "'math:pi' is no function"),
        (["ablate", KEY, "--threads", "0"], "threads is 0"),
        (["ablate", KEY, "--method", "mean", "--data", "one_class.npz"], "are of class 0"),
        (["ablate", KEY, "--method", "mean", "--data", "classes.npz"], "but the network has 1 outputs"),
        (["ablate", KEY, "--method", "mean", "--data", "empty.npz"], "0 inputs and 0 labels"),
    ],
)
def test_refused(words, culprit, regression, run, tmp_path, monkeypatch):
    x = np.array([[1.0], [2.0]])
    np.savez(tmp_path / "one_class.npz", x=x, y=[0, 0])
    np.savez(tmp_path / "classes.npz", x=x, y=[0, 1])
    np.savez(tmp_path / "empty.npz", x=x[:0], y=np.zeros(0, int))
    monkeypatch.chdir(tmp_path)
    done = run(*words)
    assert (done.exit_code, done.stdout) == (1, "")
    errors = [line for line in done.stderr.splitlines() if line.startswith("atlas: ")]
    assert len(errors) == 1 and culprit in errors[0]
    assert "run" not in run("runs", KEY, "--format", "csv").stdout.partition("\n")[2]


def test_classes_that_are_no_targets(atlas):
    (x, y), runs = xor_data(), len(atlas.runs())
    ingest.add(atlas, xor(), key=KEY, data=(x, np.array([[0.5, 0], [0.5, 1], [0.5, 1], [0.5, 0]])))
    try:
        with pytest.raises(UnknownName, match=f"target '0' of '{KEY}'"):
            atlas.network(KEY, forward=ingest.forward(xor(), key=KEY, data=(x, y))).ablate()
        assert len(atlas.runs()) == runs
    finally:
        atlas.remove(KEY)


def test_other_trials_are_said(network, atlas):
    x, y = xor_data()
    (first,) = network.ablate()
    (same,) = network.ablate(method="mean")
    fewer = ingest.forward(xor(), key=KEY, data=(x[:3], y[:3]))
    (other,) = atlas.network(KEY, forward=fewer).ablate()
    assert (first.note, same.note) == (None, None)
    assert other.note is not None and f"are not those of {same.run} (memory, " in other.note
    assert other.run != first.run


def test_a_layer_that_overflows(network, atlas):
    module = xor()
    huge = np.full((2, 2), 3e38, dtype=np.float32)
    forward = ingest.forward(module, key=KEY, data=(huge, [0, 1]))
    with pytest.raises(NonFiniteActivations, match=f"Layer 'hidden' of '{KEY}' puts out NaN or infinity in 2 of 2"):
        atlas.network(KEY, forward=forward).ablate()


def test_training_mode_is_told(atlas):
    module = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Dropout(), nn.Linear(3, 2))
    with pytest.warns(UserWarning, match=r"in training mode; it was taken in evaluation mode \(Dropout\)"):
        ingest.forward(module, key=KEY, data=xor_data())
    try:
        with pytest.warns(UserWarning, match="in training mode"):
            ingest.add(atlas, module, key=KEY, data=xor_data())
    finally:
        atlas.remove(KEY)
    assert module.training
