from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas.analysis.ablation.interaction import VALUES, interval, sign_flip_p, standardised, trials_by_value
from atlas.analysis.ablation.paired import mcnemar_p

COUNTS = st.lists(st.integers(0, 3), min_size=4, max_size=4)


@given(counts=COUNTS)
def test_exact_p(counts):
    sizes = np.repeat(np.abs(VALUES), counts)
    reached = [
        abs(np.dot(signs, sizes)) >= abs(np.dot(VALUES, counts)) for signs in product((-1, 1), repeat=len(sizes))
    ]
    assert sign_flip_p(np.array([counts]))[0] == pytest.approx(np.mean(reached))


@given(counts=st.lists(COUNTS, min_size=1, max_size=8))
def test_every_pair_by_itself(counts):
    together = sign_flip_p(np.array(counts))
    assert together.tolist() == [float(sign_flip_p(np.array([one]))[0]) for one in counts]


@given(broken=st.integers(0, 500), repaired=st.integers(0, 500))
def test_one_sign_each_is_mcnemar(broken, repaired):
    assert sign_flip_p(np.array([[0, broken, repaired, 0]])) == pytest.approx(mcnemar_p(broken, repaired))


@given(counts=COUNTS, n_others=st.integers(0, 50))
def test_interval_holds_the_mean(counts, n_others):
    n_trials = sum(counts) + n_others
    if n_trials > 0:
        (low,), (high,) = interval(np.array([counts]), n_trials)
        mean = np.dot(VALUES, counts) / n_trials
        assert -2 <= low <= mean <= high <= 2
        assert low < high


def test_nothing_flips():
    nothing = np.zeros((1, 4), dtype=int)
    assert sign_flip_p(nothing).tolist() == [1]
    assert np.isnan(standardised(nothing)).all()
    low, high = interval(nothing, 98)  # only the two added: 1.96 sqrt(2 / 100 / 100)
    assert (-low[0], high[0]) == pytest.approx((1.959963984540054 * np.sqrt(2) / 100,) * 2)


def test_values_from_flips():
    # broken: 5 by both only, 4 by the first too, 3 by each too; the first alone breaks 9, the second 8, each of 6 both
    together = np.array([[[5, 4, 3], [0, 0, 0]]])
    counts = trials_by_value(together, np.array([[9, 0]]), np.array([[8, 0]]), np.array([[6, 0]]))
    # -2: 6 - 3 saved together; -1: 9 + 8 - 12 - 4 saved, and the 3 broken by each; 1: the 5
    assert counts.tolist() == [[3, 4, 5, 0]]
    repaired = trials_by_value(together[:, ::-1], np.array([[0, 9]]), np.array([[0, 8]]), np.array([[0, 6]]))
    assert repaired.tolist() == [[0, 5, 4, 3]]
