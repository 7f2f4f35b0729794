from dataclasses import replace

import numpy as np
import pytest

from atlas.analysis.populations import populations_by_activation
from atlas.errors import BadParameter, EmptySelection, UnknownName


def test_planted_modules(planted):
    """Correlation 1 inside a module and -1/3 across: distances 0 and 4/3, so every silhouette is 1."""
    found = populations_by_activation(planted(), n_null=9)
    assert found.labels.tolist() == [0] * 4 + [1] * 4 + [2] * 4 + [3] * 4
    assert found.set_apart == (None,) * 4
    assert found.neuron_silhouettes == pytest.approx(np.ones(16))
    overall = found.overall
    assert [overall.silhouette, overall.low_silhouette, overall.high_silhouette] == pytest.approx([1, 1, 1])


def test_chance_groups_planted_profiles_as_well(planted):
    """A shuffled profile of a module is that of another module: where every one has several, silhouettes are 1 again.

    With 16 neurons some draws leave a module one neuron, of silhouette 0.
    """
    found = populations_by_activation(planted(), n_null=50)
    assert found.overall.p > 0.5
    assert 0.9 < found.overall.null_mean < 1


def test_two_blocks_by_classes(two_blocks):
    """Class means of fc1 are (4, 3), (2, 2), (3, 4), (1, 2), of fc2 (6, 5), (2, 1), (4, 6), (2, 2)."""
    found = populations_by_activation(two_blocks, n_null=0)
    table = found.to_frame()
    # largest first, equal ones in the order of their first neuron
    assert table["population"].tolist() == [2, 3, 0, 0, 1, 1, 4, 5]
    assert table["set_apart"].fillna("-").tolist() == ["-", "constant", "-", "-", "-", "-", "-", "constant"]
    assert table["silhouette"].tolist() == pytest.approx([0, np.nan, 1, 1, 1, 1, 0, np.nan], nan_ok=True)
    layers = found.layers_frame()
    assert layers[["layer", "n_neurons", "n_no_effect", "n_constant", "n_populations"]].values.tolist() == [
        ["fc1", 4, 0, 1, 2],
        ["fc2", 4, 0, 1, 2],
    ]
    assert layers["silhouette"].tolist() == pytest.approx([2 / 3, 2 / 3])


def test_without_null_and_resamples(two_blocks):
    overall = populations_by_activation(two_blocks, n_null=0, n_bootstrap=0).overall
    assert overall.silhouette == pytest.approx(2 / 3)
    assert np.isnan([overall.low_silhouette, overall.null_mean, overall.z, overall.p]).all()


def test_trials(chain):
    """Two neurons follow the first input, two the second, one nothing; class means tell none of it."""
    draws = np.random.default_rng(0)
    half = draws.uniform(1, 2, size=(20, 2))
    inputs = np.vstack([half, half])
    weights = np.array([[1, 0, 2, 0, 0], [0, 1, 0, 3, 0]])
    network = chain([weights, np.ones((5, 2))], inputs, [0] * 20 + [1] * 20)
    by_trials = populations_by_activation(network, profile="trials", n_null=19)
    assert by_trials.labels.tolist() == [0, 1, 0, 1, 2]
    assert by_trials.set_apart == (None, None, "constant")
    assert by_trials.neuron_silhouettes == pytest.approx([1, 1, 1, 1, np.nan], nan_ok=True)
    assert by_trials.overall.p == 1 / 20
    by_classes = populations_by_activation(network, n_null=0)
    assert by_classes.labels.tolist() == [0] * 5
    assert by_classes.set_apart == ("constant",)
    assert np.isnan(by_classes.overall.silhouette)


def test_two_neurons_are_one_population(xor):
    """fc1/0 has class means (1, 1); fc1/1 has (0.5, 0): one is constant, the other alone."""
    found = populations_by_activation(xor)
    assert found.labels.tolist() == [0, 1]
    assert found.set_apart == ("constant", None)


def test_layers_in_the_order_of_the_network(two_blocks):
    found = populations_by_activation(two_blocks, layers=["fc2", "input"], n_null=0)
    assert found.layers == ("input", "fc2")
    assert found.params["layers"] == "input,fc2"


def test_classes_without_trials_do_not_count(two_blocks):
    more = replace(two_blocks, data=replace(two_blocks.data, n_classes=5), kept={})
    one, other = (populations_by_activation(network, n_null=0) for network in (two_blocks, more))
    assert one.labels.tolist() == other.labels.tolist()


@pytest.mark.parametrize(
    ("wrong", "error", "culprit"),
    [
        ({"layers": ["fc1", "fc"]}, UnknownName, "Unknown layer 'fc'"),
        ({"layers": []}, EmptySelection, "no hidden layer"),
        ({"profile": "class"}, UnknownName, "Did you mean 'classes'"),
        ({"max_groups": 0}, BadParameter, "max_groups is 0"),
        ({"seed": -1}, BadParameter, "seed is -1"),
    ],
)
def test_refused(two_blocks, wrong, error, culprit):
    with pytest.raises(error, match=culprit):
        populations_by_activation(two_blocks, **wrong)


def with_data(network, **changed):
    return replace(network, data=replace(network.data, **changed), kept={})


def test_one_class(two_blocks):
    one = with_data(two_blocks, labels=np.zeros(64, dtype=int))
    with pytest.raises(EmptySelection, match="fewer than two classes"):
        populations_by_activation(one)
    assert populations_by_activation(one, profile="trials", n_null=0).layers == ("fc1", "fc2")


def test_no_classes(two_blocks):
    with pytest.raises(EmptySelection, match="fewer than two classes"):
        populations_by_activation(with_data(two_blocks, n_classes=0, labels=np.zeros(64, dtype=int)))


def test_no_trials(two_blocks):
    with pytest.raises(EmptySelection, match="no trials"):
        populations_by_activation(with_data(two_blocks, inputs=np.zeros((0, 4)), labels=np.zeros(0, dtype=int)))


def test_one_trial(two_blocks):
    one = with_data(two_blocks, inputs=two_blocks.data.inputs[:1], labels=two_blocks.data.labels[:1])
    with pytest.raises(EmptySelection, match="one trial"):
        populations_by_activation(one, profile="trials")


def test_nan(two_blocks):
    inputs = two_blocks.data.inputs.copy()
    inputs[3, 0] = np.nan
    with pytest.raises(BadParameter, match="'fc1' hold NaN"):
        populations_by_activation(with_data(two_blocks, inputs=inputs))
