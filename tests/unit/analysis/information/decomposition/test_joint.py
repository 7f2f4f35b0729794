import numpy as np
import pytest

from atlas.analysis.information.decomposition import Joint
from atlas.errors import BadParameter, EmptySelection, ShapeError


def test_trials_are_counted():
    joint = Joint.of_trials([[5, 0, 5, 5], [1, 1, 1, 1]], [2, 0, 2, 0])
    assert joint.source_rows.tolist() == [[0, 1], [0, 0]]
    assert joint.source_row.tolist() == [0, 1, 1]
    assert joint.target.tolist() == [0, 0, 1]
    assert joint.mass.tolist() == [1, 1, 2]
    assert (joint.total, joint.n_sources, joint.n_targets) == (4, 2, 2)
    assert joint.source_mass.tolist() == [1, 3]
    assert joint.target_mass.tolist() == [2, 2]


def test_equal_rows_are_added_and_empty_ones_left_out():
    joint = Joint.of_distribution([[0, 1], [3, 3], [0, 1], [1, 0]], [0, 0, 0, 1], [0.25, 0.0, 0.5, 0.25])
    assert joint.source_rows.tolist() == [[0, 1], [1, 0]]
    assert joint.mass.tolist() == [0.75, 0.25]


def test_groups_of_every_set():
    joint = Joint.of_trials([[0, 0, 1, 1], [0, 1, 0, 1]], [0, 0, 0, 0])
    found = {sources: (groups.tolist(), n) for sources, groups, n in joint.groupings()}
    assert found == {
        0b00: ([0, 0, 0, 0], 1),
        0b01: ([0, 0, 1, 1], 2),
        0b10: ([0, 1, 0, 1], 2),
        0b11: ([0, 1, 2, 3], 4),
    }


def test_large_numbers_of_states():
    huge = 2**40
    joint = Joint.of_trials([[0, huge, huge], [huge, huge, 7]], [huge, 0, 0])
    assert joint.source_rows.tolist() == [[0, 1, 1], [1, 0, 1]]
    assert joint.mass.tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    ("states", "target", "error", "words"),
    [
        ([[0, 1]], [0, 1, 1], ShapeError, r"shape \(1, 2\), the target \(3,\)"),
        ([0, 1], [0, 1], ShapeError, "Every source"),
        ([[0, 1], [0]], [0, 1], ShapeError, "rows of states have unequal lengths"),
        ([[-1, 1]], [0, 1], BadParameter, "A state is -1"),
        ([[0, 1]], [0, -2], BadParameter, "A state is -2"),
        ([[0.0, np.nan]], [0, 1], BadParameter, "states holds float64 values"),
        ([[0, 1]], [0.5, 1.0], BadParameter, "target holds float64 values"),
        ([[]], [], EmptySelection, "no row"),
        ([], [], EmptySelection, "no source"),
        (np.zeros((17, 2), dtype=int), [0, 1], BadParameter, "There are 17 sources. 16 is the most"),
    ],
)
def test_trials_that_cannot_be_counted(states, target, error, words):
    with pytest.raises(error, match=words):
        Joint.of_trials(states, target)


@pytest.mark.parametrize(
    ("probabilities", "error", "words"),
    [
        ([0.5, 0.5 + 2e-9], BadParameter, "add up to 1.000000002. They must add up to 1"),
        ([1.5, -0.5], BadParameter, "A probability is -0.5"),
        ([np.nan, 1.0], BadParameter, "A probability is nan"),
        ([1.0], ShapeError, "2 target states and 1 probabilities"),
    ],
)
def test_no_distribution(probabilities, error, words):
    with pytest.raises(error, match=words):
        Joint.of_distribution([[0], [1]], [0, 1], probabilities)


def test_rows_and_target_of_other_lengths():
    with pytest.raises(ShapeError, match="one state in each row"):
        Joint.of_distribution([[0], [1], [2]], [0, 1], [0.5, 0.5])


def test_rows_of_unequal_lengths():
    with pytest.raises(ShapeError, match="rows of rows have unequal lengths"):
        Joint.of_distribution([[0, 1], [1]], [0, 1], [0.5, 0.5])


def test_no_rows():
    with pytest.raises(EmptySelection, match="no row"):
        Joint.of_distribution([], [], [])
