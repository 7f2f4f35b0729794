from fractions import Fraction
from math import comb, factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from atlas.analysis.lesion import bates, fisher
from atlas.errors import BadParameter


def test_fifty_sets_at_one_twentieth():
    # mid-p of 1/20 among 19 draws: 0.025
    assert fisher(np.full(50, 0.05 - 0.025)) == pytest.approx(1.9e-32, rel=0.02)


def test_of_one_it_is_itself():
    assert fisher([0.3, np.nan]) == pytest.approx(0.3, abs=1e-15)


def test_of_two_by_hand():
    product = 0.2 * 0.1  # chi-squared with 4 degrees of freedom: q (1 - ln q) above -2 ln q
    assert fisher([0.2, 0.1]) == pytest.approx(product * (1 - np.log(product)), abs=1e-15)


def test_of_none_it_is_undefined():
    assert np.isnan(fisher([np.nan]))


def test_conservative_over_uniform_mid_p():
    # 50 independent mid-p values of 19 draws each: significant at 0.05 in 2.8 %, the mean of -ln p 0.983
    ranks = np.random.default_rng(0).integers(1, 21, size=(40_000, 50))
    mid_p = (ranks - 0.5) / 20
    statistic = -2 * np.log(mid_p).sum(axis=1)
    assert np.mean(stats.chi2.sf(statistic, 100) <= 0.05) == pytest.approx(0.028, abs=0.003)
    assert -np.log((np.arange(1, 21) - 0.5) / 20).mean() == pytest.approx(0.983, abs=5e-4)


def test_bates_of_five_networks():
    assert bates(0.05, 5) == pytest.approx(0.25**5 / 120, abs=1e-20)  # 8.14e-6


@pytest.mark.parametrize(("mean", "n", "expected"), [(0.3, 1, 0.3), (0.25, 2, 0.125), (0.5, 3, 0.5), (1.0, 50, 1.0)])
def test_bates_by_hand(mean, n, expected):
    assert bates(mean, n) == pytest.approx(expected, abs=1e-15)


@given(quarters=st.integers(0, 200), n=st.integers(1, 50))
@settings(max_examples=60)
def test_bates_in_fractions(quarters, n):
    mean = Fraction(quarters, 200)
    total = mean * n
    exact = sum((-1) ** k * comb(n, k) * (total - k) ** n for k in range(n + 1) if k <= total) / factorial(n)
    assert bates(float(mean), n) == pytest.approx(float(exact), abs=1e-12)
    assert bates(float(mean), n) + bates(1 - float(mean), n) == pytest.approx(1, abs=1e-12)


def test_bates_near_normal():
    assert bates(0.45, 50) == pytest.approx(stats.norm.cdf(-0.05 * 600**0.5), abs=2e-3)


@pytest.mark.parametrize(("mean", "n"), [(1.1, 5), (-0.1, 5), (float("nan"), 5), (0.5, 0)])
def test_bates_refuses(mean, n):
    with pytest.raises(BadParameter, match="lies between 0 and 1"):
        bates(mean, n)
