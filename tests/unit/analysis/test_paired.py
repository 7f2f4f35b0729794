import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from atlas.analysis.ablation.paired import change_limits, mcnemar_p, newcombe, paired_change, paired_p, wilson

COUNTS = st.integers(0, 60)


@pytest.mark.parametrize(("right", "n"), [(0, 10), (3, 10), (81, 263), (50, 50)])
def test_wilson_scipy(right, n):
    expected = binomtest(right, n).proportion_ci(0.95, "wilson")
    assert np.array(wilson(right, n)) == pytest.approx([expected.low, expected.high], abs=1e-12)


def test_wilson_without_trials():
    assert np.isnan(wilson(0, 0)).all()


def test_newcombe_no_correlation():
    # four cells of one size: the correlation is 0, so the limits are put together as right angles
    low, high = newcombe(25, 25, 25, 25)
    below, above = wilson(50, 100)
    assert (low, high) == pytest.approx((-(((0.5 - below) ** 2 + (above - 0.5) ** 2) ** 0.5), -low))


def test_newcombe_nothing_changes():
    # correlation (90 * 10 - 50) / 900 = 17/18 after correction; Wilson of 90/100: 0.82564 to 0.94477
    below, above = 0.9 - 0.8256343, 0.9447708 - 0.9
    half = (below**2 + above**2 - 2 * 17 / 18 * below * above) ** 0.5
    assert np.array(newcombe(90, 0, 0, 10)) == pytest.approx([-half, half], abs=1e-6)


def test_newcombe_without_trials():
    assert np.isnan(newcombe(0, 0, 0, 0)).all()


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_newcombe_holds_the_difference(a, b, c, d):
    n = a + b + c + d
    if n == 0:
        return
    low, high = newcombe(a, b, c, d)
    assert -1 - 1e-12 <= low <= (b - c) / n + 1e-12
    assert (b - c) / n - 1e-12 <= high <= 1 + 1e-12
    mirrored = newcombe(a, c, b, d)
    assert (mirrored[0], mirrored[1]) == pytest.approx((-high, -low), abs=1e-9)


@given(COUNTS, COUNTS)
def test_mcnemar_binomtest(b, c):
    expected = binomtest(min(b, c), b + c, 0.5).pvalue if b + c > 0 else 1.0
    assert mcnemar_p(b, c) == pytest.approx(expected)


def test_mcnemar_by_hand():
    assert mcnemar_p([0, 1, 6, 3], [0, 0, 0, 3]) == pytest.approx([1.0, 1.0, 2 / 64, 1.0])


def test_change_over_trials_that_keep_theirs():
    # class 0: 1 and 0; class 1: 2, 0 and 0
    change = paired_change(np.array([[1.0, 2.0]]), np.array([0, 1]), np.array([5, 2, 3]))
    assert change.mean == pytest.approx(np.array([[0.6, 0.5, 2 / 3]]))
    assert change.squares == pytest.approx(np.array([[5 - 9 / 5, 0.5, 4 - 4 / 3]]))


def test_p_of_changes_that_do_not_vary():
    n_trials = np.array([3, 2, 1])
    same = paired_change(np.array([[0.5, 0.5, 0.5]]), np.array([0, 0, 1]), n_trials)
    assert np.isnan(paired_p(same, n_trials)).all()
    none = paired_change(np.zeros((1, 0)), np.zeros(0, int), n_trials)
    assert paired_p(none, n_trials)[0] == pytest.approx([1, 1, np.nan], nan_ok=True)


def test_no_interval_for_one_trial():
    n_trials = np.array([1, 1, 0])
    change = paired_change(np.array([[2.0]]), np.array([0]), n_trials)
    low, high = change_limits(change, n_trials)
    assert change.mean[0, :2].tolist() == [2, 2] and np.isnan(change.mean[0, 2])
    assert np.isnan([low, high]).all()
