from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields

import numpy as np
import pytest

from atlas.analysis.correlation.propagating import run_stages
from atlas.analysis.correlation.surrogates import surrogate_accuracy
from atlas.analysis.seeds import generator
from atlas.errors import BadParameter, ShapeError
from atlas.records import Stage, StagedLayer
from atlas.results.correlation import KEPT

HALVES = np.array([[1, 0], [-1, 0], [0, 1], [0, -1]])  # both sides of two inputs


def layer(name, weight, bias=0.0, activation="identity"):
    weight = np.array(weight, dtype=float)
    bias = np.broadcast_to(np.array(bias, dtype=float), len(weight))
    stage = Stage(weight=weight, bias=bias, activation=activation)
    return StagedLayer(layer=name, stages=(stage,), numbers=np.arange(len(weight)))


def measured(layers, inputs, labels, **params):
    """Measure surrogates of all layers; rows by layer and what is kept."""
    activations = {"input": np.array(inputs, dtype=float)}
    for before, after in zip(("input", *(one.layer for one in layers)), layers, strict=False):
        activations[after.layer] = run_stages(after.stages, activations[before])
    given = {"n_bootstrap": 0, "n_classes": int(np.max(labels)) + 1} | params
    n_classes = given.pop("n_classes")
    return surrogate_accuracy(layers, activations, np.array(labels), n_classes, network="net", start="input", **given)


def table(found, column="accuracy_percent", target="all"):
    values = getattr(found, column)[:, found.targets.index(target)]
    rows = zip(found.layers, found.kept, values, strict=True)
    return {(key.removeprefix("net/"), kept): value for key, kept, value in rows}


@pytest.fixture(scope="module")
def xor():
    """Two classes of mean 0, correlation .9 and -.9; |u| against |v| of sum and difference, 85.6 % of it right."""
    random = generator(3)
    labels = np.repeat([0, 1], 1_000)
    u, v = random.normal(size=(2, 2_000, 1)) * np.sqrt([[[1.9]], [[0.1]]])
    axes = np.hstack([u, v]) / np.sqrt(2)
    inputs = np.where(labels[:, None] == 0, axes @ [[1, 1], [1, -1]], axes @ [[1, -1], [1, 1]])
    both = HALVES @ np.array([[1, 1], [1, -1]])
    return (layer("fc1", both, activation="relu"), layer("out", [[1, 1, 0, 0], [0, 0, 1, 1]])), inputs, labels


@pytest.fixture(scope="module")
def third():
    """Two classes that differ in the sign of the third cumulant: 2 once and -1 twice, or both the other way round."""
    hidden = layer("fc1", [[1], [-1], [1], [-1]], [0, 0, -1, -1], "relu")
    f = [-1, 1, 4, -4]  # -x, and steeper beyond 1: above 0 for 2 and -1, below for -2 and 1
    values = np.tile([2.0, -1.0, -1.0], 100)
    return (
        (hidden, layer("out", [f, np.negative(f)])),
        np.concatenate([values, -values])[:, None],
        [0] * 300 + [1] * 300,
    )


@pytest.fixture(scope="module")
def gaussian():
    """Three Gaussian classes in the plane, and a linear network."""
    random = generator(4)
    labels = np.repeat([0, 1, 2], 800)
    means = np.array([[2, 0], [-1, 1.7], [-1, -1.7]])
    inputs = means[labels] + random.normal(size=(2_400, 2)) * np.array([[1, 0.5], [0.5, 1], [1, 1]])[labels]
    return (layer("fc1", np.eye(2)), layer("out", means)), inputs, labels


def test_covariances_carry_a_task_whose_means_are_equal(xor):
    found = table(measured(*xor, n_draws=5))
    intact = 100 * (0.5 + np.arcsin(0.9) / np.pi)
    assert found["input", "means"] == pytest.approx(50, abs=2)  # 10,000 surrogates: sd 0.5
    for kept in ("covariances", "gaussian", "everything"):
        assert found["input", kept] == pytest.approx(intact, abs=2)


def test_the_layer_that_makes_means_of_covariances_gains_them(xor):
    # the hidden layer has means of its own: of |u| and |v|, so that its class means and common deviations suffice
    gained = table(measured(*xor, n_draws=5), "gained_points")
    assert gained["fc1", "means"] > 15
    assert gained["fc1", "everything"] == 0
    assert all(np.isnan(gained["input", kept]) for kept in KEPT)


def test_nothing_up_to_covariances_carries_a_task_of_third_order(third):
    found = table(measured(*third))
    for kept in ("means", "covariances", "gaussian"):
        assert found["input", kept] == pytest.approx(50, abs=3)  # 12,000 surrogates
    assert found["input", "everything"] == 100


def test_the_layer_that_extracts_third_order_gains_it(third):
    # after it f is 4/3 + {2/3, -1/3, 1/3, -2/3} in class 0: always right; its Gaussian is 2 sqrt(2) sds above 0
    found = measured(*third)
    assert table(found)["fc1", "means"] == 100
    assert table(found)["fc1", "gaussian"] == pytest.approx(99.77, abs=0.2)
    assert table(found, "gained_points")["fc1", "gaussian"] == pytest.approx(49.8, abs=3)


def test_gaussian_classes_keep_their_accuracy(gaussian):
    found = table(measured(*gaussian, n_draws=4))
    for place in ("input", "fc1"):
        for kept in ("covariances", "gaussian"):
            assert found[place, kept] == pytest.approx(found[place, "everything"], abs=1.5)


def test_everything_is_answered_as_it_was(gaussian):
    layers, inputs, labels = gaussian
    right = (inputs @ layers[-1].stages[0].weight.T).argmax(axis=1) == labels
    found = measured(*gaussian, n_draws=2)
    assert table(found)["input", "everything"] == pytest.approx(100 * right.mean())
    for target in ("0", "1", "2"):
        of_class = 100 * right[labels == int(target)].mean()
        assert table(found, target=target)["fc1", "everything"] == pytest.approx(of_class)


def test_null_is_answering_as_often_without_looking():
    # of 8 trials of class 0 six are answered 0, of 4 of class 1 all are 1: 6/12 answers each, so 2/3 / 2 + 1/3 / 2
    inputs = [[1], [2], [3], [4], [5], [6], [-1], [-2], [-3], [-4], [-5], [-6]]
    found = measured((layer("out", [[1], [-1]]),), inputs, [0] * 8 + [1] * 4)
    assert table(found)["input", "everything"] == pytest.approx(100 * 10 / 12)
    assert table(found, "null_accuracy_percent")["input", "everything"] == pytest.approx(50)
    assert table(found, "null_accuracy_percent", "1")["input", "everything"] == pytest.approx(50)


def test_ties_are_wrong_and_no_answer():
    found = measured((layer("out", [[1], [1]]),), [[1], [2], [3], [4]], [0, 0, 1, 1])
    assert set(table(found).values()) == {0}
    assert set(table(found, "null_accuracy_percent").values()) == {0}


def test_interval_is_of_resampled_trials(gaussian):
    layers, inputs, labels = gaussian
    found = measured(layers, inputs[::6], labels[::6], n_draws=2, n_bootstrap=40)
    accuracy, low, high = (table(found, f"{end}accuracy_percent") for end in ("", "low_", "high_"))
    sd = 100 * np.sqrt(0.05 * 0.95 / 400)  # 400 trials, about 95 % right
    for row, value in accuracy.items():
        assert low[row] <= value <= high[row]
        assert 2 * sd < high[row] - low[row] < 8 * sd
    assert table(found, "low_gained_points")["fc1", "everything"] == 0  # the same trials in every layer
    assert table(found, "high_gained_points")["fc1", "everything"] == 0
    assert np.isnan(found.low_gained_points[:4]).all()


def test_no_interval_without_resamples(gaussian):
    found = measured(*gaussian, n_draws=1)
    assert np.isnan(found.low_accuracy_percent).all()
    assert np.isnan(found.high_gained_points).all()


def test_one_seed_gives_one_result_whoever_works(third):
    layers, inputs, labels = third

    def by_many(function, blocks):
        with ThreadPoolExecutor(4) as executor:
            return iter(list(executor.map(function, blocks)))

    one, other, many = (
        measured(layers, inputs, labels, n_draws=3, n_bootstrap=4, **given)
        for given in ({"seed": 1}, {"seed": 2}, {"seed": 1, "mapper": by_many})
    )
    for field in fields(one):
        np.testing.assert_array_equal(getattr(one, field.name), getattr(many, field.name))
    assert one.accuracy_percent.tolist() != other.accuracy_percent.tolist()


def test_a_class_without_trials_has_no_accuracy(gaussian):
    layers, inputs, labels = gaussian
    found = measured(layers, inputs[::8], labels[::8], n_classes=4, n_draws=1, n_bootstrap=2)
    assert np.isnan(found.accuracy_percent[:, -1]).all()
    assert np.isnan(found.null_accuracy_percent[:, -1]).all()
    assert not np.isnan(found.accuracy_percent[:, :-1]).any()


def test_a_class_of_one_trial_is_refused():
    with pytest.raises(BadParameter, match=r"^Class 1 has only 1 of the trials\. Covariances need 2 of every class"):
        measured((layer("out", [[1], [-1]]),), [[1], [2], [3]], [0, 0, 1])


def test_labels_that_do_not_fit_are_refused():
    with pytest.raises(ShapeError, match=r"activations of layer 'input' have shape \(3, 1\), there are 2 labels"):
        measured((layer("out", [[1], [-1]]),), [[1], [2], [3]], [0, 1])


@pytest.mark.parametrize("numbers", [{"n_draws": 0}, {"n_bootstrap": -1}], ids=["draws", "resamples"])
def test_numbers_of_draws_outside_their_range_are_refused(third, numbers):
    with pytest.raises(BadParameter, match=next(iter(numbers))):
        measured(*third, **numbers)
