import numpy as np
import pytest

from atlas.analysis.partition.stability import layer_agreement, stability

HALVES, ACROSS = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])


def test_mean_over_pairs():
    found = stability([HALVES, 1 - HALVES, ACROSS])  # pairs: equal; two that know nothing of each other
    assert found["stability_nmi"] == pytest.approx(1 / 3)
    # of 6 pairs of neurons each joins 2, none of them the same: (0 - 2/3) / (2 - 2/3) = -1/2
    assert found["stability_ari"] == pytest.approx((1 - 1 / 2 - 1 / 2) / 3)


@pytest.mark.parametrize("partitions", [[], [HALVES], [np.zeros(4)] * 2, [np.arange(4)] * 2])
def test_nothing_to_compare(partitions):
    assert np.isnan(list(stability(partitions).values())).all()


def test_one_cluster_beside_two():
    assert stability([np.zeros(4, dtype=int), HALVES]) == {"stability_nmi": 0.0, "stability_ari": 0.0}


def test_layers():
    assert layer_agreement(1 - HALVES, HALVES) == {
        "layer_agreement": pytest.approx(1.0),
        "layer_nmi": pytest.approx(1.0),
    }
    across = layer_agreement(ACROSS, HALVES)
    assert across["layer_nmi"] == pytest.approx(0.0)
    assert across["layer_agreement"] < 0


def test_one_layer_and_one_cluster():
    assert np.isnan(list(layer_agreement(np.zeros(3), np.zeros(3)).values())).all()
