"""The rows of the questions about indicators, worked out by hand from the values in described.py."""

import pytest

NETWORK = "query-blocks"
RUN, OLD, NEW = (f"{NETWORK}/run/{name}" for name in ("indicators", "ablate-old", "ablate-new"))


def rows(frame, *columns):
    """Give rows as tuples, None where a value is missing."""
    chosen = frame[list(columns)].astype(object)
    return list(chosen.where(chosen.notna(), None).itertuples(index=False, name=None))


def test_dead_and_saturated(answer):
    found = answer("dead_and_saturated")
    assert rows(found, "neuron", "active_share", "in_strength", "out_strength", "effect_points", "n_total") == [
        (f"{NETWORK}/dense_1/1", 0.0, 2.0, 2.0, 0.0, 6),
        (f"{NETWORK}/dense_1/0", 1.0, 2.0, 2.0, 40.0, 6),
        (f"{NETWORK}/dense_1/2", 1.0, 2.0, 2.0, 50.0, 6),
        (f"{NETWORK}/dense_2/0", 1.0, 2.0, 1.0, 50.0, 6),
        (f"{NETWORK}/dense_2/2", 1.0, 2.0, 1.0, 50.0, 6),
        (f"{NETWORK}/dense_2/3", 1.0, 2.0, 1.0, 25.0, 6),
    ]
    assert set(found["run"]) == {RUN}
    assert set(found["effect_run"]) == {NEW}


@pytest.mark.parametrize(
    ("limits", "shares"),
    [
        ({"low": 0.25, "high": 2.0}, [0, 0.25]),
        ({"low": -1.0, "high": 0.75}, [0.75, 1, 1, 1, 1, 1]),
        ({"run": RUN, "top": 2}, [0, 1]),
    ],
    ids=["dead", "saturated", "run"],
)
def test_thresholds(answer, limits, shares):
    assert answer("dead_and_saturated", **limits)["active_share"].tolist() == shares


def test_indicators_of_effect(answer):
    found = answer("indicators_of_effect")
    assert rows(found, "layer", "indicator", "target", "rho", "q", "n_neurons") == [
        (None, "mean_activation", "all", 0.25, 0.5, 8),
        ("dense_1", "selectivity", "all", -0.75, 0.03125, 4),
        ("dense_1", "mean_activation", "all", 0.5, 0.25, 4),
        ("dense_2", "mean_activation", "all", None, None, 4),
        ("dense_1", "activation_proxy", "1", 1.0, 0.0625, 4),
    ]
    assert rows(found.head(1), "low_rho", "high_rho", "null_rho", "p", "effect_run", "run") == [
        (0.125, 0.375, 0, 0.25, NEW, RUN)
    ]


@pytest.mark.parametrize(
    ("limits", "found"),
    [
        ({"layer": "dense_1", "target": "all"}, ["selectivity", "mean_activation"]),
        ({"target": "1"}, ["activation_proxy"]),
        ({"fdr": 0.05}, ["selectivity"]),
        ({"run": RUN, "layer": "dense_2"}, ["mean_activation"]),
    ],
    ids=["layer", "target", "fdr", "run"],
)
def test_indicators_by(answer, limits, found):
    assert answer("indicators_of_effect", **limits)["indicator"].tolist() == found


def test_where_a_headline_comes_from(answer):
    told = answer("provenance_of", key=f"{NETWORK}/dense_1/3", property="active_share")
    assert rows(told, "value", "run", "kind") == [(0.75, RUN, "indicators")]
