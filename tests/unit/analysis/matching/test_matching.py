from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.analysis.matching import NO_CLUSTER, matching
from atlas.errors import BadParameter, EmptySelection, ShapeError, UnknownName

QUICK = {"n_null": 0, "n_bootstrap": 0}


def plain_profiles(side, name):
    """Average the known rows of every cluster, less the mean of all."""
    rows = side.profiles[name]
    known = np.isfinite(rows).all(axis=1) & (side.cluster_of != NO_CLUSTER)
    centre = rows[known].mean(axis=0)
    members = [known & (side.cluster_of == number) for number in side.clusters]
    return [rows[part].mean(axis=0) - centre if part.any() else np.full(rows.shape[1], np.nan) for part in members]


def plain_cosine(one, other):
    norms = np.linalg.norm(one) * np.linalg.norm(other)
    return one @ other / norms if norms > 1e-9 else np.nan


def planted(side, seed, order, *, n_neurons):
    """Build two layers of three clusters, numbered in `order`, whose rows are what was planted and noise."""
    draws = np.random.default_rng(seed)
    clusters = draws.permutation(np.arange(n_neurons) % 3)
    templates = np.array([[2, 0, 0, 1], [0, 2, 0, 1], [0, 0, 2, 1]])
    effect = templates[clusters] + 0.5 * draws.normal(size=(n_neurons, 4))
    layers = np.arange(n_neurons) * 2 // n_neurons
    return side(np.array(order)[clusters], layers=layers, effect=effect)


def test_shared_neurons_by_hand(side):
    found = matching(side([4, 4, 4, 9, 9, 9]), side([0, 0, 1, 1, 1, 1]), same_neurons=True, **QUICK)
    assert found.first.tolist() == [4, 9] and found.second.tolist() == [0, 1]
    assert found.jaccard == pytest.approx(np.array([[2 / 3, 1 / 6], [0, 3 / 4]]))
    assert found.first_share == pytest.approx(np.array([[2 / 3, 1 / 3], [0, 1]]))
    assert found.second_share == pytest.approx(np.array([[1, 1 / 4], [0, 3 / 4]]))
    assert found.score.tolist() == found.jaccard.tolist()
    assert found.partner.tolist() == [0, 1]
    assert np.isnan([*found.p, *found.overlap_p.ravel()]).all()


def test_only_neurons_that_both_cover_are_shared(side):
    found = matching(side([0, 0, 0, 1, 1, -1]), side([0, 0, -1, -1, 1, 1]), same_neurons=True, **QUICK)
    assert found.jaccard.tolist() == [[1, 0], [0, 1]]
    apart = matching(side([0, 0, 1, -1]), side([0, 0, -1, 1]), same_neurons=True, **QUICK)
    assert apart.jaccard == pytest.approx(np.array([[1, 0], [0, np.nan]]), nan_ok=True)
    assert apart.second_share == pytest.approx(np.array([[1, np.nan], [0, np.nan]]), nan_ok=True)
    assert apart.partner.tolist() == [0, -1]


def test_the_very_same_neurons_are_told_from_those_that_both_cover(side):
    """{0, 1, 2} and {0, 1, 6}: of 2 the second knows nothing, of 6 the first; {3, 4, 5} is the same one."""
    found = matching(side([0, 0, 0, 1, 1, 1, -1]), side([0, 0, -1, 1, 1, 1, 0]), same_neurons=True, **QUICK)
    assert found.jaccard.tolist() == found.first_share.tolist() == found.second_share.tolist() == [[1, 0], [0, 1]]
    assert found.n_shared.tolist() == [[2, 0], [0, 3]]
    assert found.to_frame()["n_shared"].tolist() == [2, 3]


def test_cosines_by_hand(side):
    """Centred, the first are (1, -1) / 2 and its opposite, by effect the second (1, 0) and (-1, 0)."""
    first = side([0, 0, 1, 1], effect=[[1, 0], [1, 0], [0, 1], [0, 1]], information=[[1], [1], [0], [0]])
    second = side([0, 1], effect=[[0, 1], [2, 1]], information=[[0], [3]])
    found = matching(first, second, same_neurons=False, **QUICK)
    root = 0.5**0.5
    assert found.effect == pytest.approx(np.array([[-root, root], [root, -root]]))
    assert found.information == pytest.approx(np.array([[-1, 1], [1, -1]]))
    assert found.score == pytest.approx((found.effect + found.information) / 2)
    assert found.partner.tolist() == [1, 0]
    assert np.isnan([found.jaccard, found.n_shared, found.connectivity]).all()
    assert found.reasons == {"connectivity": "nothing is known of the neurons of the first partition"}
    assert found.params["by"] == "all"


def test_the_same_partition(side):
    labels = np.arange(40) % 4
    found = matching(side(labels), side(labels), same_neurons=True, n_null=99)
    assert found.partner.tolist() == [0, 1, 2, 3]
    assert found.jaccard.tolist() == np.eye(4).tolist()
    assert found.p == pytest.approx([0.01] * 4)
    assert found.q == pytest.approx([0.01] * 4)


def test_other_numbers(side):
    labels = np.random.default_rng(0).integers(0, 4, 40)
    found = matching(side(labels), side(np.array([8, 2, 5, 3])[labels]), same_neurons=True, **QUICK)
    assert found.second[found.partner].tolist() == [8, 2, 5, 3]


def test_a_split(side):
    """The halves of a cluster are in it altogether, more than chance; one of them, as large as the other, matches."""
    first, second = [0] * 20 + [1] * 20, [0] * 10 + [2] * 10 + [1] * 20
    found = matching(side(first), side(second), same_neurons=True, n_null=199)
    assert found.first_share[0].tolist() == [0.5, 0, 0.5]
    assert found.second_share[0].tolist() == [1, 0, 1]
    assert (found.overlap_p[0, [0, 2]] <= 0.01).all()
    assert found.partner.tolist() == [0, 1]
    assert found.unmatched.tolist() == [2]


def test_planted_clusters_of_two_networks(side):
    first = planted(side, 1, [0, 1, 2], n_neurons=60)
    second = planted(side, 2, [7, 3, 5], n_neurons=84)
    found = matching(first, second, same_neurons=False, n_null=99)
    assert found.second[found.partner].tolist() == [7, 3, 5]
    assert found.p == pytest.approx([0.01] * 3)
    assert (found.low_score > 0.8).all()


def test_a_cluster_that_the_other_network_lacks(side):
    first = planted(side, 1, [0, 1, 2], n_neurons=60)
    second = planted(side, 2, [0, 1, NO_CLUSTER], n_neurons=60)
    found = matching(first, second, same_neurons=False, n_null=19)
    assert found.partner.tolist() == [0, 1, -1]
    frame = found.to_frame()
    assert frame["second"].tolist()[:2] == [0, 1] and frame["second"].isna().tolist() == [False, False, True]
    assert np.isnan(frame.loc[2, ["score", "p", "z", "q", "null_mean"]].astype(float)).all()
    turned = matching(second, first, same_neurons=False, n_null=19).to_frame()
    assert turned["first"].isna().tolist() == [False, False, True]
    assert turned["second"].tolist() == [0, 1, 2]


@given(seed=st.integers(0, 1000))
@settings(max_examples=25)
def test_similarities_as_cluster_by_cluster(seed, random_side):
    first, second = random_side(seed), random_side(seed + 1)
    found = matching(first, second, same_neurons=False, **QUICK)
    for name in ("connectivity", "effect"):
        expected = [[plain_cosine(a, b) for b in plain_profiles(second, name)] for a in plain_profiles(first, name)]
        assert getattr(found, name) == pytest.approx(np.array(expected), nan_ok=True)


@given(seed=st.integers(0, 1000))
@settings(max_examples=25)
def test_exchanged_sides(seed, random_side):
    first, second = random_side(seed), random_side(seed + 1)
    found, turned = (matching(*sides, same_neurons=True, **QUICK) for sides in ((first, second), (second, first)))
    assert found.jaccard == pytest.approx(turned.jaccard.T, nan_ok=True)
    assert found.first_share == pytest.approx(turned.second_share.T, nan_ok=True)
    assert found.effect == pytest.approx(turned.effect.T, nan_ok=True)


@given(seed=st.integers(0, 1000), order=st.permutations(range(4)))
@settings(max_examples=15)
def test_numbers_of_clusters_do_not_matter(seed, order, random_side):
    first, second = random_side(seed), random_side(seed + 1)
    numbers = np.array([*order, NO_CLUSTER])  # the last is that of NO_CLUSTER, -1
    renumbered = replace(second, cluster_of=numbers[second.cluster_of])
    one, other = (matching(first, sec, same_neurons=False, n_null=9) for sec in (second, renumbered))
    place = np.searchsorted(other.second, numbers[one.second])
    assert one.score == pytest.approx(other.score[:, place], nan_ok=True)
    assert one.p == pytest.approx(other.p, nan_ok=True)
    assert one.z == pytest.approx(other.z, nan_ok=True)


def test_clusters_like_the_mean_of_all_have_no_direction(side):
    """Rows that are the same but for rounding differ by nothing."""
    rows = np.array([[0.1, 0.7]] * 30)
    rows[0] += 1e-16
    apart = side(np.arange(30) % 3, effect=np.random.default_rng(0).normal(size=(30, 2)))
    with pytest.raises(EmptySelection, match="by effect: no cluster of the second partition differs"):
        matching(apart, side(np.arange(30) % 3, effect=rows), same_neurons=False)


def test_one_cluster_of_all_neurons(side):
    one = side([0] * 7, effect=np.random.default_rng(0).normal(size=(7, 3)))
    found = matching(one, one, same_neurons=True, **QUICK)
    assert found.reasons["effect"] == "no cluster of the first partition differs from the mean of all"
    assert found.jaccard.tolist() == [[1]]


def test_networks_of_other_sizes(side):
    first = side([0, 0, 1], effect=[[1, 0], [1, 0], [0, 1]], connectivity=np.eye(3))
    second = side([0, 0, 1], effect=[[1, 0], [1, 0], [0, 1]], connectivity=np.ones((3, 9)))
    found = matching(first, second, same_neurons=False, **QUICK)
    assert found.reasons["connectivity"] == "the networks have 3 and 9 inputs and outputs"
    assert found.score == pytest.approx(found.effect)


def test_as_many_inputs_and_outputs_in_all_are_not_enough(side):
    """3-1-2 and 2-1-3: the third of five columns is an input of one and an output of the other."""
    first, second = (
        side([-1] * before + [0] + [1] * after, layers=[0] * before + [1] + [2] * after, connectivity=np.eye(6)[:, :5])
        for before, after in ((3, 2), (2, 3))
    )
    with pytest.raises(EmptySelection, match="by connectivity: the networks have 3 and 2 inputs, 2 and 3 outputs"):
        matching(first, second, same_neurons=False, by="connectivity")


def test_classes_that_one_side_did_not_measure_are_left_out(side):
    """Of class 1 the first had no trials, so (1, 0) and (0, 1) are compared with (0, 1) and (2, 1); the last neuron of
    the first is not known of class 2, and stays out."""
    nan = np.nan
    first = side([0, 0, 1, 1, 1], effect=[[1, nan, 0], [1, nan, 0], [0, nan, 1], [0, nan, 1], [7, nan, nan]])
    second = side([0, 1], effect=[[0, 5, 1], [2, -3, 1]])
    root = 0.5**0.5
    found = matching(first, second, same_neurons=False, by="effect", **QUICK)
    assert found.effect == pytest.approx(np.array([[-root, root], [root, -root]]))
    turned = matching(second, first, same_neurons=False, by="effect", **QUICK)
    assert turned.effect == pytest.approx(found.effect.T)


def test_no_class_that_both_measured(side):
    first = side([0, 1], effect=[[1, np.nan], [0, np.nan]])
    with pytest.raises(EmptySelection, match="by effect: no classes were measured in both networks"):
        matching(first, side([0, 1], effect=[[np.nan, 1], [np.nan, 0]]), same_neurons=False, by="effect")
    holes = side([0, 1], effect=[[np.nan, 1], [1, np.nan]])
    with pytest.raises(EmptySelection, match="of no neuron of the second partition are all classes known"):
        matching(side([0, 1], effect=np.eye(2)), holes, same_neurons=False, by="effect")


def test_why_a_profile_is_lacking(side):
    known = side([0, 1], effect=np.eye(2))
    lacking = replace(side([0, 1]), reasons={"effect": "run `atlas ablate b`"})
    with pytest.raises(EmptySelection, match="matched by effect: run `atlas ablate b`"):
        matching(known, lacking, same_neurons=False, by="effect")
    found = matching(known, replace(lacking, profiles={"information": np.eye(2)}), same_neurons=True, **QUICK)
    assert found.reasons["effect"] == "run `atlas ablate b`"


def test_a_profile_where_nothing_is_known(side):
    first = side([0, 1, 1], effect=[[1, 0], [np.nan, 0], [np.nan, np.nan]])
    second = side([0, 1, 1], effect=np.full((3, 2), np.nan))
    with pytest.raises(EmptySelection, match="by effect: nothing is known of the neurons of the second partition"):
        matching(first, second, same_neurons=False, by="effect")
    with pytest.raises(EmptySelection, match=r"by connectivity: nothing.* by effect: .* by information: nothing"):
        matching(first, second, same_neurons=False)


def test_seed(side):
    sides = planted(side, 1, [0, 1, 2], n_neurons=30), planted(side, 2, [0, 1, 2], n_neurons=36)
    one, same, other = (matching(*sides, same_neurons=False, n_null=9, seed=seed) for seed in (0, 0, 1))
    assert one.to_frame().equals(same.to_frame())
    assert not one.to_frame().equals(other.to_frame())


def test_progress(side):
    told = []
    labels = side([0, 0, 1, 1])
    matching(labels, labels, same_neurons=True, n_null=3, n_bootstrap=3, progress=lambda *step: told.append(step))
    assert told == [("shuffle clusters", 3, 3), ("resample neurons", 1, 2), ("resample neurons", 2, 2)]


def test_refused(side):
    one, other = side([0, 1]), side([0, 1, 1])
    with pytest.raises(UnknownName, match=r"way to match clusters 'neuron'. Did you mean 'neurons'"):
        matching(one, one, same_neurons=True, by="neuron")
    with pytest.raises(BadParameter, match="cannot be matched by 'neurons'"):
        matching(one, other, same_neurons=False, by="neurons")
    with pytest.raises(ShapeError, match="2 and 3 neurons"):
        matching(one, other, same_neurons=True)
    with pytest.raises(ShapeError, match="or other layers"):
        matching(one, side([0, 1], layers=[0, 1]), same_neurons=True)
    with pytest.raises(EmptySelection, match="second partition covers no neuron"):
        matching(one, side([-1, -1]), same_neurons=True)
    with pytest.raises(EmptySelection, match="no neuron in common"):
        matching(side([0, -1]), side([-1, 0]), same_neurons=True)
    with pytest.raises(BadParameter, match="n_null is -1"):
        matching(one, one, same_neurons=True, n_null=-1)
