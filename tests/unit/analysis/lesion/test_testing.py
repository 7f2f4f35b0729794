from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from scipy import stats

from atlas.analysis.lesion import fisher, lesion_tests
from atlas.errors import DataMismatch

MODULES = {str(module): {"fc1": np.arange(4) + 4 * module} for module in range(4)}
ACROSS = {str(one): {"fc1": np.arange(one, 16, 4)} for one in range(4)}  # one neuron of every module


def test_planted_module(planted):
    # Of C(16, 4) = 1820 sets 4 cost the accuracy of one class, 0.25 of the mean; all others cost nothing.
    result = lesion_tests(planted(), MODULES, n_null=1820)
    for one in range(8):
        assert result.importance.value[one] == 25
        assert result.importance.p[one] == 4 / 1820
        assert result.importance.mid_p[one] == 2 / 1820
        assert result.importance.null_mean[one] == pytest.approx(25 * 4 / 1820, abs=1e-12)
        assert result.importance.effect[one] == pytest.approx(1.99561, abs=5e-6)
        assert result.importance.n_defined[one] == 1820
    sd = 25 * (4 / 1820 * 1816 / 1820) ** 0.5
    assert result.importance.z[0] == pytest.approx((25 - 25 * 4 / 1820) / sd, abs=1e-10)


def test_coherence_of_a_planted_module(planted):
    # changes in multiples of their mean: 4, 0, 0, 0; the 1816 sets that cost nothing have none
    result = lesion_tests(planted(), MODULES, n_null=1820)
    assert result.coherence.value.tolist() == [4] * 8
    assert result.coherence.n_defined.tolist() == [4] * 8
    assert result.coherence.p.tolist() == [1] * 8
    assert result.coherence.mid_p.tolist() == [0.5] * 8
    assert result.coherence.effect.tolist() == [1] * 8


def test_planted_modules_are_modules(planted):
    result = lesion_tests(planted(), {**MODULES, "across": ACROSS["0"]}, n_null=1820)
    assert result.modules == dict.fromkeys(MODULES, ("importance",))
    whole = [place for place, layer in enumerate(result.layers) if layer is None]
    # p of whole clusters: importance 4 times 4/1820, once 1; coherence 4 times 1: a family of 9
    assert result.importance.q[whole] == pytest.approx([9 / 4 * 4 / 1820] * 4 + [1], abs=1e-12)


def test_parts_are_combined(planted):
    result = lesion_tests(planted(), MODULES, n_null=1820)
    assert result.combined.layers == (None, "fc1")
    assert result.combined.importance_p == pytest.approx([fisher([2 / 1820] * 4)] * 2, rel=1e-12)
    assert result.combined.coherence_p == pytest.approx([fisher([0.5] * 4)] * 2, rel=1e-12)
    assert result.combined.n_importance.tolist() == result.combined.n_coherence.tolist() == [4, 4]


def test_drawn_where_more_are_possible(planted):
    result = lesion_tests(planted(), {"0": MODULES["0"]}, n_null=1819)
    assert result.importance.p[0] == pytest.approx(4 / 1820, abs=0.003)
    assert result.importance.p[0] * 1820 == pytest.approx(round(result.importance.p[0] * 1820), abs=1e-9)
    assert result.importance.null_mean[0] == pytest.approx(25 * (result.importance.p[0] * 1820 - 1) / 1819, abs=1e-12)


def test_two_modules_of_two(planted):
    clusters = {"module": {"fc1": np.array([0, 1])}, "across": {"fc1": np.array([1, 2])}}
    result = lesion_tests(planted(2, 2), clusters, n_null=6)
    assert result.importance.p.tolist() == [2 / 6, 2 / 6, 1, 1]
    assert result.importance.value.tolist() == [50, 50, 0, 0]


def test_small_sets_change_nothing(planted):
    clusters = {"pair": {"fc1": np.array([0, 1])}, "triple": {"fc1": np.array([4, 5, 6])}}
    result = lesion_tests(planted(), clusters, n_null=560)  # C(16, 3)
    assert result.importance.value.tolist() == [0] * 4
    assert result.importance.null_mean.tolist() == [0] * 4
    assert result.importance.p.tolist() == [1] * 4
    assert np.isnan(result.coherence.p).all() and (result.coherence.n_defined == 0).all()
    assert result.modules == {}


def test_mean_ablation_costs_nothing(planted):
    result = lesion_tests(planted(), MODULES, method="mean", n_null=1820)
    assert result.importance.value.tolist() == [0] * 8
    assert result.importance.null_mean.tolist() == [0] * 8


def test_resample_takes_one_donor_each(planted):
    # A module's own class ties with the donor's, and the class that takes over its activations with it: two are lost.
    result = lesion_tests(planted(epsilon=1 / 16), MODULES, method="resample", n_null=9)
    assert result.importance.value.tolist() == [50] * 8
    assert result.coherence.value.tolist() == [2] * 8


def test_importance_counts_classes_alike(chain):
    # fc1/0 and fc1/1 carry class 0, with 3 of 4 trials, fc1/2 and fc1/3 class 1: both cost half of the mean of classes
    network = chain(
        [np.repeat(np.eye(2), 2, axis=1), np.repeat(np.eye(2), 2, axis=0)], np.eye(2)[[0, 0, 0, 1]], [0, 0, 0, 1]
    )
    result = lesion_tests(network, {"a": {"fc1": np.arange(2)}, "b": {"fc1": np.arange(2, 4)}}, n_null=6)
    assert result.importance.value.tolist() == [50] * 4
    assert result.coherence.value.tolist() == [2] * 4


def test_classes_without_trials_do_not_count(chain):
    network = chain(
        [np.repeat(np.eye(2), 2, axis=1), np.repeat(np.eye(2, 3), 2, axis=0)], np.eye(2), [0, 1], n_classes=3
    )
    result = lesion_tests(network, {"a": {"fc1": np.arange(2)}}, n_null=6)
    assert (result.importance.value[0], result.coherence.value[0]) == (50, 2)


def test_published_rule_makes_chance_significant(planted):
    # Pairs change nothing: every one ties with 19 draws, and 0 / 0 is smaller than nothing.
    pairs = np.random.default_rng(0).permutation(16).reshape(8, 2)
    clusters = {str(one): {"fc1": pair} for one, pair in enumerate(pairs)}
    published = lesion_tests(planted(), clusters, n_null=19, rule="published")
    assert published.importance.p.tolist() == published.coherence.p.tolist() == [0.05] * 16
    assert published.combined.importance_p[0] == published.combined.coherence_p[0] == fisher([0.025] * 8) < 1e-6
    assert (published.importance.q <= 0.05 + 1e-12).all()
    assert published.modules == {}
    corrected = lesion_tests(planted(), clusters, n_null=19)
    assert corrected.importance.p.tolist() == [1.0] * 16
    assert corrected.combined.importance_p[0] > 0.5
    assert np.isnan(corrected.coherence.p).all() and np.isnan(corrected.combined.coherence_p).all()


def test_published_rule_on_a_module(planted):
    # 1/20 unless a draw is strictly worse, though 2 of 6 sets do as much
    result = lesion_tests(planted(2, 2), {"module": {"fc1": np.array([0, 1])}}, n_null=19, rule="published")
    assert result.importance.p.tolist() == [0.05, 0.05]


def random_p(network, n_neurons, *, rule):
    """Test a random set of each of 100 partitions, with random sets of its own."""
    p = {"importance": [], "coherence": []}
    for seed in range(100):
        draws = np.random.default_rng([seed, 5])
        one = {"fc1": draws.permutation(8)[: n_neurons[0]], "fc2": draws.permutation(6)[: n_neurons[1]]}
        result = lesion_tests(network, {"one": one}, n_null=39, seed=seed, rule=rule)
        p["importance"].append(result.importance.p[0])
        p["coherence"].append(result.coherence.p[0])
    return {name: np.array(values)[~np.isnan(values)] for name, values in p.items()}


def too_small(p):
    """One-sided Kolmogorov-Smirnov test: is any level passed more often than by uniform p values?"""
    return stats.kstest(p, "uniform", alternative="greater").pvalue


@pytest.mark.parametrize("n_neurons", [(4, 3), (1, 1)])
def test_never_too_small_for_random_partitions(build_random, n_neurons):
    p = random_p(build_random(3), n_neurons, rule="corrected")
    assert len(p["importance"]) == 100 and len(p["coherence"]) > 50
    assert min(too_small(p["importance"]), too_small(p["coherence"])) > 0.05


def test_published_p_is_too_small_for_random_partitions(planted):
    network, p = planted(3, 2), []
    for seed in range(40):
        pair = np.random.default_rng(seed).permutation(6)[:2]
        p.append(lesion_tests(network, {"pair": {"fc1": pair}}, n_null=19, seed=seed, rule="published").coherence.p[0])
    assert too_small(p) < 1e-6


def test_undefined_below_the_standard_error(build_random):
    # 12 of 60 trials were relabelled, so accuracies are below 1; a set that costs less than an error has no coherence
    network = build_random(2)
    result = lesion_tests(network, {str(pair): {"fc1": np.array(pair)} for pair in ((0, 1), (2, 3), (4, 5))}, n_null=28)
    labels = network.data.labels
    n_trials = np.bincount(labels)
    shares = np.bincount(labels[network.predict() == labels], minlength=3) / n_trials
    error = 100 * (shares * (1 - shares) / n_trials).sum() ** 0.5 / 3
    assert (np.isnan(result.coherence.value) == (np.abs(result.importance.value) < error)).all()
    assert 0 < result.coherence.n_defined[0] < 28


def test_order_and_workers_do_not_matter(build_random):
    both = {"fc1": np.array([5, 3]), "fc2": np.arange(4)}
    clusters = {"x": {"fc1": np.arange(3)}, "y": both, "z": {"fc2": np.arange(2)}}
    how = {"n_null": 49, "seed": 2, "method": "resample"}
    forth = lesion_tests(build_random(1), clusters, **how)
    back = lesion_tests(build_random(1), dict(reversed(clusters.items())), **how).to_frame()
    alone = lesion_tests(build_random(1), {"y": both}, **how)
    with ThreadPoolExecutor(3) as pool:
        by_three = lesion_tests(build_random(1), clusters, mapper=pool.map, **how)
    expected = forth.to_frame()
    assert by_three.to_frame().equals(expected)
    assert back.sort_values(["cluster", "layer"], ignore_index=True).equals(
        expected.sort_values(["cluster", "layer"], ignore_index=True)
    )
    assert alone.importance.p.tolist() == forth.importance.p[2:5].tolist()


def test_no_set_is_run_twice(planted):
    told = []
    lesion_tests(planted(), MODULES, n_null=1820, progress=lambda *step: told.append(step))
    assert told[-1] == ("lesion tests (zero)", 1820, 1820)  # clusters and parts are among them


def test_matched_on_a_value(planted):
    # By value, then number: strata 0 4 8 12, 1 5 9, 13 2 6, 10 14 3, 7 11 15; the module has one of each but the last.
    values = {"fc1": np.tile(np.arange(4.0), 4)}
    result = lesion_tests(planted(), {"0": MODULES["0"]}, n_null=999, matched_on="copy", values=values)
    assert result.matched_on == "copy"
    assert result.importance.n_defined[0] == 4 * 3 * 3 * 3


def test_no_clusters(planted):
    result = lesion_tests(planted(), {})
    assert result.to_frame().empty
    assert np.isnan(result.combined.importance_p).all()
    assert result.modules == {}


def test_params(planted):
    result = lesion_tests(planted(), {}, n_null=9, method="mean", seed=4, level=0.1)
    assert result.params == {
        "method": "mean",
        "n_null": 9,
        "matched_on": "size",
        "rule": "corrected",
        "level": 0.1,
        "seed": 4,
    }


def test_one_class_only(chain):
    network = chain([np.eye(2), np.eye(2)], np.eye(2), [0, 0], n_classes=2)
    with pytest.raises(DataMismatch, match="of class 0"):
        lesion_tests(network, {"a": {"fc1": np.arange(2)}})
