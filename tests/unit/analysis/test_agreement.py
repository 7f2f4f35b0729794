import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

from atlas.analysis.partition.agreement import agreement
from atlas.errors import BadParameter, EmptySelection, ShapeError


def compare(first, second, layers=None, **params):
    layer_of = np.array(["fc1"] * len(first) if layers is None else layers, dtype=str)
    return agreement(np.array(first), np.array(second), layer_of, **params)


def test_worked_example():
    """Pairs together: 1 in both, 2 in the first, 1 in the second, of 6; so by chance 1/3, at most 3/2."""
    found = compare([0, 0, 1, 1], [0, 0, 1, 2], n_null=0, n_bootstrap=0)
    assert found.ari == pytest.approx([(1 - 1 / 3) / (3 / 2 - 1 / 3)] * 2)  # 4/7, over all and in the one layer
    assert found.nmi == pytest.approx([0.8] * 2)  # ln 2 of the mean of ln 2 and 1.5 ln 2
    assert found.layers == (None, "fc1")
    assert found.n_neurons.tolist() == [4, 4]
    assert np.isnan([found.low_ari, found.null_mean, found.z, found.p]).all()


@given(seed=st.integers(0, 1000))
@settings(max_examples=20)
def test_scikit_learn(seed):
    first, second = np.random.default_rng(seed).integers(0, 4, size=(2, 30))
    found = compare(first, second, ["a"] * 10 + ["b"] * 20, n_null=0, n_bootstrap=0)
    for place, part in enumerate((slice(None), slice(10), slice(10, None))):
        assert found.ami[place] == pytest.approx(adjusted_mutual_info_score(first[part], second[part]))
        assert found.ari[place] == pytest.approx(adjusted_rand_score(first[part], second[part]))


def test_the_same():
    labels = [0, 0, 1, 1, 2, 2] * 3
    found = compare(labels, [5 - label for label in labels], n_null=99, n_bootstrap=20)
    for values in (found.ami, found.nmi, found.ari, found.low_ari, found.high_ari, found.low_ami, found.high_ami):
        assert values == pytest.approx([1, 1])
    assert found.p.tolist() == [0.01, 0.01]


def test_p_of_the_worked_example():
    """4/7 comes where the one pair of the second falls into a pair of the first: 2 of 6 placings, else -2/7."""
    found = compare([0, 0, 1, 1], [0, 0, 1, 2], n_null=999, n_bootstrap=0)
    assert found.p == pytest.approx([1 / 3] * 2, abs=0.05)
    assert found.null_mean == pytest.approx([0, 0], abs=0.05)


def test_shuffled_labels_agree_by_chance_only():
    draws = np.random.default_rng(1)
    first = draws.integers(0, 3, 120)
    found = compare(first, draws.permutation(first), n_null=99, n_bootstrap=50)
    assert found.ari == pytest.approx([0, 0], abs=0.05)
    assert (found.p > 0.05).all()
    assert (found.low_ari < 0.02).all()


def test_layers_alone_are_no_agreement():
    """Both go by layers only: all agree, and so does every shuffle within layers; in a layer nothing can differ."""
    layers = ["a"] * 3 + ["b"] * 3
    found = compare([0] * 3 + [1] * 3, [1] * 3 + [0] * 3, layers, n_null=19, n_bootstrap=10)
    assert found.ari == pytest.approx([1, np.nan, np.nan], nan_ok=True)
    assert found.ami == pytest.approx([1, np.nan, np.nan], nan_ok=True)
    assert found.null_mean == pytest.approx([1, np.nan, np.nan], nan_ok=True)
    assert np.isnan(found.z).all()
    assert found.p == pytest.approx([1, np.nan, np.nan], nan_ok=True)
    assert np.isnan([found.low_ari[1:], found.high_ami[1:], found.nmi[1:]]).all()


def test_every_neuron_alone_in_both():
    assert np.isnan(compare([0, 1, 2], [2, 1, 0], n_null=0, n_bootstrap=0).ari).all()


def test_one_cluster_against_several():
    found = compare([0, 0, 0, 0], [0, 0, 1, 1], n_null=9, n_bootstrap=0)
    assert found.ari.tolist() == [0, 0]
    assert found.p.tolist() == [1, 1]  # as every shuffle


def test_intervals_hold_the_observed():
    draws = np.random.default_rng(0)
    first = draws.integers(0, 3, 90)
    second = np.where(draws.random(90) < 0.6, first, draws.integers(0, 3, 90))
    found = compare(first, second, n_null=0, n_bootstrap=200)
    assert (found.low_ari < found.ari).all()
    assert (found.ari < found.high_ari).all()
    assert (found.low_ami < found.ami).all()
    assert (found.ami < found.high_ami).all()


def test_seed():
    labels = np.random.default_rng(0).integers(0, 3, size=(2, 20))
    one, same, other = (compare(*labels, n_null=9, n_bootstrap=9, seed=seed) for seed in (0, 0, 1))
    assert one.to_frame().equals(same.to_frame())
    assert not one.to_frame().equals(other.to_frame())
    assert list(one.to_frame()) == [
        *("layer", "n_neurons", "ami", "low_ami", "high_ami", "nmi", "ari", "low_ari", "high_ari"),
        *("null_mean", "null_sd", "z", "p"),
    ]


def test_refused():
    with pytest.raises(EmptySelection, match="no neuron in common"):
        compare([], [])
    with pytest.raises(ShapeError, match="2 and 3 labels"):
        compare([0, 1], [0, 1, 1])
    with pytest.raises(BadParameter, match="n_bootstrap is -1"):
        compare([0, 1], [0, 1], n_bootstrap=-1)
