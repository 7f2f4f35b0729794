"""Regression of knock-outs on size and relay information."""

import numpy as np
import pytest

from atlas.analysis.information.relay.definition import relay_information
from atlas.analysis.information.relay.regression import knock_out_regression, random_sets
from atlas.errors import BadParameter, ShapeError

N_NEURONS, N_SETS, N_TRIALS = 5, 60, 600


@pytest.fixture(scope="module")
def trials():
    """A class of three, answered rightly in most trials, and neurons that are in part about it."""
    draws = np.random.default_rng(0)
    x = draws.integers(0, 3, N_TRIALS)
    z = np.where(draws.random(N_TRIALS) < 0.8, x, draws.integers(0, 3, N_TRIALS))
    states = np.array([(x == number % 3) ^ (draws.random(N_TRIALS) < 0.2) for number in range(N_NEURONS)])
    return states.astype(np.uint8), x, z


@pytest.fixture(scope="module")
def sets():
    return random_sets(N_NEURONS, N_SETS, 0)


def scaled(values):
    return (values - values.min(axis=0)) / np.ptp(values, axis=0)


def regressed(trials, sets, knock_outs, **how):
    states, x, z = trials
    return knock_out_regression(
        {"fc": states}, x, z, 3, network="net", sets={"fc": sets}, knock_outs={"fc": knock_outs}, **how
    )


def relay_bits(trials, sets):
    states, x, z = trials
    targets = [(x, z), *((x == k, z == k) for k in range(3))]
    return np.array(
        [[relay_information(*target, states.T, relay=np.flatnonzero(one)).bits for target in targets] for one in sets]
    )


def test_exact(trials, sets):
    # what is lost is 10 points for size and 30 for relay information, and the accuracy left runs the other way round
    lost = 10 * scaled(sets.sum(axis=1))[:, None] + 30 * scaled(relay_bits(trials, sets))
    result = regressed(trials, sets, lost)
    expected = np.array([10, 30]) / np.ptp(lost, axis=0)[:, None]
    assert (result.layers, result.n_sets) == (("net/fc",), N_SETS)
    assert result.size_slope[0] == pytest.approx(-expected[:, 0])
    assert result.relay_slope[0] == pytest.approx(-expected[:, 1])
    assert result.low_relay_slope == pytest.approx(result.high_relay_slope)
    assert result.r_squared[0] == pytest.approx([1] * 4)


def test_as_least_squares(trials, sets):
    lost = np.random.default_rng(1).normal(size=(N_SETS, 4)) + sets.sum(axis=1)[:, None]
    result = regressed(trials, sets, lost)
    predictors = np.column_stack([np.ones(N_SETS), scaled(sets.sum(axis=1)), scaled(relay_bits(trials, sets)[:, 2])])
    k = scaled(-lost[:, 2])
    slopes, (residual,), *_ = np.linalg.lstsq(predictors, k, rcond=None)
    assert [result.size_slope[0, 2], result.relay_slope[0, 2]] == pytest.approx(slopes[1:])
    assert result.r_squared[0, 2] == pytest.approx(1 - residual / (N_SETS * k.var()))


def test_interval(trials, sets):
    # sizes and relay information explain noise in about 19 of 20 cases not at all
    draws = np.random.default_rng(2)
    outside = 0
    for seed in range(25):
        result = regressed(trials, sets, draws.normal(size=(N_SETS, 4)), seed=seed)
        outside += np.sum((result.low_relay_slope > 0) | (result.high_relay_slope < 0))
    assert 0 < outside <= 12  # of 100, 5 expected


def test_class_that_loses_nothing(trials, sets):
    lost = np.random.default_rng(1).normal(size=(N_SETS, 4))
    lost[:, 1] = 0
    lost[:, 2] = np.nan  # a class without trials
    result = regressed(trials, sets, lost)
    assert np.isnan(result.relay_slope[0]).tolist() == [False, True, True, False]
    assert np.isnan(result.r_squared[0]).tolist() == [False, True, True, False]


def test_too_few_trials(trials, sets):
    result = regressed(trials, sets, np.random.default_rng(1).normal(size=(N_SETS, 4)), min_trials=1e3)
    assert np.isnan([result.relay_slope, result.size_slope, result.low_size_slope, result.r_squared]).all()


def test_three_sets_fit_anything(trials, sets):
    assert np.isnan(regressed(trials, sets[:3], np.random.default_rng(1).normal(size=(3, 4))).r_squared).all()


def test_random_sets():
    sizes = random_sets(4, 4_000, 0).sum(axis=1)
    counts = np.bincount(sizes, minlength=5)
    assert counts[0] == 0
    assert counts[1:] == pytest.approx([1_000] * 4, abs=110)  # four standard deviations
    assert random_sets(4, 4_000, 0).mean(axis=0) == pytest.approx([0.625] * 4, abs=0.035)


@pytest.mark.parametrize(("n_neurons", "n_sets"), [(0, 3), (3, -1)])
def test_refused_sets(n_neurons, n_sets):
    with pytest.raises(BadParameter):
        random_sets(n_neurons, n_sets, 0)


@pytest.mark.parametrize("shape", [(N_SETS, 3), (N_SETS - 1, 4)])
def test_refused(trials, sets, shape):
    with pytest.raises(ShapeError, match="'fc'"):
        regressed(trials, sets, np.zeros(shape))
