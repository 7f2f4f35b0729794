from dataclasses import replace

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from atlas.analysis.indicators import indicators_of_neurons
from atlas.analysis.indicators.responses import point_biserial, responses, selectivity
from atlas.errors import DataMismatch, EmptySelection, NonFiniteActivations, ShapeError, UnknownName


def measured(network, record_of, **options):
    return indicators_of_neurons(network, weights=record_of(network), **options)


def test_planted_modules_are_selective(planted, record_of):
    # every copy puts out 1 for its own class and 0.05 for the three others
    found = measured(planted(), record_of)
    assert found.mean_activation[:, 0].tolist() == pytest.approx([0.2875] * 16)
    assert found.selectivity.tolist() == pytest.approx([0.9047619] * 16)  # 0.95 / 1.05
    assert found.mean_activation[5, 1:].tolist() == pytest.approx([0.05, 1, 0.05, 0.05])
    assert found.max_activation[:, 0].tolist() == [1] * 16
    assert found.sd_activation[0, 0] == pytest.approx(0.95 * np.sqrt(3) / 4)  # two values, in 1 and 3 of 4 trials
    assert found.active_share.min() == 1


def test_planted_copies_tell_their_class(planted, record_of):
    found = measured(planted(), record_of).point_biserial
    assert found[0].tolist() == pytest.approx([1, 1, -1 / 3, -1 / 3, -1 / 3])


def test_two_blocks_by_class(two_blocks, record_of):
    # fc1: s = 4 for the own class, 3 for the other; d of block A 1 or 3 in both, of block B 1 or 3, and 0 or 2
    found = measured(two_blocks, record_of, layers=["fc1"])
    assert found.mean_activation.tolist() == [[3.5, 4, 3], [2, 2, 2], [3.5, 3, 4], [1.5, 1, 2]]
    assert found.selectivity.tolist() == pytest.approx([1 / 7, 0, 1 / 7, 1 / 3])
    assert found.active_share[3].tolist() == [0.75, 0.5, 1]
    assert found.max_activation[3].tolist() == [3, 2, 3]
    assert found.sd_activation[3].tolist() == pytest.approx([np.sqrt(1.25), 1, 1])
    assert found.point_biserial[0].tolist() == pytest.approx([1, 1, -1])
    assert found.n_trials.tolist() == [64, 32, 32]


def test_xor_in_elements_and_layers(xor, record_of):
    found = measured(xor, record_of)
    assert found.elements == ("chain/fc1/0", "chain/fc1/1")
    assert (found.layers, found.sizes, found.targets) == (("fc1",), (2,), ("all", "0", "1"))
    # fc1: 0, 1, 1, 2 and 0, 0, 0, 1 in trials of classes 0, 1, 1, 0
    assert found.mean_activation.tolist() == [[1, 1, 1], [0.25, 0.5, 0]]
    assert found.selectivity.tolist() == [0, 1]


def test_a_dead_neuron(chain, record_of):
    found = measured(chain([[[-1, 1]], [[1, 0], [0, 1]]], [[1], [2]], [0, 1]), record_of)
    assert found.selectivity[0] == 0
    assert found.active_share[0].tolist() == [0, 0, 0]
    assert np.isnan(found.point_biserial[0]).all()


def test_selectivity_is_undefined_below_zero(chain, record_of):
    network = chain([[[1]], [[1, -1]]], [[1], [2]], [0, 1])
    found = measured(network, record_of, layers=["output"])
    assert found.selectivity[0] == pytest.approx(1 / 3)  # 2 against 1
    assert np.isnan(found.selectivity[1])


def test_a_class_without_trials(chain, record_of):
    network = chain([[[1]], [[1, 1, 1]]], [[1], [3]], [0, 2])
    found = measured(network, record_of)
    assert np.isnan(found.mean_activation[0, 2])
    assert np.isnan(found.point_biserial[0, 2])
    assert found.selectivity[0] == 0.5  # of the two others
    assert found.n_trials.tolist() == [2, 1, 0, 1]


def test_what_varies_by_rounding_does_not_correlate():
    almost_one = np.float32(1) - np.finfo(np.float32).eps  # a saturated sigmoid, in all trials of one class
    found = responses(
        np.where(np.repeat([0, 1], 5), 1, almost_one)[:, None].astype(np.float32), np.repeat([0, 1], 5), 2
    )
    assert np.isnan(found.point_biserial).all()
    assert found.sd.tolist() == [[0, 0, 0]]


def test_a_constant_does_not_correlate():
    found = responses(np.full((10, 1), 0.1), np.repeat([0, 1], 5), 2)
    assert np.isnan(found.point_biserial).all()
    assert found.sd.tolist() == [[0, 0, 0]]


@given(arrays.arrays(float, (12,), elements=st.floats(0, 100)))
def test_point_biserial_is_pearson(activations):
    labels = np.array([0, 1, 2] * 4)
    assume(activations.std() > 1e-3)
    found = responses(activations[:, None], labels, 3).point_biserial[0]
    each = [np.corrcoef(activations, labels == number)[0, 1] for number in range(3)]
    assert found.tolist() == pytest.approx([max(map(abs, each)), *each], abs=1e-9)


@given(arrays.arrays(float, (3, 4), elements=st.floats(1e-3, 100)), st.floats(0.01, 100))
def test_selectivity_ignores_scale(means, factor):
    found = selectivity(means)
    assert selectivity(means * factor).tolist() == pytest.approx(found.tolist())
    assert (found >= 0).all()
    assert (found <= 1).all()


def test_point_biserial_by_hand():
    # activations 0, 0, 3 of classes 0, 0, 1: mean 1, deviation sqrt 2
    assert point_biserial(np.array([[1.0, 0, 3]]), np.array([np.sqrt(2)]), np.array([2, 1]))[0].tolist() == (
        pytest.approx([1, -1, 1])
    )


@pytest.mark.parametrize(
    ("labels", "n_classes", "culprit"),
    [([0, 0, 0, 0], 2, "trials of 1 class"), ([0, 0, 0, 0], 0, "trials of 0 classes")],
    ids=["one class", "no classes"],
)
def test_too_few_classes(xor, record_of, labels, n_classes, culprit):
    network = replace(xor, data=replace(xor.data, labels=np.array(labels), n_classes=n_classes))
    with pytest.raises(DataMismatch, match=culprit):
        measured(network, record_of)


def test_no_trials(xor, record_of):
    empty = replace(xor.data, inputs=xor.data.inputs[:0], labels=xor.data.labels[:0])
    with pytest.raises(DataMismatch, match="trials of 0 classes"):
        measured(replace(xor, data=empty), record_of)


def test_no_layers(xor, record_of):
    with pytest.raises(EmptySelection, match="No layer"):
        measured(xor, record_of, layers=[])


def test_activations_that_are_no_numbers(chain, record_of):
    network = chain([[[1]], [[1, 1]]], [[np.nan], [1]], [0, 1])
    with pytest.raises(NonFiniteActivations, match="'fc1' hold NaN"):
        measured(network, record_of)


def test_an_unknown_layer(xor, record_of):
    with pytest.raises(UnknownName, match="Did you mean 'fc1'"):
        measured(xor, record_of, layers=["fc11"])


def test_weights_of_another_network(xor, two_blocks, record_of):
    with pytest.raises(ShapeError, match="'fc1' puts out 2 activations, the weights given have 4"):
        indicators_of_neurons(xor, weights=record_of(two_blocks))
