from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from atlas.analysis.matching.assigning import assigned, matched_scores

TABLES = arrays(
    np.float64,
    array_shapes(min_dims=2, max_dims=2, max_side=5),
    elements=st.floats(-1, 1) | st.just(float("nan")),
)


def test_the_largest_sum_is_not_the_largest_first():
    # 0.9 + 0.1 < 0.8 + 0.7
    scores = np.array([[0.9, 0.8], [0.7, 0.1]])
    assert assigned(scores).tolist() == [1, 0]
    assert matched_scores(scores, assigned(scores)).tolist() == [0.8, 0.7]


def test_what_is_no_match():
    scores = np.array([[0.5, -0.2, np.nan], [0.6, 0.0, np.nan], [1e-17, -1.0, np.nan]])
    assert assigned(scores).tolist() == [-1, 0, -1]
    assert matched_scores(scores, assigned(scores)).tolist() == [0, 0.6, 0]


def test_rounding_is_no_match():
    assert assigned(np.array([[1e-16]])).tolist() == [-1]


@given(TABLES)
def test_one_to_one(scores):
    partner = assigned(scores)
    found = partner[partner >= 0]
    assert len(set(found.tolist())) == len(found)
    assert (scores[partner >= 0, found] > 0).all()


@given(TABLES)
def test_no_other_matching_sums_to_more(scores):
    worth = np.maximum(np.nan_to_num(scores), 0)
    wide = worth if worth.shape[0] <= worth.shape[1] else worth.T
    most = max(
        sum(wide[row, column] for row, column in enumerate(columns))
        for columns in permutations(range(wide.shape[1]), len(wide))
    )
    assert matched_scores(scores, assigned(scores)).sum() == pytest.approx(most)
