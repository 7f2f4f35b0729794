import numpy as np
import pytest

from atlas.analysis.graph.fitting import fit_block, fit_symmetric
from atlas.errors import AnalysisError


def test_two_by_two():
    # odds ratio 4 stays: (2/3)(2/3) / ((1/3)(1/3)), sums of 1
    found = fit_block(np.array([[4.0, 1.0], [1.0, 1.0]]), rows=np.ones(2), columns=np.ones(2))
    np.testing.assert_allclose(found, [[2 / 3, 1 / 3], [1 / 3, 2 / 3]], atol=1e-10)


def test_products_of_a_loop_stay():
    draws = np.random.default_rng(0)
    before = draws.random((4, 5))
    after = fit_block(before, rows=np.full(4, 5.0), columns=np.full(5, 4.0))
    np.testing.assert_allclose(after.sum(axis=0), 4, rtol=1e-9)
    odds = [one[0, 0] * one[1, 1] / one[0, 1] / one[1, 0] for one in (before, after)]
    assert odds[0] == pytest.approx(odds[1])


def test_symmetric_triangle():
    # a b = ab, ...: with sums 3, 4, 5 the sides are 1, 2, 3, whatever they were
    before = np.triu(np.array([[0, 7.0, 1.0], [0, 0, 2.0], [0, 0, 0]]))
    (found,) = fit_symmetric([(slice(0, 3), slice(0, 3), before)], totals=np.array([3.0, 4.0, 5.0]))
    np.testing.assert_allclose(found, [[0, 1, 2], [0, 0, 3], [0, 0, 0]], atol=1e-8)


def test_too_slow():
    """There is no loop, so only the entries 1, 0.0000001 and 1 have the sums; they are neared by 1e-7 a round."""
    unlike = np.array([[1e-7, 1.0], [0.0, 1.0]])
    with pytest.raises(AnalysisError, match=r"does not keep every neuron's strength .* Take the null 'nonzero'"):
        fit_block(unlike, rows=np.array([1 + 1e-7, 1.0]), columns=np.array([1.0, 1 + 1e-7]))
