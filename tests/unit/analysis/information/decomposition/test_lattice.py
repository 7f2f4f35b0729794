import numpy as np
import pytest
from plain_decomposition import antichains, is_below

from atlas.analysis.information.decomposition.lattice import contains, degrees, smallest_sets, to_atoms, up_sets


def sets_of(word: int, n_sources: int) -> set[tuple[int, ...]]:
    return {tuple(j for j in range(n_sources) if M >> j & 1) for M in range(2**n_sources) if word >> M & 1}


@pytest.mark.parametrize(("n_sources", "n"), [(1, 1), (2, 4), (3, 18), (4, 166), (5, 7579), (6, 7_828_352)])
def test_sizes(n_sources, n):
    words = up_sets(n_sources)
    assert len(words) == n
    assert (words[1:] > words[:-1]).all()


@pytest.mark.parametrize(
    ("n_sources", "numbers"),
    [
        (2, [3, 1]),
        (3, [10, 7, 1]),
        (4, [53, 97, 15, 1]),
        (5, [686, 5443, 1418, 31, 1]),
        (6, [43_291, 4_043_864, 3_701_128, 40_005, 63, 1]),
    ],
)
def test_degrees(n_sources, numbers):
    assert np.bincount(degrees(up_sets(n_sources), n_sources))[1:].tolist() == numbers


@pytest.mark.parametrize("n_sources", [1, 2, 3, 4])
def test_antichains_are_those_of_the_definition(n_sources):
    words = smallest_sets(up_sets(n_sources), n_sources)
    assert {frozenset(sets_of(int(word), n_sources)) for word in words} == set(antichains(n_sources))


def test_order_is_that_of_the_definition():
    words = up_sets(3)
    sets = [frozenset(sets_of(int(word), 3)) for word in smallest_sets(words, 3)]
    by_words = [[int(lower & upper) == int(upper) for upper in words] for lower in words]
    assert by_words == [[is_below(lower, upper) for upper in sets] for lower in sets]


def test_bits_of_words():
    assert contains(up_sets(2), 2).tolist() == [[0, 0, 0, 1], [0, 1, 0, 1], [0, 0, 1, 1], [0, 1, 1, 1]]


@pytest.mark.parametrize("n_sources", [1, 2, 3, 4])
def test_atoms_below_add_up(n_sources):
    words = up_sets(n_sources)
    values = np.random.default_rng(0).normal(size=(2, len(words)))
    below = (words[:, None] & words) == words  # the lower one, a row, holds all bits of the upper one
    assert to_atoms(values, n_sources) @ below == pytest.approx(values, abs=1e-12)
