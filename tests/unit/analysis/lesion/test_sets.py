import numpy as np
import pytest

from atlas.analysis import lesion
from atlas.analysis.ablation.matched_sets import MatchedSets
from atlas.analysis.lesion import lesion_tests
from atlas.errors import BadParameter, ShapeError, UnknownName


def layer(*numbers):
    return {"fc1": np.array(numbers)}


def test_whole_clusters_and_their_parts(two_blocks):
    clusters = {
        "a": {"fc2": np.array([0, 1]), "fc1": np.array([1])},
        "b": {"fc1": np.array([0, 2]), "fc2": np.array([], dtype=int)},
        "c": {},
    }
    found = [(one.cluster, one.layer, one.n_neurons) for one in lesion.tested_sets(two_blocks, clusters)]
    assert found == [("a", None, 3), ("a", "fc1", 1), ("a", "fc2", 2), ("b", None, 2), ("b", "fc1", 2), ("c", None, 0)]


def test_why_not_tested(two_blocks):
    clusters = {
        "one": layer(2),
        "none": {},
        "layer": layer(0, 1, 2, 3),
        "layer and more": {"fc1": np.arange(4), "fc2": np.array([0])},
    }
    result = lesion_tests(two_blocks, clusters, n_null=9)
    assert dict(zip(zip(result.elements, result.layers, strict=True), result.reasons, strict=True)) == {
        ("one", None): "too_small",
        ("one", "fc1"): "too_small",
        ("none", None): "too_small",
        ("layer", None): "too_large",
        ("layer", "fc1"): "too_large",
        ("layer and more", None): None,
        ("layer and more", "fc1"): "too_large",
        ("layer and more", "fc2"): "too_small",
    }
    untested = np.array([reason is not None for reason in result.reasons])
    for statistic in (result.importance, result.coherence):
        for name, numbers in vars(statistic).items():
            expected = numbers[untested] == 0 if name == "n_defined" else np.isnan(numbers[untested])
            assert expected.all()
    assert result.importance.value[~untested].tolist() == [100]


def test_larger_than_the_pool_allows(two_blocks):
    result = lesion_tests(two_blocks, {"c": layer(0, 1)}, pool=layer(0, 1), n_null=9)
    assert result.reasons == ("too_large", "too_large")


def test_the_only_one_of_its_strata(two_blocks):
    # 4 neurons in 5 strata: each in one of its own
    values = {"fc1": np.arange(4.0), "fc2": np.arange(4.0)}
    result = lesion_tests(two_blocks, {"c": layer(0, 1)}, matched_on="out_strength", values=values, n_null=9)
    assert result.reasons == ("no_choice", "no_choice")


def test_random_sets_come_from_the_pool(two_blocks):
    matched = MatchedSets(two_blocks, n_null=50, seed=0, pool=layer(0, 2, 3))
    places = matched.places(layer(0, 3))
    assert len(places) == 50
    assert {tuple(matched.sets[place]["fc1"]) for place in places} == {(0, 2), (0, 3), (2, 3)}


def test_random_sets_have_as_many_of_each_stratum(chain):
    network = chain([np.ones((1, 10)), np.ones((10, 2))], [[1.0]], [0])
    values = {"fc1": np.array([9.0, 8, 7, 6, 5, 4, 3, 2, 1, 0])}  # strata {8, 9}, {6, 7}, {4, 5}, {2, 3}, {0, 1}
    matched = MatchedSets(network, n_null=200, seed=0, values=values)
    drawn = {tuple(matched.sets[place]["fc1"]) for place in matched.places(layer(0, 1, 9))}
    assert drawn == {(0, 1, 8), (0, 1, 9)}
    assert matched.n_possible(layer(0, 1, 9)) == 2


def test_strata_are_of_the_pool(chain):
    network = chain([np.ones((1, 10)), np.ones((10, 2))], [[1.0]], [0])
    matched = MatchedSets(network, n_null=1, seed=0, pool=layer(0, 1, 2, 3, 4), values={"fc1": np.arange(10.0)})
    assert matched.n_possible(layer(0)) == 1
    assert matched.n_possible(layer(0, 1, 2, 3)) == 1


def test_all_possible_sets_once(two_blocks):
    matched = MatchedSets(two_blocks, n_null=24, seed=0, all_if_few=True)
    members = {"fc1": np.array([3, 1]), "fc2": np.array([2])}
    sets = [matched.sets[place] for place in matched.places(members)]
    assert matched.are_all(members)
    assert len({(*one["fc1"], *one["fc2"]) for one in sets}) == len(sets) == 6 * 4
    assert matched.place(members) in matched.places(members)
    assert not MatchedSets(two_blocks, n_null=23, seed=0, all_if_few=True).are_all(members)


@pytest.mark.parametrize(
    ("arguments", "error", "culprit"),
    [
        ({"rule": "strict"}, UnknownName, "Unknown rule of lesion tests 'strict'"),
        ({"method": "noise"}, UnknownName, "Unknown method of ablation 'noise'"),
        ({"level": 0.0}, BadParameter, "The level is 0.0"),
        ({"level": "a"}, BadParameter, "The level is 'a'"),
        ({"n_null": 0}, BadParameter, "n_null is 0"),
        ({"n_null": "a"}, BadParameter, "n_null is 'a'"),
        ({"seed": -1}, BadParameter, "The seed is -1"),
        ({"pool": layer(0, 1, 3)}, BadParameter, "Cluster 'c' has neuron 2 of layer 'fc1', which is not in the pool"),
        ({"pool": {"fc9": np.array([0])}}, UnknownName, "layer 'fc9'"),
        ({"matched_on": "out_strength"}, BadParameter, "matched on 'out_strength', without values"),
        ({"values": {"fc1": np.ones(4)}}, BadParameter, "matched on 'size', with values"),
        ({"matched_on": "v", "values": {"fc1": np.ones(4)}}, UnknownName, "layer among the values 'fc2'"),
        ({"matched_on": "v", "values": {"fc1": np.ones(3), "fc2": np.ones(4)}}, ShapeError, r"'fc1' have shape \(3,\)"),
        (
            {"matched_on": "v", "values": {"fc1": np.full(4, np.nan), "fc2": np.ones(4)}},
            ShapeError,
            "NaN or infinity among them",
        ),
    ],
)
def test_refused(two_blocks, arguments, error, culprit):
    with pytest.raises(error, match=culprit):
        lesion_tests(two_blocks, {"c": layer(0, 2)}, **{"n_null": 9, **arguments})


def test_bad_clusters(two_blocks, regression):
    with pytest.raises(BadParameter, match="names neuron 4 of layer 'fc1', which has 4"):
        lesion_tests(two_blocks, {"c": layer(0, 4)})
    with pytest.raises(UnknownName, match="layer 'fc9'"):
        lesion_tests(two_blocks, {"c": {"fc9": np.array([0])}})
    with pytest.raises(BadParameter, match="have values, not classes"):
        lesion_tests(regression, {"c": layer(0, 1)})
