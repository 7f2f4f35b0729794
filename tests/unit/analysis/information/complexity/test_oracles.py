"""Complexity of small distributions with known answers: tables 4, 5.1 and 5.3 of the specification.

Atoms they come from agree with SxPID and, up to four sources, with dit.
"""

from itertools import product

import numpy as np
import pytest

from atlas.analysis.information.complexity import complexity_of
from atlas.analysis.information.decomposition import Joint


def bits(n: int) -> np.ndarray:
    return np.array(list(product([0, 1], repeat=n)))


def of_bits(n: int, target) -> Joint:
    return Joint.of_trials(bits(n).T, np.array([target(row) for row in bits(n)]))


def of_rows(rows: list[tuple[int, ...]]) -> Joint:
    *sources, target = np.array(rows).T
    return Joint.of_trials(sources, target)


def parity(n: int) -> Joint:
    return of_bits(n, lambda row: row.sum() % 2)


def majority(n: int) -> Joint:
    return of_bits(n, lambda row: int(row.sum() > n / 2))


def total(n: int) -> Joint:
    return of_bits(n, sum)


def copy(n: int) -> Joint:
    return of_bits(n, lambda row: row @ 2 ** np.arange(n))


def one_hot(n: int) -> Joint:
    return Joint.of_trials(np.eye(n, dtype=int), np.arange(n))


def repeated(n: int, levels: int) -> Joint:
    return Joint.of_trials(np.tile(np.arange(levels), (n, 1)), np.arange(levels))


XOR, FIRST, AND = parity(2), of_bits(2, lambda row: row[0]), of_bits(2, min)
POINTWISE_UNIQUE = of_rows([(0, 1, 1), (1, 0, 1), (0, 2, 2), (2, 0, 2)])
REDUNDANT_XOR = of_rows([(2 * r + a, 2 * r + b, 2 * r + (a ^ b)) for r, a, b in bits(3)])
XOR_AND_FIRST = of_rows([(a, b, a, a ^ b) for a, b in bits(2)])


@pytest.mark.parametrize(
    ("joint", "expected"),
    [
        (XOR, 1.415037),
        (AND, 1.383689),
        (of_bits(2, max), 1.383689),
        (FIRST, 1.415037),
        (copy(2), 1.207519),
        (repeated(2, 2), 1),
        (total(2), 1.276692),
        (POINTWISE_UNIQUE, 1),
        (REDUNDANT_XOR, 1.207519),
    ],
)
def test_two_sources(joint, expected):
    assert complexity_of(joint).complexity == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("joint", "profile", "expected"),
    [
        (parity(3), (0.192645, 0.562242, 0.245112), 2.052467),
        (parity(4), (0.099536, 0.288459, 0.443709, 0.168297), 2.680767),
        (majority(3), (0.136254, 0.679911, 0.183834), 2.047580),
        (total(3), (0.758811, 0.807355, 0.245112), 1.716389),
        (copy(3), (1.947533, 0.807355, 0.245112), 1.432527),
        (XOR_AND_FIRST, (0.584963, 0.415037, 0), 1.415037),
        (repeated(3, 2), (1, 0, 0), 1),
        (repeated(5, 4), (2, 0, 0, 0, 0), 1),
        (one_hot(4), (2, 0, 0, 0), 1),
        (one_hot(5), (np.log2(5), 0, 0, 0, 0), 1),
    ],
)
def test_profiles(joint, profile, expected):
    found = complexity_of(joint)
    assert found.degree_bits == pytest.approx(profile, abs=1e-6)
    assert found.complexity == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(("joint", "expected"), [(majority(5), 3.47), (parity(5), 3.37)])
def test_five_sources(joint, expected):
    assert complexity_of(joint).complexity == pytest.approx(expected, abs=0.005)


@pytest.mark.parametrize(
    ("joint", "by_min", "by_mmi"),
    [
        (XOR, 2, 2),
        (FIRST, 1, 1),
        (AND, 1.616, 1.616),
        (copy(2), 1.5, 1.5),
        (POINTWISE_UNIQUE, 1.5, 1.5),
        (REDUNDANT_XOR, 1.5, 1.5),
        (parity(3), 3, 3),
        (one_hot(5), 1, 2.27),
        (copy(5), 3, 3),
    ],
)
def test_other_definitions(joint, by_min, by_mmi):
    """Sums over the lattice by dit."""
    assert complexity_of(joint, definition="min").complexity == pytest.approx(by_min, abs=0.005)
    assert complexity_of(joint, definition="mmi").complexity == pytest.approx(by_mmi, abs=0.005)


NOISY = {  # by levels: complexity of a source beside 0, 1, 2, ... others that tell nothing
    2: (1, 1.415037, 1.883, 2.395, 2.947),
    4: (1, 1 + np.log2(16 / 7) / 2, 2.247, 2.949, 3.697),
    8: (1, 1 + np.log2(64 / 15) / 3, 2.442, 3.235, 4.072),
}


@pytest.mark.parametrize(("levels", "n_noisy"), [(levels, n) for levels in NOISY for n in range(5)])
def test_irrelevant_sources(levels, n_noisy):
    states = np.indices((levels,) * (1 + n_noisy)).reshape(1 + n_noisy, -1)
    joint = Joint.of_trials(states, states[0])
    tolerance = 1e-6 if n_noisy < 2 else 6e-4  # beyond one there is no closed form, and the table has three decimals
    assert complexity_of(joint).complexity == pytest.approx(NOISY[levels][n_noisy], abs=tolerance)


def test_irrelevant_sources_do_not_matter_to_the_others():
    states = np.indices((4, 4, 4)).reshape(3, -1)
    joint = Joint.of_trials(states, states[0])
    assert [complexity_of(joint, definition=one).complexity for one in ("min", "mmi")] == pytest.approx([1, 1])


def test_states_raise_the_complexity_of_a_sum():
    """Whether the sum of two sources of L levels is odd."""
    found = []
    for levels in (2, 4, 8, 16):
        states = np.indices((levels, levels)).reshape(2, -1)
        found.append(complexity_of(Joint.of_trials(states, states.sum(axis=0) % 2)).complexity)
    assert found == pytest.approx([1.415, 1.778, 1.900, 1.953], abs=1e-3)
