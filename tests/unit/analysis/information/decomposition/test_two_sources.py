import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.analysis.information.counting import information_bits
from atlas.analysis.information.decomposition import Joint, decompose
from atlas.analysis.information.decomposition.two_sources import PairCounts, shared_and_joint_bits, two_sources

N_CLASSES = 3
trials = st.tuples(st.integers(1, 60), st.integers(0, 10**6)).map(
    lambda drawn: np.random.default_rng(drawn[1]).integers(0, [[4], [3], [N_CLASSES]], size=(3, drawn[0]))
)


def counted(rows: np.ndarray) -> PairCounts:
    first, second = (np.unique(states, return_inverse=True)[1] for states in rows[:2])
    return PairCounts.of_trials(first, second, rows[2], n_classes=N_CLASSES)


@pytest.mark.parametrize("definition", ["sx", "min", "mmi"])
@settings(max_examples=40)
@given(rows=trials)
def test_equals_the_full_decomposition(definition, rows):
    found = two_sources(counted(rows)).atoms(definition)
    for place, target in enumerate([rows[2], *(rows[2] == label for label in range(N_CLASSES))]):
        expected = decompose(Joint.of_trials(rows[:2], target), definition=definition)
        atoms = [found[atom][place] for atom in ("synergy", "unique_first", "unique_second", "redundancy")]
        assert atoms == pytest.approx(expected.bits, abs=1e-12)


@settings(max_examples=40)
@given(rows=trials)
def test_what_a_shuffle_changes(rows):
    pair = counted(rows)
    told = two_sources(pair)
    assert shared_and_joint_bits(pair) == pytest.approx(told.joint + told.sx, abs=1e-12)


@settings(max_examples=40)
@given(rows=trials)
def test_what_two_sources_tell_about_each_other(rows):
    table = np.zeros((4, 3), dtype=int)
    np.add.at(table, (rows[0], rows[1]), 1)
    assert counted(rows).mutual_bits() == pytest.approx(information_bits(table)[0], abs=1e-12)


def test_counts():
    pair = PairCounts.of_trials(np.array([0, 1, 1, 1]), np.array([1, 0, 0, 1]), np.array([0, 1, 1, 0]), n_classes=2)
    assert pair.first.tolist() == [0, 1, 1]
    assert pair.second.tolist() == [1, 0, 1]
    assert pair.counts.tolist() == [[1, 0], [0, 2], [1, 0]]
