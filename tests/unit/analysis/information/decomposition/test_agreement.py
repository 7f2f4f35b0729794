import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.analysis.information.decomposition import Joint, agreement, agreement_of_rows
from atlas.analysis.information.decomposition.lattice import contains

AND = Joint.of_trials([[0, 0, 1, 1], [0, 1, 0, 1]], [0, 0, 0, 1])


def test_and_by_hand():
    found = agreement(AND)
    # (0, 0) agrees with (1, 1) in nothing, with (0, 1) in the first, with (1, 0) in the second, with itself in both
    assert found.of_sources[:, 0].tolist() == [1, 1, 1, 1]
    assert found.of_rows.T.tolist() == [[0, 1, 1, 1], [1, 1, 0, 1], [1, 0, 1, 1], [0, 0, 0, 1]]


def test_and_pointwise():
    found = agreement(AND)
    either = contains(np.array([0b1110], dtype=np.uint64), 2)[0]
    of_target = AND.target_mass[AND.target]
    shared = -np.log2(either @ found.of_sources / 4) + np.log2(either @ found.of_rows / of_target)
    assert shared == pytest.approx([0.415037, -0.169925, -0.169925, 0.415037], abs=1e-6)


def test_rows_one_by_one():
    same, other = agreement_of_rows(AND, np.array([3, 0]))
    assert same.tolist() == [[0, 0, 0, 1], [0, 1, 1, 1]]
    assert other.tolist() == [[1, 1, 1, 0], [1, 0, 0, 0]]


trials = st.integers(1, 5).flatmap(
    lambda n: st.lists(st.tuples(st.integers(0, 3), *[st.integers(0, 2)] * n), min_size=1, max_size=40)
)


@settings(max_examples=60)
@given(trials)
def test_grouping_equals_comparing(rows):
    target, *sources = np.array(rows).T
    joint = Joint.of_trials(sources, target)
    found = agreement(joint)
    same, other = agreement_of_rows(joint, np.arange(len(joint.mass)))
    assert (same == found.of_rows.T).all()
    assert (same + other == found.of_sources[:, joint.source_row].T).all()


@settings(max_examples=30)
@given(trials)
def test_probabilities_are_shares_of_counts(rows):
    table = np.array(rows)
    counted = Joint.of_trials(table[:, 1:].T, table[:, 0])
    joint = Joint.of_distribution(table[:, 1:], table[:, 0], np.full(len(rows), 1 / len(rows)))
    found, expected = agreement(joint), agreement(counted)
    assert found.of_sources == pytest.approx(expected.of_sources / len(rows), abs=1e-14)
    assert found.of_rows == pytest.approx(expected.of_rows / len(rows), abs=1e-14)


def test_tiny_probabilities_do_not_drown():
    joint = Joint.of_distribution([[0, 0], [0, 1], [1, 1]], [0, 1, 1], [1 - 3e-18, 1e-18, 2e-18])
    assert agreement(joint).of_rows[:, 2].tolist() == [0, 0, 1e-18, 2e-18]
