import pickle
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.analysis.ablation import effects_of_clusters, effects_of_pairs
from atlas.analysis.answers import answers_of
from atlas.analysis.lesion import double_lesions
from atlas.analysis.statistics import benjamini_hochberg
from atlas.errors import BadParameter, EmptySelection, UnknownName
from atlas.records import METHODS_OF_ABLATION, Replacement
from atlas.results.pairs import CONDITIONAL


def in_fc1(**clusters):
    """Name clusters of neurons of the first hidden layer."""
    return {name: {"fc1": np.array(numbers)} for name, numbers in clusters.items()}


@pytest.fixture
def copies(planted):
    """Lesion two modules of two copies: the copies `a` and `b` of the first, and all of the second, `c`."""

    def copies(**asked):
        return double_lesions(planted(n_modules=2, n_copies=2), in_fc1(a=[0], b=[1], c=[2, 3]), **asked)

    return copies


def test_two_clusters_back_each_other_up(copies):
    # class 0 is lost without a and b, class 1 without c; without all of one module and half of the other no more
    result = copies()
    assert result.elements == ("a", "b", "c")
    assert result.single_points.tolist() == [[0, 0, 0], [0, 0, 0], [50, 0, 100]]
    assert list(zip(result.first, result.second, strict=True)) == [(0, 1), (0, 2), (1, 2)]
    assert result.points.tolist() == [[50, 100, 0], [50, 0, 100], [50, 0, 100]]
    assert result.interaction[:, 0].tolist() == [50, 0, 0]
    assert result.redundancy[:, 0].tolist() == [0.5, 0, 0]
    assert (result.z.tolist()[0], result.p.tolist()) == (1, [1, 1, 1])  # one trial, either sign
    assert result.params == {"method": "zero", "n_null": 199, "seed": 0}


def test_what_one_costs_without_the_other(copies):
    conditional = copies().conditional
    assert conditional.points.tolist() == [[50, 50], [0, 50], [0, 50]]
    # c, given a: of the neurons 1, 2, 3 any two cost one class. a, given c: of 0 and 1 neither costs more.
    assert conditional.null_mean[1:].tolist() == [[0, 50], [0, 50]]
    assert conditional.null_sd[1:].tolist() == [[0, 0], [0, 0]]
    assert conditional.p[1:].tolist() == [[1, 1], [1, 1]]


def test_conditional_p_of_a_copy(copies):
    # a, given b: of the neurons 0, 2, 3 only 0 costs class 0, the others nothing
    n_null = 999
    conditional = copies(n_null=n_null).conditional
    for way in (0, 1):
        n_reached = conditional.null_mean[0, way] * n_null / 50
        assert n_reached == pytest.approx(round(n_reached))
        assert conditional.p[0, way] == pytest.approx((1 + n_reached) / (1 + n_null))
        assert conditional.p[0, way] == pytest.approx(1 / 3, abs=4 * np.sqrt(2 / 9 / n_null))
    sd = 50 * np.sqrt(n_reached / n_null * (1 - n_reached / n_null) * n_null / (n_null - 1))
    assert conditional.null_sd[0, 1] == pytest.approx(sd)


def test_random_sets_come_from_the_pool(copies):
    # without neuron 0: in the place of a, given b, 2 and 3 are left, of which neither costs more; given c only 1 is
    conditional = copies(pool={"fc1": np.array([1, 2, 3])}).conditional
    assert conditional.null_mean[0, 0] == 0
    assert np.isnan(conditional.null_mean[1, 0])


def test_halves_of_modules(planted):
    # Four copies, halved. Without both halves of a module its class is lost, 25 points; of the C(14, 2) = 91 sets that
    # could stand in the place of one half only that half itself does as much, the others cost nothing.
    halves = in_fc1(
        **{
            f"{module}{half}": [4 * i + 2 * j, 4 * i + 2 * j + 1]
            for i, module in enumerate("abcd")
            for j, half in enumerate("lr")
        }
    )
    n_null = 499
    result = double_lesions(planted(), halves, n_null=n_null)
    same = np.array([a[0] == b[0] for a, b in combinations(halves, 2)])
    assert result.interaction[:, 0].tolist() == np.where(same, 25, 0).tolist()
    assert (result.conditional.points == np.where(same, 25, 0)[:, None]).all()
    n_reached = result.conditional.null_mean * n_null / 25
    expected = np.where(same[:, None], (1 + n_reached) / (1 + n_null), 1)
    np.testing.assert_allclose(result.conditional.p, expected, rtol=1e-12)
    assert n_reached.mean() == pytest.approx(n_null / 91, abs=4 * np.sqrt(n_null / 91 / 8))  # 8 clusters are given
    np.testing.assert_allclose(result.conditional.q, benjamini_hochberg(result.conditional.p), rtol=0)


def test_xor(xor):
    # fc1/1 given fc1/0 saves the trial 1, 1, but nothing else is left to be drawn in its place
    result = double_lesions(xor, in_fc1(a=[0], b=[1]))
    assert (result.points.tolist(), result.interaction.tolist()) == ([[50, 0, 100]], [[-25, -50, 0]])
    assert result.conditional.points.tolist() == [[25, 0]]
    for name in ("null_mean", "null_sd", "p", "q"):
        assert np.isnan(getattr(result.conditional, name)).all()


def test_a_null_of_one_way_round(two_blocks):
    # b has all of fc1: a, of fc2, has others that could be lost in its place, b has none
    clusters = {"a": {"fc2": np.array([1])}, "b": {"fc1": np.arange(4)}}
    conditional = double_lesions(two_blocks, clusters, n_null=9).conditional
    assert conditional.points.tolist() == [[0, 75]]  # without fc1 all outputs are 0, a tie
    assert conditional.p[0, 0] == 1
    assert np.isnan(conditional.p[0, 1])
    assert conditional.q[0, 0] == 1
    assert np.isnan(conditional.null_mean[0, 1])


def test_clusters_of_several_layers(two_blocks):
    # each half alone: its output is 0, its class is lost
    halves = {
        name: {"fc1": np.array(numbers), "fc2": np.array(numbers)}
        for name, numbers in {"a": [0, 1], "b": [2, 3]}.items()
    }
    result = double_lesions(two_blocks, halves)
    assert result.single_points.tolist() == [[50, 100, 0], [50, 0, 100]]
    assert result.points.tolist() == [[100, 100, 100]]
    assert result.interaction[0].tolist() == [0, 0, 0]
    assert result.conditional.points.tolist() == [[50, 50]]


def test_clusters_of_one_neuron_are_neurons(build_random):
    network = build_random(2)
    neurons = effects_of_pairs(network, layers=["fc2"])
    clusters = {key: {"fc2": np.array([number])} for number, key in enumerate(neurons.elements)}
    columns = list(neurons.to_frame().columns)[:-10]
    frame = double_lesions(network, clusters, n_null=0).to_frame()
    assert frame[columns].equals(neurons.to_frame()[columns])


@pytest.mark.parametrize("method", METHODS_OF_ABLATION)
@given(seed=st.integers(0, 10_000))
@settings(max_examples=5)
def test_same_as_running_everything(build_random, method, seed):
    network = build_random(seed)
    numbers = np.random.default_rng(seed).permutation(8)
    clusters = {
        "a": {"fc1": numbers[:3]},
        "b": {"fc1": numbers[3:5], "fc2": np.array([5, 1])},
        "c": {"fc2": np.array([0, 2, 3])},
    }
    result = double_lesions(network, clusters, method=method, seed=seed, n_null=0)
    singles = effects_of_clusters(network, clusters, method=method, seed=seed, n_null=0)
    np.testing.assert_allclose(result.single_points, singles.points)
    for place, (one, other) in enumerate(combinations(clusters, 2)):
        both = {
            layer: np.concatenate([clusters[name].get(layer, np.array([], dtype=int)) for name in (one, other)])
            for layer in ("fc1", "fc2")
        }
        points = 100 * (accuracy(network, {}, method, seed) - accuracy(network, both, method, seed))
        assert result.points[place, 0] == pytest.approx(points)
        alone = result.single_points[[result.first[place], result.second[place]], 0]
        assert result.interaction[place, 0] == pytest.approx(points - alone.sum())
        assert result.conditional.points[place] == pytest.approx(points - alone[::-1])


def accuracy(network, members, method, seed):
    """Answer all trials without some neurons, the whole network run."""
    from atlas.analysis.ablation.replacing import operator_of

    donors = operator_of("resample", seed=seed, n_trials=len(network.data.labels)).donors
    replace = {
        layer: Replacement(numbers=np.sort(numbers), method=method, donors=donors if method == "resample" else None)
        for layer, numbers in members.items()
        if len(numbers)
    }
    return np.mean(answers_of(network.outputs(replace)) == network.data.labels)


def test_p_of_random_clusters_is_never_too_small(build_random):
    # one-sided Kolmogorov-Smirnov: for 200 p values 1.22 / sqrt(200) is exceeded in 5 of 100 cases; ties only lower it
    network, draws, p = build_random(1), np.random.default_rng(0), []
    for seed in range(100):
        chosen = draws.permutation(8)
        clusters = in_fc1(a=chosen[:2], b=chosen[2:4])
        p += double_lesions(network, clusters, n_null=19, seed=seed).conditional.p.ravel().tolist()
    p = np.sort(p)
    assert (np.arange(1, 201) / 200 - p).max() < 1.22 / np.sqrt(200)


def test_clusters_with_the_same_numbers_share_random_sets(planted):
    asked = []

    def counting(function, blocks):
        asked.append(list(blocks))
        return map(function, blocks)

    network = planted()
    clusters = in_fc1(a=[0, 1], b=[2, 3], c=[4, 5, 6])
    result = double_lesions(network, clusters, n_null=5, mapper=counting)
    # given a: two in the place of b, three in that of c; given b alike; given c: two, for a and b
    assert sorted(asked[1]) == [(0, (2,)), (0, (3,)), (1, (2,)), (1, (3,)), (2, (2,))]
    assert result.conditional.null_mean.shape == (3, 2)


def test_whoever_works(build_random):
    def by_threads(function, blocks):
        with ThreadPoolExecutor(3) as executor:
            yield from executor.map(pickle.loads(pickle.dumps(function)), blocks)

    network, clusters = build_random(5), in_fc1(a=[0, 1], b=[2, 3], c=[4, 5, 6])
    expected, found = (double_lesions(network, clusters, n_null=20, mapper=mapper) for mapper in (map, by_threads))
    assert expected.to_frame().equals(found.to_frame())


def test_the_seed_draws_the_random_sets(build_random):
    network, clusters = build_random(5), in_fc1(a=[0, 1], b=[2, 3], c=[4, 5, 6])
    one, again, other = (double_lesions(network, clusters, n_null=20, seed=seed).conditional for seed in (0, 0, 1))
    assert one.null_mean.tolist() == again.null_mean.tolist() != other.null_mean.tolist()


def test_without_random_sets(copies):
    conditional = copies(n_null=0).conditional
    assert conditional.points.tolist() == [[50, 50], [0, 50], [0, 50]]
    for name in ("null_mean", "null_sd", "p", "q"):
        assert np.isnan(getattr(conditional, name)).all()


def test_frame(copies):
    result = copies()
    frame = result.to_frame()
    assert frame["first"].tolist() == ["a", "a", "b"]
    assert frame["first_given_second_points"].tolist() == [50, 0, 0]
    assert frame["second_given_first_points"].tolist() == [50, 50, 50]
    assert frame["second_given_first_null_mean"].tolist()[1:] == [50, 50]
    assert list(frame.columns)[-10:] == [
        f"{way}_{name}"
        for way in ("first_given_second", "second_given_first")
        for name in ("points", "null_mean", "null_sd", "p", "q")
    ]


def test_matrix(copies, xor):
    result = copies()
    points = result.matrix("conditional_points")
    assert points.loc[["c"], ["a", "b"]].to_numpy().tolist() == [[50, 50]]  # what c costs without a, without b
    assert points.loc["a", "c"] == 0
    assert np.isnan(points.loc["a", "a"])
    arrays = result.to_arrays()
    assert arrays["conditional_p"][2].tolist()[:2] == [1, 1]
    assert set(CONDITIONAL) <= set(arrays)
    with pytest.raises(UnknownName, match="measure of pairs 'conditional_points'"):
        effects_of_pairs(xor).matrix("conditional_points")


def test_progress(copies):
    told = []
    copies(progress=lambda *step: told.append(step))
    assert told[0] == ("ablate pairs (zero)", 3, 3)
    assert told[-1] == ("ablate random sets in their place (zero)", 5, 5)


@pytest.mark.parametrize(
    ("clusters", "asked", "error", "culprit"),
    [
        ({}, {}, EmptySelection, "Clusters with hidden neurons: 0"),
        (in_fc1(a=[0]), {}, EmptySelection, "Clusters with hidden neurons: 1"),
        ({**in_fc1(a=[0]), "b": {}}, {}, EmptySelection, "Cluster 'b' has no hidden neurons"),
        ({**in_fc1(a=[0]), "b": {"output": np.array([0])}}, {}, BadParameter, "'output' is the output"),
        (in_fc1(a=[0], b=[9]), {}, BadParameter, "Cluster 'b' names neuron 9 of layer 'fc1', which has 4"),
        (in_fc1(a=[0, 1], b=[2, 1]), {}, BadParameter, "Clusters 'a' and 'b' share neuron 1 of layer 'fc1'"),
        (in_fc1(a=[0], b=[1]), {"n_null": -1}, BadParameter, "n_null is -1"),
        (in_fc1(a=[0], b=[1]), {"method": "zeros"}, UnknownName, "Did you mean 'zero'"),
        (in_fc1(a=[0], b=[1]), {"seed": -1}, BadParameter, "seed is -1"),
    ],
)
def test_refused(two_blocks, clusters, asked, error, culprit):
    with pytest.raises(error, match=culprit):
        double_lesions(two_blocks, clusters, **asked)


def test_values_instead_of_classes(regression):
    with pytest.raises(BadParameter, match="have values, not classes"):
        double_lesions(regression, in_fc1(a=[0], b=[1]))
