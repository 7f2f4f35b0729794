import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.analysis.populations.grouping import GroupingParams, best_grouping, distances, group
from atlas.errors import BadParameter


def on_a_circle(*degrees):
    """Give profiles over three conditions whose correlation is the cosine of the angle between them."""
    first, second = np.array([1, -1, 0]) / np.sqrt(2), np.array([1, 1, -2]) / np.sqrt(6)
    angles = np.radians(degrees)[:, None]
    return np.cos(angles) * first + np.sin(angles) * second


def two_signals(seed=0):
    """Give three copies each of two independent signals over 50 trials."""
    return np.repeat(np.random.default_rng(seed).normal(size=(2, 50)), 3, axis=0)


def test_distances():
    assert distances(on_a_circle(0, 60, 180)) == pytest.approx(np.array([[0, 0.5, 2], [0.5, 0, 1.5], [2, 1.5, 0]]))


def test_distances_in_blocks():
    profiles = np.random.default_rng(0).normal(size=(4, 2500)).astype(np.float32)
    assert distances(profiles) == pytest.approx(1 - np.corrcoef(profiles.astype(np.float64)), abs=1e-9)


def test_two_pairs():
    labels, silhouettes = best_grouping(on_a_circle(0, 180, 60, 240), 20)
    assert labels.tolist() == [1, 2, 1, 2]
    # 0.5 to the mate, 2 and 1.5 to the others: 1 - 0.5 / 1.75
    assert silhouettes == pytest.approx([5 / 7] * 4)


def test_a_neuron_alone_has_silhouette_0():
    labels, silhouettes = best_grouping(on_a_circle(0, 0, 180), 20)
    assert labels[0] == labels[1] != labels[2]
    assert silhouettes == pytest.approx([1, 1, 0])


@pytest.mark.parametrize("profiles", [on_a_circle(0, 180), np.zeros((0, 3)), on_a_circle(0, 0, 0, 0)])
def test_nothing_to_group(profiles):
    labels, silhouettes = best_grouping(profiles, 20)
    assert labels.tolist() == [1] * len(profiles)
    assert np.isnan(silhouettes).all()


def test_equal_distances_are_not_split():
    labels, silhouettes = best_grouping(on_a_circle(0, 120, 240), 20)
    assert labels.tolist() == [1, 1, 1]
    assert np.isnan(silhouettes).all()


@pytest.mark.parametrize(("correlation", "n_groups"), [(0.4, 1), (0.6, 3)])
def test_no_substantial_structure(correlation, n_groups):
    """Of four neurons two correlate: silhouettes c, c, 0, 0, so their mean is half the correlation."""
    axes = np.array([[1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]]) @ np.kron(np.eye(4), np.ones((1, 2)))
    axes = np.vstack([axes, np.tile([1, -1], 4)])  # four orthogonal profiles of mean 0
    profiles = np.vstack([axes[0], correlation * axes[0] + np.sqrt(1 - correlation**2) * axes[1], axes[2:]])
    labels, silhouettes = best_grouping(profiles, 20)
    assert silhouettes == pytest.approx([correlation, correlation, 0, 0])
    assert len(set(labels)) == n_groups


def test_at_most_so_many_groups():
    profiles = np.repeat(np.eye(4), 2, axis=0)
    assert len(set(best_grouping(profiles, 20)[0])) == 4
    assert len(set(best_grouping(profiles, 3)[0])) < 4


@given(seed=st.integers(0, 1000))
@settings(max_examples=20)
def test_scale_and_offset_do_not_matter(seed):
    draws = np.random.default_rng(seed)
    profiles = draws.normal(size=(9, 6))
    moved = profiles * draws.uniform(0.5, 2, size=(9, 1)) + draws.normal(size=(9, 1))
    one, other = best_grouping(profiles, 5), best_grouping(moved, 5)
    assert one[0].tolist() == other[0].tolist()
    assert one[1] == pytest.approx(other[1], abs=1e-9)


def test_the_null_of_two_conditions():
    """A shuffled profile rises or falls: three either all alike, with nothing to group, or two against one."""
    found = group(np.array([[0, 1], [0, 2], [1, 0]]), GroupingParams(n_null=50), layer_number=0)
    assert found.silhouettes == pytest.approx([1, 1, 0])
    assert set(found.null.round(9)) == {0.0, 0.666666667}


def test_the_null_of_signals():
    found = group(two_signals(), GroupingParams(n_null=19), layer_number=0)
    assert found.labels.tolist() in ([1, 1, 1, 2, 2, 2], [2, 2, 2, 1, 1, 1])
    assert found.silhouettes == pytest.approx(np.ones(6))
    assert found.null.max() < 0.5


def test_resampled_neurons():
    """Two silhouettes of 1 and one of 0: a resample has mean 0, 1/3, 2/3 or 1."""
    found = group(on_a_circle(0, 0, 180), GroupingParams(n_null=0), layer_number=0)
    assert found.resampled.shape == (1000,)
    assert set((3 * found.resampled).round(9)) == {0, 1, 2, 3}
    assert found.resampled.mean() == pytest.approx(2 / 3, abs=0.05)


def test_seed():
    one, same = (group(two_signals(), GroupingParams(n_null=3), layer_number=0) for _ in range(2))
    other = group(two_signals(), GroupingParams(n_null=3, seed=1), layer_number=0)
    assert one.null.tolist() == same.null.tolist() != other.null.tolist()


@pytest.mark.parametrize(
    ("wrong", "culprit"),
    [
        ({"max_groups": 1}, "max_groups is 1"),
        ({"n_null": -1}, "n_null is -1"),
        ({"n_bootstrap": -1}, "strap is -1"),
    ],
)
def test_refused(wrong, culprit):
    with pytest.raises(BadParameter, match=culprit):
        GroupingParams(**wrong)
