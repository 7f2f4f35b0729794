import numpy as np
import pytest

from atlas.analysis.populations import as_partition, populations_by_ablation
from atlas.results import LayerEffects


def populations(**broken):
    """Group neurons of layers by broken trials of two classes, of 100 each."""
    return populations_by_ablation(
        {
            layer: LayerEffects(n_broken=np.array(rows), n_repaired=np.zeros_like(rows), n_trials=np.array([100, 100]))
            for layer, rows in broken.items()
        },
        n_null=0,
    )


def test_on_the_weights(weight_graph):
    found = populations(a=[[0, 0], [0, 0]], b=[[50, 0], [60, 0], [0, 50]])
    partition = as_partition(found, weight_graph([[3, 1, 0], [0, 0, 4]]))
    assert partition.labels.tolist() == [0, 0, 1, 1, 2]  # a without effect, then b by class
    # no weight stays inside; of 16 ends a has 8, b/0 and b/1 4, b/2 4: -(64 + 16 + 16) / 256
    assert partition.scores.modularity.value == pytest.approx(-0.375)
    assert partition.scores.n_cut.value == pytest.approx(3)
    assert partition.clusters.conductance.value == pytest.approx([1, 1, 1])
    assert partition.neurons.internal_share.tolist() == [0] * 5
    assert partition.neurons.participation == pytest.approx([0, 0, 0, 0, 0])
    assert partition.links.strength.value.tolist() == [[0, 4, 4], [0, 0, 0], [0, 0, 0]]
    assert partition.populations is found
    assert partition.n_clusters == 3
    assert partition.set_apart == ("no_effect", None, None)


def test_no_null_and_no_roles(weight_graph):
    found = populations(a=[[0, 0], [0, 0]], b=[[50, 0], [60, 0], [0, 50]])
    partition = as_partition(found, weight_graph([[3, 1, 0], [0, 0, 4]]))
    assert np.isnan(partition.scores.modularity.p)
    assert np.isnan(partition.clusters.conductance.null_mean).all()
    assert set(partition.neurons.role) == {None}


def test_one_layer_has_no_weights(weight_graph):
    found = populations(b=[[50, 0], [60, 0], [0, 50]])
    partition = as_partition(found, weight_graph([[3, 1, 0], [0, 0, 4]]))
    assert partition.layers == ("b",)
    assert partition.labels.tolist() == [0, 0, 1]
    assert np.isnan(partition.scores.modularity.value)
    assert np.isnan(partition.scores.n_cut.value)
    assert np.isnan(partition.neurons.internal_share).all()
