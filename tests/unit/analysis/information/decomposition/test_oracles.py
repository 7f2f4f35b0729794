"""Small distributions with known answers.

Ehrlich, Schneider, Priesemann, Wibral and Makkeh (2023), TMLR, define what is measured; atoms agree with the authors'
SxPID, values by I_min and minimal mutual information with dit.
"""

from itertools import product

import numpy as np
import pytest

from atlas.analysis.information.decomposition import Joint, decompose
from atlas.results import Decomposition

A, B = 0.415037, 0.584963  # log2 of 4/3 and of 3/2


def bits(n: int) -> np.ndarray:
    return np.array(list(product([0, 1], repeat=n)))


def of_bits(n: int, target) -> Joint:
    return Joint.of_trials(bits(n).T, np.array([target(*row) for row in bits(n)]))


def of_rows(rows: list[tuple[int, ...]]) -> Joint:
    *sources, target = np.array(rows).T
    return Joint.of_trials(sources, target)


def complexity(result: Decomposition) -> float:
    return float(result.degrees @ result.bits / result.total_bits)


def pointwise_unique() -> Joint:
    return of_rows([(0, 1, 1), (1, 0, 1), (0, 2, 2), (2, 0, 2)])


def redundant_exclusive_or() -> Joint:
    return of_rows([(2 * r + a, 2 * r + b, 2 * r + (a ^ b)) for r, a, b in bits(3)])


def copy(n: int) -> Joint:
    return of_bits(n, lambda *s: int("".join(map(str, s)), 2))


def one_hot(n: int) -> Joint:
    return Joint.of_trials(np.eye(n, dtype=int), np.arange(n))


def total(n: int) -> Joint:
    return of_bits(n, lambda *s: sum(s))


def parity(n: int) -> Joint:
    return of_bits(n, lambda *s: sum(s) % 2)


def majority(n: int) -> Joint:
    return of_bits(n, lambda *s: int(sum(s) > n / 2))


XOR, AND, OR, FIRST = parity(2), of_bits(2, min), of_bits(2, max), of_bits(2, lambda a, b: a)
GIANT_BIT = of_rows([(0, 0, 0), (1, 1, 1)])


# Rows of a table: {1}{2}, {1}, {2}, {12}, each informative, misinformative, net.
@pytest.mark.parametrize(
    ("joint", "total_bits", "atoms", "c"),
    [
        (XOR, 1, [(A, 1, -B), (B, 0, B), (B, 0, B), (A, 0, A)], 1.415037),
        (
            AND,
            0.811278,
            [(A, 0.292481, 0.122556), (B, 0.396241, 0.188722), (B, 0.396241, 0.188722), (A, 0.103759, 0.311278)],
            1.383689,
        ),
        (
            OR,
            0.811278,
            [(A, 0.292481, 0.122556), (B, 0.396241, 0.188722), (B, 0.396241, 0.188722), (A, 0.103759, 0.311278)],
            1.383689,
        ),
        (FIRST, 1, [(A, 0, A), (B, 0, B), (B, 1, -A), (A, 0, A)], 1.415037),
        (copy(2), 2, [(A, 0, A), (B, 0, B), (B, 0, B), (A, 0, A)], 1.207519),
        (GIANT_BIT, 1, [(1, 0, 1), (0, 0, 0), (0, 0, 0), (0, 0, 0)], 1),
        (total(2), 1.5, [(A, 0.5, -0.084963), (B, 0, B), (B, 0, B), (A, 0, A)], 1.276692),
        (pointwise_unique(), 1, [(1, 1, 0), (0.5, 0, 0.5), (0.5, 0, 0.5), (0, 0, 0)], 1),
        (redundant_exclusive_or(), 2, [(1.415037, 1, A), (B, 0, B), (B, 0, B), (A, 0, A)], 1.207519),
    ],
    ids=["xor", "and", "or", "first", "copy", "giant_bit", "sum", "pointwise_unique", "redundant_xor"],
)
def test_two_sources(joint, total_bits, atoms, c):
    result = decompose(joint)
    assert result.antichains == [((0, 1),), ((0,),), ((1,),), ((0,), (1,))]
    found = np.column_stack([result.informative_bits, result.misinformative_bits, result.bits])
    assert found[[3, 1, 2, 0]] == pytest.approx(np.array(atoms), abs=1e-6)
    assert result.total_bits == pytest.approx(total_bits, abs=1e-6)
    assert complexity(result) == pytest.approx(c, abs=1e-6)


@pytest.mark.parametrize(
    ("joint", "profile", "c"),
    [
        (of_rows([(0, 0, 0, 0), (1, 1, 1, 1)]), [1, 0, 0], 1),
        (of_rows([(0,) * 6, (1,) * 6]), [1, 0, 0, 0, 0], 1),
        (of_rows([(level,) * 4 for level in range(5)]), [np.log2(5), 0, 0], 1),
        (parity(3), [0.192645, 0.562242, 0.245112], 2.052467),
        (parity(4), [0.099536, 0.288459, 0.443709, 0.168297], 2.680767),
        (majority(3), [0.136254, 0.679911, 0.183834], 2.047580),
        (total(3), [0.758811, 0.807355, 0.245112], 1.716389),
        (copy(3), [1.947533, 0.807355, 0.245112], 1.432527),
        (of_rows([(a, b, a, a ^ b) for a, b in bits(2)]), [0.584963, 0.415037, 0], 1.415037),
        (one_hot(4), [2, 0, 0, 0], 1),
        (one_hot(5), [np.log2(5), 0, 0, 0, 0], 1),
    ],
    ids=[
        *("giant_bit_3", "giant_bit_5", "copies", "parity_3", "parity_4", "majority_3", "sum_3", "copy_3"),
        *("xor_and_first", "one_hot_4", "one_hot_5"),
    ],
)
def test_profiles(joint, profile, c):
    result = decompose(joint)
    assert result.profile().bits.to_numpy() == pytest.approx(np.array(profile), abs=1e-6)
    assert complexity(result) == pytest.approx(c, abs=1e-6)


@pytest.mark.parametrize(
    ("antichain", "expected"),
    [
        (((0, 1, 2),), 0.245112),
        (((0, 1),), 0.169925),
        (((0,),), 0.321928),
        (((0, 1), (0, 2)), 0.093109),
        (((0, 1), (0, 2), (1, 2)), -0.226861),
        (((0,), (1, 2)), -0.129283),
        (((0,), (1,)), -0.192645),
        (((0,), (1,), (2,)), 0.192645),
    ],
)
def test_atoms_of_parity(antichain, expected):
    result = decompose(parity(3))
    assert result.bits[result.antichains.index(antichain)] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("joint", "sx", "least", "mmi"),
    [
        (XOR, 1.415, 2, 2),
        (FIRST, 1.415, 1, 1),
        (AND, 1.384, 1.616, 1.616),
        (copy(2), 1.208, 1.5, 1.5),
        (pointwise_unique(), 1, 1.5, 1.5),
        (redundant_exclusive_or(), 1.208, 1.5, 1.5),
        (parity(3), 2.052, 3, 3),
        (one_hot(5), 1, 1, 2.27),
    ],
    ids=["xor", "first", "and", "copy_2", "pointwise_unique", "redundant_xor", "parity_3", "one_hot_5"],
)
def test_complexity_by_every_definition(joint, sx, least, mmi):
    found = [complexity(decompose(joint, definition=definition)) for definition in ("sx", "min", "mmi")]
    assert found[0] == pytest.approx(sx, abs=5e-4)
    assert found[1] == pytest.approx(least, abs=5e-4)
    assert found[2] == pytest.approx(mmi, abs=5e-3 if mmi == 2.27 else 5e-4)


@pytest.mark.parametrize("n_sources", [2, 3, 4, 5])
@pytest.mark.parametrize("definition", ["min", "mmi"])
def test_complexity_of_a_copy_by_least_information(n_sources, definition):
    assert complexity(decompose(copy(n_sources), definition=definition)) == pytest.approx((n_sources + 1) / 2)


@pytest.mark.parametrize(
    ("joint", "n_negative"), [(parity(4), 64), (parity(5), 1139), (majority(5), 885)], ids=["p4", "p5", "m5"]
)
def test_negative_atoms_stay(joint, n_negative):
    result = decompose(joint)
    assert (result.bits < -1e-9).sum() == n_negative
    assert result.informative_bits.min() > -1e-12
    assert result.misinformative_bits.min() > -1e-12


def test_irrelevant_sources_raise_complexity_by_shared_exclusions_only():
    levels = np.array(list(product(range(4), repeat=3)))  # the first is the target, two tell nothing
    joint = Joint.of_trials(levels.T, levels[:, 0])
    assert complexity(decompose(joint)) == pytest.approx(2.247, abs=5e-4)
    assert complexity(decompose(joint, definition="min")) == pytest.approx(1)
    assert complexity(decompose(joint, definition="mmi")) == pytest.approx(1)
