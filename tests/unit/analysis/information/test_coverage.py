import math

import numpy as np
import pytest

from atlas.analysis.information.coverage import coverage, coverage_of
from atlas.errors import BadParameter


def test_only_states_that_occur_count():
    assert coverage(np.array([0, 7, 7, 7, 0, 7, 7, 7, 7, 7])) == (2, 5.0, True)


def test_too_few_trials():
    assert coverage(np.array([0, 7, 7, 7, 0, 7, 7, 7, 7])) == (2, 4.5, False)
    assert coverage(np.array([0, 7, 7, 7, 0, 7, 7, 7, 7]), min_trials=4.5).reliable


def test_of_counted_states():
    assert coverage_of(4, 20) == (4, 5.0, True)


def test_no_trials():
    nothing = coverage(np.array([], dtype=np.int64))
    assert nothing.n_states == 0 and math.isnan(nothing.trials_per_state) and not nothing.reliable


@pytest.mark.parametrize("min_trials", [-1, math.nan, math.inf])
def test_bad_input(min_trials):
    with pytest.raises(BadParameter, match=f"min_trials is {min_trials}"):
        coverage(np.array([0, 1]), min_trials=min_trials)
