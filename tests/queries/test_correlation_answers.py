"""Questions about correlation functions, their rows worked out by hand from the values in correlated.py."""

import pytest

from atlas.catalogue import ask
from atlas.errors import MissingAnalysis, UnknownName

NETWORK = "query-blocks"
OLD, NEW = f"{NETWORK}/run/correlate-old", f"{NETWORK}/run/correlate-new"
ABLATE, INFORM, RELAY = (f"{NETWORK}/run/{name}" for name in ("ablate-new", "inform-neurons", "relay-new"))
DENSE_1 = f"{NETWORK}/dense_1"


def rows(frame, *columns):
    """Give rows as tuples, None where a value is missing."""
    chosen = frame[list(columns)].astype(object)
    return list(chosen.where(chosen.notna(), None).itertuples(index=False, name=None))


def test_order_by_layer(answer):
    found = answer("order_by_layer")
    columns = ("layer", "order", "kept", "variance_share", "separation_share", "accuracy_percent", "gained_points")
    assert rows(found, *columns) == [
        ("input", None, "means", None, None, 50.0, None),
        ("input", None, "gaussian", None, None, 75.0, None),
        ("input", None, "everything", None, None, 100.0, None),
        ("dense_1", 1, None, 0.5, 0.75, None, None),
        ("dense_1", 2, None, 0.5, 0.5, None, None),
        ("dense_1", 3, None, 0.0, -0.25, None, None),
        ("dense_1", 4, None, 0.0, 0.0, None, None),
        ("dense_1", None, "means", None, None, 62.5, 12.5),
        ("dense_1", None, "gaussian", None, None, 87.5, 12.5),
        ("dense_1", None, "everything", None, None, 100.0, 0.0),
    ]
    assert set(found["run"]) == {NEW}


def test_orders_and_surrogates_stand_beside_their_null(answer):
    found = answer("order_by_layer", layer="dense_1")
    ends = [f"{end}_{share}" for share in ("variance_share", "separation_share") for end in ("low", "high", "null")]
    assert rows(found, *ends, "variance_q", "separation_q", "reason")[0] == (
        *(0.375, 0.625, 0.125),
        *(0.625, 0.875, 0.125),
        *(0.25, 0.25, None),
    )
    columns = ("low_accuracy_percent", "high_accuracy_percent", "null_accuracy_percent")
    assert rows(found, *columns, "low_gained_points", "high_gained_points")[5] == (85.5, 89.5, 50.0, 10.5, 14.5)
    assert set(found["layer"]) == {"dense_1"}


def test_accuracy_about_a_class_and_an_older_run(answer):
    found = answer("order_by_layer", target="1", run=OLD, layer="dense_1")
    assert rows(found, "order", "kept", "separation_share", "accuracy_percent", "gained_points", "run") == [
        (1, None, 1.5, None, None, OLD),
        (2, None, 1.0, None, None, OLD),
        (3, None, -0.5, None, None, OLD),
        (4, None, 0.0, None, None, OLD),
        (None, "means", None, 75.0, 0.0, OLD),
        (None, "gaussian", None, 100.0, 25.0, OLD),
        (None, "everything", None, 100.0, 0.0, OLD),
    ]


def test_gaussian_mismatch(answer):
    found = answer("gaussian_mismatch")
    columns = ("neuron", "layer", "mismatch", "low_mismatch", "high_mismatch", "null_mismatch", "z", "p", "q")
    assert rows(found, *columns, "reason", "run", "n_total") == [
        (f"{DENSE_1}/0", "dense_1", 0.5, 0.375, 0.625, 0.125, 4.0, 0.0625, 0.125, None, NEW, 2),
        (f"{DENSE_1}/1", "dense_1", 0.125, 0.0, 0.25, 0.125, 1.0, 0.5, 1.0, "constant", NEW, 2),
    ]
    columns = ("higher_share", "effect_points", "effect_q", "label_bits", "label_q", "relay_bits")
    assert rows(found, *columns, "effect_run", "label_run", "relay_run") == [
        (0.5, 40.0, 0.01, 1.0, 0.01, 0.25, ABLATE, INFORM, RELAY),
        (None, 0.0, 1.0, 0.0, 1.0, 0.5, ABLATE, INFORM, RELAY),
    ]


def test_gaussian_mismatch_about_a_class(answer):
    # what higher orders explain is about all classes
    found = answer("gaussian_mismatch", target="1", top=1)
    columns = ("mismatch", "higher_share", "effect_points", "label_bits", "relay_bits", "n_total")
    assert rows(found, *columns) == [(0.75, 0.5, 0.0, 0.5, 0.125, 2)]


@pytest.mark.parametrize(
    ("limits", "mismatch"),
    [
        ({"fdr": 0.125}, [0.5]),
        ({"top": 1}, [0.5]),
        ({"run": OLD}, [1.0, 0.25]),
        ({"layer": "dense_2"}, []),
    ],
    ids=["rate", "top", "run", "layer"],
)
def test_gaussian_mismatch_by(answer, limits, mismatch):
    assert answer("gaussian_mismatch", **limits)["mismatch"].tolist() == mismatch


def test_closure_check(answer):
    # the closure from input errs by 0.25 in dense_1, where its formulas are within 0.05 of 100,000 Gaussian samples
    found = answer("closure_check")
    columns = ("layer", "start", "closure", "n_samples", "mean_error", "covariance_error", "loss", "predicted_loss")
    assert rows(found, *columns) == [
        ("dense_1", "input", "gauss", None, 0.5, 0.25, None, None),
        ("dense_1", None, None, 1_000, 0.25, 0.5, None, None),
        ("dense_1", None, None, 100_000, 0.025, 0.05, None, None),
        ("dense_3", "input", "gauss", None, 1.0, 0.5, 0.5, 2.0),
        ("dense_3", "dense_1", "gauss", None, 0.25, 0.125, 0.5, 0.75),
    ]
    errors = [f"{end}_{error}" for error in ("mean_error", "covariance_error") for end in ("low", "high", "null")]
    assert rows(found, *errors)[3] == (0.875, 1.125, 0.125, 0.375, 0.625, 0.125)
    losses = [f"{end}_{loss}" for loss in ("loss", "predicted_loss") for end in ("low", "high")]
    assert rows(found, *losses, "run")[3] == (0.375, 0.625, 1.875, 2.125, NEW)


def test_closure_check_about_a_class_and_a_layer(answer):
    # formulas are looked at over all classes
    found = answer("closure_check", target="0", layer="dense_1", run=OLD)
    assert rows(found, "start", "n_samples", "mean_error", "run") == [
        ("input", None, 0.5, OLD),
        (None, 1_000, 0.25, OLD),
        (None, 100_000, 0.025, OLD),
    ]


@pytest.mark.parametrize("name", ["order_by_layer", "gaussian_mismatch", "closure_check"])
def test_a_missing_analysis_names_the_command(store, second_network, name):
    with second_network(), pytest.raises(MissingAnalysis, match="Run `atlas correlate query-second`"):
        ask(store, name, {"network": "query-second"})


def test_a_run_of_another_kind_is_unknown(answer):
    with pytest.raises(UnknownName, match="run"):
        answer("order_by_layer", run=INFORM)


@pytest.mark.parametrize(
    ("key", "name", "expected"),
    [
        ("dense_1/0", "gaussian_mismatch", [(None, 0.5, None, NEW), (None, 1.0, NEW, OLD)]),
        ("dense_1", "higher_share", [(None, -0.25, None, NEW), (None, -0.5, NEW, OLD)]),
    ],
    ids=["mismatch", "higher orders"],
)
def test_provenance_of_correlations(answer, key, name, expected):
    found = answer("provenance_of", key=f"{NETWORK}/{key}", property=name)
    assert rows(found, "about", "value", "superseded_by", "run") == expected
