import numpy as np
import pytest

from atlas.analysis.information import cluster_information, label_information, layer_information
from atlas.analysis.information.discretising import Discretisation
from atlas.errors import BadParameter, EmptySelection, NonFiniteActivations, ShapeError, UnknownName

CODE = np.repeat(np.arange(4), 25)  # four classes, 100 trials


@pytest.fixture
def noise() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(400, 30))


def test_neurons_by_hand():
    activations = {"fc1": np.column_stack([CODE, CODE % 2, CODE == 3, np.full(100, 7.0)]).astype(float)}
    result = label_information(activations, CODE, 4, network="small", n_null=99)
    quarter = 2 - 0.75 * np.log2(3)  # entropy of one class against three: 0.8113 bits
    assert result.elements == ("small/fc1/0", "small/fc1/1", "small/fc1/2", "small/fc1/3")
    assert result.targets == ("all", "0", "1", "2", "3")
    assert result.bits[0] == pytest.approx([2] + [quarter] * 4)
    # even or odd: a class is then one of two, instead of one of four
    assert result.bits[1] == pytest.approx([1] + [quarter - 0.5] * 4)
    # class 3 or not: another class is then one of three; H(1/4) - 3/4 H(1/3)
    rest = quarter - 0.75 * (np.log2(3) - 2 / 3)
    assert result.bits[2] == pytest.approx([quarter, rest, rest, rest, quarter])
    assert result.bits[3] == pytest.approx(np.zeros(5), abs=1e-12)
    assert result.n_states.tolist() == [4, 2, 2, 1]
    assert result.reliable.all()
    assert result.p[0].tolist() == [0.01] * 5
    assert result.p[3].tolist() == [1] * 5
    assert result.q[:, 0] == pytest.approx([0.04 / 3, 0.04 / 3, 0.04 / 3, 1])
    assert result.n_trials == 100
    assert result.params == {
        **{"discretisation": "quantile", "states": 8, "low_limit": None, "high_limit": None, "stochastic": False},
        **{"estimator": "plug_in", "min_trials": 5.0, "n_null": 99, "n_subsamples": 200, "seed": 0, "layers": "fc1"},
    }


def test_two_blocks(two_blocks):
    activations = {layer: two_blocks.activations(layer) for layer in two_blocks.hidden}
    result = label_information(activations, two_blocks.data.labels, 2, network="chain")
    assert result.bits[:, 0] == pytest.approx([1, 0, 1, 1, 1, 1, 0.5, 0], abs=1e-12)
    assert (result.p[:, 0] <= 1 / 201 + 1e-12).tolist() == [True, False, True, True, True, True, True, False]


def test_noise_is_like_its_null(noise):
    labels = np.arange(400) % 4
    result = label_information({"fc1": noise}, labels, 4, network="small", n_subsamples=0)
    bias = 7 * 3 / (2 * np.log(2) * 400)  # of the plug-in estimate
    assert result.bits[:, 0].mean() == pytest.approx(bias, rel=0.15)
    assert result.null_bits[:, 0] == pytest.approx(np.full(30, bias), rel=0.1)
    assert 0.35 < result.p.mean() < 0.65
    assert result.q.min() > 0.05
    assert np.isnan(result.low_bits).all() and np.isnan(result.high_bits).all()


def test_interval(noise):
    labels = np.arange(400) % 2
    result = label_information({"fc1": noise + labels[:, None]}, labels, 2, network="small", n_null=0)
    assert (result.low_bits < result.bits).all() and (result.bits < result.high_bits).all()
    # a binary question of 400 trials: sd of the bits is below 0.04 by the delta method
    assert ((result.high_bits - result.low_bits)[:, 0] < 0.16).all()
    assert np.isnan([result.p, result.q, result.null_bits]).all()


def test_interval_of_a_certain_answer():
    result = label_information({"fc1": CODE[:, None] * 1.0}, CODE, 4, network="small", n_null=0)
    assert result.low_bits[0, 0] <= 2 <= result.high_bits[0, 0] <= 2.05


def test_class_without_trials():
    result = label_information({"fc1": CODE[:, None] * 1.0}, CODE, 5, network="small", n_null=9)
    assert np.isnan([result.bits[0, 5], result.low_bits[0, 5], result.null_bits[0, 5], result.p[0, 5]]).all()
    assert result.bits[0, 0] == pytest.approx(2)


def test_too_few_trials():
    values = np.arange(39.0)[:, None]  # 8 states ask for 40
    result = label_information({"fc1": values}, np.arange(39) % 2, 2, network="small", n_null=9)
    assert result.n_states.tolist() == [8] and result.reliable.tolist() == [False]
    assert result.trials_per_state.tolist() == [39 / 8] and result.reasons == ("too_few_trials",)
    for name in ("bits", "low_bits", "high_bits", "null_bits", "null_sd_bits", "z", "p", "q"):
        assert np.isnan(getattr(result, name)).all()


def test_trials_asked_for():
    values, labels = np.arange(39.0)[:, None], np.arange(39) % 2
    lax = label_information({"fc1": values}, labels, 2, network="small", min_trials=39 / 8, n_null=0)
    assert lax.reliable.tolist() == [True] and lax.reasons == (None,)


def test_layers_alone_or_together(noise):
    labels = np.arange(400) % 3
    both = label_information({"b": noise[:, :5], "a": noise[:, 5:9]}, labels, 3, network="small", n_null=20)
    alone = label_information({"a": noise[:, 5:9]}, labels, 3, network="small", n_null=20)
    assert both.elements[5:] == alone.elements
    for name in ("bits", "low_bits", "high_bits", "null_bits", "p"):
        assert getattr(both, name)[5:].tolist() == getattr(alone, name).tolist()


def test_trials_in_any_order(noise):
    labels = np.arange(400) % 3
    order = np.random.default_rng(1).permutation(400)
    forth = label_information({"a": noise}, labels, 3, network="small", n_null=0, n_subsamples=0)
    mixed = label_information({"a": noise[order]}, labels[order], 3, network="small", n_null=0, n_subsamples=0)
    assert mixed.bits == pytest.approx(forth.bits)


def test_synergy_of_a_cluster():
    # exclusive or of neurons in two layers: each alone tells nothing, together all
    one, two = np.tile([0.0, 0.0, 1.0, 1.0], 10), np.tile([0.0, 1.0, 0.0, 1.0], 10)
    activations = {"fc1": one[:, None], "fc2": two[:, None]}
    first, only = np.array([0]), np.array([0])
    members = {"both": {"fc1": first, "fc2": only}, "one": {"fc1": first}, "two": {"fc2": only}}
    result = cluster_information(members, activations, np.tile([0, 1, 1, 0], 10), 2, n_null=99)
    assert result.bits[:, 0] == pytest.approx([1, 0, 0], abs=1e-12)
    assert result.n_states.tolist() == [4, 2, 2]
    assert result.p[:, 0].tolist() == [0.01, 1, 1]
    assert result.params["discretisation"] == "median" and result.params["states"] == 2


def test_copies_add_nothing():
    values = (CODE % 2)[:, None] * np.ones((1, 6))
    result = cluster_information({"c": {"fc1": np.arange(6)}}, {"fc1": values}, CODE, 4, n_null=0)
    assert result.bits[0, 0] == pytest.approx(1)
    assert result.n_states.tolist() == [2]


def test_large_cluster_is_not_reliable(noise):
    members = {"large": {"fc1": np.arange(30)}, "small": {"fc1": np.arange(3)}, "none": {}}
    result = cluster_information(members, {"fc1": noise}, np.arange(400) % 2, 2, n_null=9)
    assert result.reliable.tolist() == [False, True, False]
    assert result.n_states.tolist() == [400, 8, 0]
    assert result.reasons == ("too_few_trials", None, "no_neurons")
    assert np.isnan(result.bits[[0, 2]]).all() and not np.isnan(result.bits[1]).any()
    assert np.isnan(result.trials_per_state[2])


def test_layers_by_hand():
    low, high = CODE % 2 * 1.0, CODE // 2 * 1.0
    activations = {"both": np.column_stack([low, high, low]), "one": high[:, None], "none": np.empty((100, 0))}
    result = layer_information(activations, CODE, 4, network="small", n_null=99)
    assert result.elements == ("small/both", "small/one", "small/none")
    assert result.bits[:2, 0] == pytest.approx([2, 1]) and np.isnan(result.bits[2]).all()
    assert result.n_states.tolist() == [4, 2, 0]
    assert result.reasons == (None, None, "no_neurons")
    assert result.p[:2, 0].tolist() == [0.01, 0.01]
    assert result.params["discretisation"] == "median" and result.params["layers"] == "both,one,none"


def test_wide_layer_is_not_reliable(noise):
    result = layer_information({"fc1": noise}, np.arange(400) % 2, 2, network="small", n_null=9)
    assert result.reasons == ("too_few_trials",) and np.isnan(result.bits).all()


def test_discretisation_asked_for():
    values, labels = np.array([-2.0, -1.0, 0.5, 3.0] * 10)[:, None], np.array([0, 0, 1, 1] * 10)
    zero = Discretisation(method="zero")
    result = label_information({"a": values + 1.5}, labels, 2, network="small", discretisation=zero, n_null=0)
    assert result.bits[0, 0] == pytest.approx(1 - 0.75 * (np.log2(3) - 2 / 3))  # above 0: one of class 0, two of 1
    layer = layer_information({"a": values}, labels, 2, network="small", two_states=zero, n_null=0)
    assert layer.bits[0, 0] == pytest.approx(1)


def test_states_that_do_not_occur():
    wide = Discretisation(method="equal_width", n_states=100, low=0, high=100)  # 4 of 100 states, 25 trials each
    result = label_information({"a": CODE[:, None] * 25.0}, CODE, 4, network="small", discretisation=wide, n_null=99)
    assert result.n_states.tolist() == [4] and result.reliable.all()
    assert result.bits[0, 0] == pytest.approx(2) and result.p[0, 0] == 0.01


def test_other_estimators(noise):
    labels = np.arange(400) % 4
    means = {
        estimator: label_information(
            {"fc1": noise}, labels, 4, network="small", estimator=estimator, n_null=0, n_subsamples=0
        ).bits[:, 0]
        for estimator in ("plug_in", "miller_madow", "grassberger")
    }
    # all 32 cells are met: Miller-Madow takes off what the plug-in estimate has too much
    assert means["plug_in"] - means["miller_madow"] == pytest.approx(np.full(30, 21 / (800 * np.log(2))))
    # quantile states hold 50 trials each, whatever chance does: Grassberger takes off for all 32 cells, too much
    assert (means["plug_in"] - means["grassberger"]).mean() == pytest.approx(32 / (800 * np.log(2)), rel=0.05)


def test_copies_and_relabelled_states(noise):
    values, labels = noise[:, :1] + np.arange(400)[:, None] % 2, np.arange(400) % 2
    twins = {"a": np.column_stack([values, values, -values])}
    result = label_information(twins, labels, 2, network="small")
    for name in ("bits", "null_bits", "null_sd_bits", "z", "p"):  # the null does not see how states are numbered
        assert getattr(result, name)[1].tolist() == getattr(result, name)[0].tolist()
        assert getattr(result, name)[2] == pytest.approx(getattr(result, name)[0], abs=1e-12)


def test_sample_and_exact_distribution():
    # a bit flipped with probability 0.1 tells 1 - H(0.1) = 0.531004 bits
    draws, n = np.random.default_rng(0), 20_000
    labels = draws.integers(0, 2, n)
    flipped = (labels ^ (draws.random(n) < 0.1)).astype(float)[:, None]
    result = label_information({"a": flipped}, labels, 2, network="small")
    assert result.bits[0, 0] == pytest.approx(0.531004, abs=3 / np.sqrt(n))
    assert result.low_bits[0, 0] < 0.531004 < result.high_bits[0, 0]


def test_progress():
    told = []
    tell = lambda *step: told.append(step)  # noqa: E731
    label_information({"a": np.ones((10, 2))}, np.arange(10) % 2, 2, network="small", n_null=0, progress=tell)
    cluster_information({"c": {"a": np.array([0])}}, {"a": np.ones((10, 2))}, np.arange(10) % 2, 2, progress=tell)
    layer_information({"a": np.ones((10, 2))}, np.arange(10) % 2, 2, network="small", n_null=0, progress=tell)
    assert told == [("inform neurons", 2, 2), ("inform clusters", 1, 1), ("inform layers", 1, 1)]


def test_bad_input():
    values = np.ones((4, 2))
    labels = np.array([0, 1, 0, 1])
    with pytest.raises(ShapeError, match=r"layer 'a' have shape \(4, 2\), there are 3 labels"):
        label_information({"a": values}, labels[:3], 2, network="small")
    with pytest.raises(NonFiniteActivations, match="layer 'a' hold NaN"):
        label_information({"a": values * np.nan}, labels, 2, network="small")
    with pytest.raises(BadParameter, match="A label is 1, the classes are 0 to 0"):
        label_information({"a": values}, labels, 1, network="small")
    with pytest.raises(BadParameter, match="A label is -1, the classes are 0 to 1"):
        label_information({"a": values}, labels - 1, 2, network="small")
    with pytest.raises(BadParameter, match="labels are float64"):
        label_information({"a": values}, labels * np.nan, 2, network="small")
    with pytest.raises(BadParameter, match="All trials are of class 1"):
        label_information({"a": values}, labels * 0 + 1, 2, network="small")
    with pytest.raises(UnknownName, match=r"estimator of entropies 'plugin'.*Did you mean 'plug_in'"):
        label_information({"a": values}, labels, 2, network="small", estimator="plugin")
    with pytest.raises(BadParameter, match="min_trials is nan"):
        label_information({"a": values}, labels, 2, network="small", min_trials=np.nan)
    with pytest.raises(EmptySelection, match="nothing to measure"):
        label_information({}, labels, 2, network="small")
    with pytest.raises(EmptySelection, match="no trials"):
        label_information({"a": values[:0]}, labels[:0], 2, network="small")
    with pytest.raises(UnknownName, match=r"layer 'b'.*cluster 'c' lies in it"):
        cluster_information({"c": {"b": np.array([0])}}, {"a": values}, labels, 2)
    with pytest.raises(BadParameter, match="neuron outside layer 'a', which has 2"):
        cluster_information({"c": {"a": np.array([2])}}, {"a": values}, labels, 2)
    with pytest.raises(BadParameter, match="'c' names a neuron of layer 'a' twice"):
        cluster_information({"c": {"a": [0, 0]}}, {"a": values}, labels, 2)


@pytest.mark.parametrize(("n_states", "reliable"), [(64, True), (128, False)])
def test_bias_beyond_half_of_what_there_is_to_tell_is_not_told(n_states, reliable):
    """With 64 classes of 20 trials each, 64 states that tell nothing are counted to tell 2.24 of 6 bits to first order,
    128 states 4.51 bits; there are 20 and 10 trials on each.
    """
    labels = np.repeat(np.arange(64), 20)
    activations = {"fc": np.random.default_rng(0).permutation(1280).astype(float)[:, None]}
    found = label_information(
        activations,
        labels,
        64,
        network="n",
        discretisation=Discretisation(n_states=n_states),
        n_null=9,
        n_subsamples=2,
    )
    assert (found.reliable[0], found.reasons[0]) == (reliable, None if reliable else "too_few_trials")
    assert found.trials_per_state[0] == 1280 / n_states
