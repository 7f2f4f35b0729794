import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from atlas.analysis.indicators import indicators_of_neurons, predictions
from atlas.analysis.indicators.ranks import rank_correlation
from atlas.errors import BadParameter, ShapeError

# what ablating the hidden neurons of two_blocks costs, in points: all, class 0, class 1 (tests/networks.py)
POINTS = np.array(
    [[50, 100, 0], [0, 0, 0], [50, 0, 100], [0, 0, 0], [50, 100, 0], [25, 50, 0], [50, 0, 100], [25, 0, 50]],
    dtype=float,
)


@pytest.fixture
def indicators(two_blocks, record_of):
    return indicators_of_neurons(two_blocks, weights=record_of(two_blocks))


def row(found, layer, indicator, target="all"):
    frame = found.to_frame()
    chosen = frame[(frame["indicator"] == indicator) & (frame["target"] == target)]
    (only,) = (one for one in chosen.itertuples() if one.layer == layer or (layer is None and one.layer != one.layer))
    return only


def test_mean_activation_predicts_in_a_layer(indicators):
    # means 3.5, 2, 3.5, 1.5 have ranks 3.5, 2, 3.5, 1, effects 50, 0, 50, 0 have 3.5, 1.5, 3.5, 1.5:
    # 4 / sqrt(4.5 * 4); two of the six ways to give two of four neurons an effect are as far from 0
    found = row(predictions(indicators, POINTS), "fc1", "mean_activation")
    assert (found.rho, found.null_rho) == pytest.approx((4 / np.sqrt(18), 0))
    assert found.p == pytest.approx(1 / 3, abs=0.05)
    assert found.n_neurons == 4


def test_mean_activation_predicts_over_layers(indicators):
    # means 3.5, 2, 3.5, 1.5, 5.5, 1.5, 5, 2: ranks less their mean 1, -1, 1, -3, 3.5, -3, 2.5, -1;
    # effects likewise 2, -3, 2, -3, 2, -1, 2, -1; layer means -0.5 and 0.5 of both
    found = row(predictions(indicators, POINTS), None, "mean_activation")
    assert found.rho == pytest.approx(32 / np.sqrt(40.5 * 36))
    assert found.null_rho == pytest.approx(2 / np.sqrt(40.5 * 36))
    assert found.n_neurons == 8


def test_proxy_predicts_the_effect_on_its_class(indicators):
    # mean inputs 3, 1, 2, 1 in class 0 drive 4, 2, 3, 1; effects on class 0 are 100, 0, 0, 0:
    # ranks less their mean 1.5, -0.5, 0.5, -1.5 and 1.5, -0.5, -0.5, -0.5
    found = row(predictions(indicators, POINTS), "fc1", "activation_proxy", target="0")
    assert found.rho == pytest.approx(3 / np.sqrt(5 * 3))


def test_rows(indicators):
    found = predictions(indicators, POINTS, n_bootstrap=9, n_null=9).to_frame()
    assert len(found) == 3 * 8 + 2  # no weight change without an initial network; proxies only in fc1
    assert found.columns.tolist() == [
        *("layer", "indicator", "target", "rho", "low_rho", "high_rho", "null_rho", "p", "q", "n_neurons")
    ]
    assert set(found[found["target"] != "all"]["indicator"]) == {"activation_proxy"}


def test_what_does_not_vary_predicts_nothing(planted, record_of):
    network = planted()
    found = predictions(indicators_of_neurons(network, weights=record_of(network)), np.zeros((16, 5)))
    assert np.isnan([found.rho, found.low_rho, found.p, found.q]).all()


def test_three_neurons_predict_nothing(indicators):
    points = POINTS.copy()
    points[0] = np.nan
    found = row(predictions(indicators, points), "fc1", "mean_activation")
    assert np.isnan([found.rho, found.p, found.q]).all()
    assert found.n_neurons == 3


def test_q_within_kinds_of_target(indicators):
    found = predictions(indicators, POINTS)
    overall = np.array(found.targets) == "all"
    for family in (overall, ~overall):
        known = ~np.isnan(found.p) & family
        assert found.q[known].tolist() == pytest.approx(stats.false_discovery_control(found.p[known]).tolist())


def test_same_seed_same_numbers(indicators):
    first, again = predictions(indicators, POINTS, seed=3), predictions(indicators, POINTS, seed=3)
    assert first.low_rho.tolist() == pytest.approx(again.low_rho.tolist(), nan_ok=True, abs=0)
    assert first.p.tolist() == pytest.approx(again.p.tolist(), nan_ok=True, abs=0)


def test_effects_of_other_neurons(indicators):
    with pytest.raises(ShapeError, match=r"\(7, 3\)"):
        predictions(indicators, POINTS[1:])


@pytest.mark.parametrize("name", ["n_bootstrap", "n_null"])
def test_fewer_than_no_draws(indicators, name):
    with pytest.raises(BadParameter, match=f"{name} is -1"):
        predictions(indicators, POINTS, **{name: -1})


def correlate(x, y, layers=None, n_bootstrap=200, n_null=199):
    layers = np.zeros(len(x), dtype=int) if layers is None else layers
    draws = np.random.default_rng(0)
    return rank_correlation(x, y, layers, n_bootstrap=n_bootstrap, n_null=n_null, draws=draws)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=4, max_size=12))
def test_rho_is_that_of_scipy(pairs):
    x, y = np.array(pairs, dtype=float).T
    found = correlate(x, y, n_bootstrap=0, n_null=0)
    expected = np.nan if 0 in (np.ptp(x), np.ptp(y)) else stats.spearmanr(x, y).statistic
    assert found.rho == pytest.approx(expected, nan_ok=True)


def test_order_between_layers_is_no_evidence():
    # in each layer the orders are unrelated, but one layer is above the other in both
    x = np.array([1, 2, 3, 4, 11, 12, 13, 14.0])
    y = np.array([2, 4, 1, 3, 12, 14, 11, 13.0])
    layers = np.repeat([0, 1], 4)
    # ranks less their mean: -3.5 … 3.5 and -2.5, -0.5, -3.5, -1.5, 1.5, 3.5, 0.5, 2.5; layer means -2 and 2
    found = correlate(x, y, layers)
    assert found.rho == pytest.approx(32 / 42)
    assert found.null == pytest.approx(32 / 42)
    assert found.p == 1
    assert correlate(x, y).p < 0.1  # as if there were no layers


def test_a_perfect_order_has_no_spread():
    found = correlate(np.arange(20.0), np.arange(20.0) ** 3)
    assert (found.rho, found.low, found.high) == pytest.approx((1, 1, 1))
    assert found.p == 1 / 200  # no shuffle reaches it: the observed one counts


def test_the_interval_of_unrelated_orders_holds_zero():
    draws = np.random.default_rng(5)
    covered = [
        one.low <= 0 <= one.high
        for one in (correlate(draws.normal(size=40), draws.normal(size=40)) for _ in range(100))
    ]
    assert 85 <= sum(covered) <= 100  # 95 of 100 in the long run


def test_without_draws_there_is_neither_interval_nor_p():
    found = correlate(np.arange(5.0), np.arange(5.0), n_bootstrap=0, n_null=0)
    assert found.rho == pytest.approx(1)
    assert np.isnan([found.low, found.high, found.p]).all()


def test_neurons_without_effect_are_left_out():
    x, y = np.arange(6.0), np.array([0, 1, np.nan, 3, 2, np.nan])
    found = correlate(x, y)
    assert (found.n_neurons, found.rho) == (4, pytest.approx(0.8))


def test_few_values_at_once_change_nothing(monkeypatch):
    x, y = np.random.default_rng(1).normal(size=(2, 10))
    whole = correlate(x, y)
    monkeypatch.setattr("atlas.analysis.indicators.ranks._VALUES_AT_ONCE", 70)
    assert correlate(x, y) == whole


def test_sums_in_another_order_are_equal(planted, record_of):
    # 1 + 0.05 + 0.05 + 0.05 is not 0.05 + 0.05 + 0.05 + 1 to the last digit
    network = planted()
    found = predictions(indicators_of_neurons(network, weights=record_of(network)), np.arange(80.0).reshape(16, 5))
    assert np.isnan(found.rho[np.array(found.indicators) == "mean_activation"]).all()
