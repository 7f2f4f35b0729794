import numpy as np
import pytest

from atlas.analysis.information.decomposition.numbering import added, numbered


@pytest.mark.parametrize("n_codes", [10, 10**12])  # by a table; by sorting
def test_numbers_are_in_order(n_codes):
    numbers, n_numbers = numbered(np.array([9, 2, 5, 2]), n_codes)
    assert numbers.tolist() == [2, 0, 1, 0]
    assert n_numbers == 3


def test_masses_are_added():
    assert added(np.array([1, 0, 1]), np.array([0.5, 2.0, 0.25])).tolist() == [2.0, 0.75]
