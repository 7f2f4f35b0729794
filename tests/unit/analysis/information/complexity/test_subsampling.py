from itertools import combinations

import numpy as np
import pytest

from atlas.analysis.information.complexity import Complexity, complexity_of
from atlas.analysis.information.complexity.subsampling import grouped, mean_complexity, subsets
from atlas.analysis.information.decomposition import Joint


def of_complexity(value: float, *, standard_error: float = 0.0) -> Complexity:
    told = np.array([1.0, value - 1])
    return Complexity(
        definition="sx",
        bits=1.0,
        complexity=value,
        degree_bits=told,
        informative_degree_bits=told,
        misinformative_degree_bits=0 * told,
        standard_error=standard_error,
    )


def test_subsets_are_of_all_the_same_chance():
    drawn = [tuple(one) for seed in range(400) for one in subsets(5, size=2, n_subsets=3, seed=seed).tolist()]
    counts = [drawn.count(pair) for pair in combinations(range(5), 2)]
    assert sum(counts) == 1_200
    assert min(counts) > 90  # 120 expected of each, with a standard deviation of 9
    assert max(counts) < 150


def test_subsets_as_published():
    drawn = subsets(10, size=5, n_subsets=26, seed=0)
    assert drawn.shape == (26, 5)
    assert len({tuple(one) for one in drawn.tolist()}) == 26


def test_no_more_subsets_than_there_are():
    assert sorted(subsets(3, size=2, n_subsets=26, seed=0).tolist()) == [[0, 1], [0, 2], [1, 2]]


def test_groups_in_order_the_last_of_what_is_left():
    states = np.array([[0, 1, 1, 0], [0, 0, 2, 0], [3, 3, 3, 0]])
    assert grouped(states, 2).tolist() == [[0, 1, 2, 0], [1, 1, 1, 0]]


def test_mean_leaves_out_what_tells_nothing():
    found = mean_complexity([of_complexity(1.0), of_complexity(2.0), of_complexity(np.nan)], n_all=3)
    assert found.complexity == 1.5
    assert found.degree_bits.tolist() == [1.0, 0.5]


def test_standard_error_is_that_of_sets_left_out():
    two = [of_complexity(1.0), of_complexity(2.0)]
    assert mean_complexity(two, n_all=2).standard_error == 0
    assert mean_complexity(two, n_all=4).standard_error == pytest.approx(np.sqrt(0.5 * 0.5 / 2))
    drawn = [of_complexity(1.0, standard_error=0.2)] * 4
    assert mean_complexity(drawn, n_all=4).standard_error == pytest.approx(0.1)


def test_published_bound_of_groups_is_broken():
    """Section 5.3 of the specification: complexity 1.0532 though that of pairs is 1.1624."""
    rows = np.array([[0, 0, 0, 0], [0, 0, 0, 1], [1, 0, 1, 0], [1, 1, 0, 0]])
    chances, target = [0.1169, 0.4496, 0.2340, 0.1995], [1, 1, 1, 2]
    fine = complexity_of(Joint.of_distribution(rows, target, chances)).complexity
    coarse = complexity_of(Joint.of_distribution(grouped(rows.T, 2).T, target, chances)).complexity
    assert (fine, coarse) == pytest.approx((1.0532, 1.1624), abs=1e-4)


def test_published_bound_of_groups_holds_without_negative_degrees():
    states = np.indices((2,) * 4).reshape(4, -1)
    target = states.sum(axis=0)
    fine = complexity_of(Joint.of_trials(states, target)).complexity
    coarse = complexity_of(Joint.of_trials(grouped(states, 2), target)).complexity
    assert coarse < fine < 2 * coarse
