import pytest

from atlas.errors import ShapeError


def test_clusters_and_labels(side):
    found = side([7, -1, 3, 7])
    assert found.covered.tolist() == [0, 2, 3]
    assert found.clusters.tolist() == [3, 7]
    assert found.labels.tolist() == [1, 0, 1]


def test_ends(side):
    assert side([0] * 6, layers=[0, 0, 0, 1, 2, 2]).ends == (3, 2)


def test_refused(side):
    with pytest.raises(ShapeError, match="2 clusters of 3 neurons"):
        side([0, 1], layers=[0, 0, 0])
    with pytest.raises(ShapeError, match=r"effect profile has shape \(1, 2\)"):
        side([0, 1], effect=[[1, 2]])
    with pytest.raises(ShapeError, match=r"effect profile has shape \(2,\)"):
        side([0, 1], effect=[1, 2])
