import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas.analysis.statistics import (
    against_null,
    benjamini_hochberg,
    permutation_p,
    q_by_target_kind,
    two_sided_p,
)

P_VALUES = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=30)


def test_bh_by_hand():
    # 0.01*4/1, 0.04*4/3 = 0.03*4/2 -> the smaller later one counts: 0.0533, 0.0533; 0.5*4/4
    assert benjamini_hochberg([0.04, 0.01, 0.5, 0.03]) == pytest.approx([4 * 0.04 / 3, 0.04, 0.5, 4 * 0.04 / 3])


def test_bh_nan_is_no_test():
    assert benjamini_hochberg([0.02, np.nan, 0.04]) == pytest.approx([0.04, np.nan, 0.04], nan_ok=True)


def test_bh_all_nan():
    assert np.isnan(benjamini_hochberg([np.nan, np.nan])).all()


@given(P_VALUES)
def test_bh_monotone(p):
    q = benjamini_hochberg(p)
    order = np.argsort(p)
    assert (np.diff(q[order]) >= 0).all()
    assert (q >= np.asarray(p) * (1 - 1e-12)).all() and (q <= 1).all()


@given(P_VALUES, st.randoms())
def test_bh_order(p, random):
    order = list(range(len(p)))
    random.shuffle(order)
    assert benjamini_hochberg(np.array(p)[order]) == pytest.approx(benjamini_hochberg(p)[order])


def test_q_families_apart():
    p = np.array([[0.01, 0.04, 0.04], [0.02, 0.04, 0.04]])
    assert q_by_target_kind(p) == pytest.approx(np.array([[0.02, 0.04, 0.04], [0.02, 0.04, 0.04]]))


def test_p_counts_observed_and_ties():
    assert permutation_p([5.0, 2.0, 1.0], [[1, 2, 1], [3, 2, 1], [4, 1, 1]]) == pytest.approx([1 / 4, 3 / 4, 1.0])


def test_p_rounding_is_a_tie():
    assert permutation_p(0.1 + 0.2, [0.3, 0.0]) == pytest.approx(2 / 3)


def test_p_undefined():
    assert np.isnan(permutation_p(np.nan, [1.0, 2.0]))
    assert np.isnan(permutation_p(1.0, []))


@given(st.floats(-1e6, 1e6), st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50))
def test_p_range(observed, null):
    p = float(permutation_p(observed, null))
    assert 1 / (len(null) + 1) <= p <= 1


def test_p_on_either_side():
    # above 4 of 4 others, below 3 of them and level with one, in the middle
    null = [[1, 2, 1], [2, 3, 2], [3, 4, 4], [3, 5, 5]]
    assert two_sided_p([4.0, 2.0, 3.0], null) == pytest.approx([2 / 5, 4 / 5, 1.0])


def test_null_by_hand():
    beside = against_null([4.0, 1.0], [[1.0, 1.0], [3.0, 1.0]])
    assert beside.mean == pytest.approx([2.0, 1.0])
    assert beside.sd == pytest.approx([2**0.5, 0.0])
    assert beside.z == pytest.approx([2**0.5, np.nan], nan_ok=True)  # the second null does not vary
    assert beside.p == pytest.approx([1 / 3, 1.0])


def test_null_of_one():
    beside = against_null(2.0, [1.0])
    assert np.isnan(beside.sd) and np.isnan(beside.z)
    assert beside.p == pytest.approx(0.5)
