import numpy as np
import pytest

from atlas.analysis.indicators import indicators_of_neurons
from atlas.analysis.indicators.wiring import weight_change_p
from atlas.errors import ShapeError


@pytest.fixture
def small(chain):
    """Three inputs, one hidden neuron with incoming weights 4, 5, 6."""
    return chain([[[4], [5], [6]], [[1, -2]]], [[1, 0, 0], [0, 0, 2]], [0, 1])


def test_strengths(small, record_of):
    found = indicators_of_neurons(small, weights=record_of(small))
    assert (found.in_strength.tolist(), found.out_strength.tolist()) == ([15], [3])


def test_strengths_are_of_kept_weights(small, record_of):
    weights = record_of(small, kept=np.array([[True], [False], [True]]))
    assert indicators_of_neurons(small, weights=weights).in_strength.tolist() == [10]


def test_proxy(small, record_of):
    # class means 1, 0, 0 and 0, 0, 2 drive 4 and 12
    found = indicators_of_neurons(small, weights=record_of(small)).activation_proxy[0]
    assert np.isnan(found[0])
    assert found[1:].tolist() == pytest.approx([1 / 3, 1])


def test_proxy_of_the_planted_modules(planted, record_of):
    network = planted()
    found = indicators_of_neurons(network, weights=record_of(network)).activation_proxy
    assert found[0, 1:].tolist() == pytest.approx([1, 0.05, 0.05, 0.05])


def test_proxy_only_of_layers_the_input_feeds(two_blocks, record_of):
    found = indicators_of_neurons(two_blocks, weights=record_of(two_blocks)).activation_proxy
    assert not np.isnan(found[:4, 1:]).any()
    assert np.isnan(found[4:]).all()


def test_no_proxy_where_the_input_tells_nothing(chain, record_of):
    silent = chain([[[1, 1]], [[1, 0], [0, 1]]], [[0], [0]], [0, 1])
    assert indicators_of_neurons(silent, weights=record_of(silent)).activation_proxy[:, 1:].tolist() == [[0, 0]] * 2


def test_weight_change(small, record_of):
    # 4, 5, 6 against 1, 2, 3: U = 9, its mean 4.5 and deviation sqrt(9 * 7 / 12), half an order for continuity:
    # z = 4 / 2.29129 = 1.74574, and 2 * 0.0404279 lie beyond
    initial = record_of(small, weights=[[[1], [2], [3]], [[1, -2]]])
    found = indicators_of_neurons(small, weights=record_of(small), initial=initial)
    assert found.weight_change_p.tolist() == pytest.approx([0.0808556], abs=1e-6)


def test_weights_that_did_not_change(small, record_of):
    assert weight_change_p(record_of(small), record_of(small), "fc1").tolist() == [1]


def test_no_weight_change_without_an_initial_network(small, record_of):
    assert np.isnan(indicators_of_neurons(small, weights=record_of(small)).weight_change_p).all()


def test_no_weight_change_of_a_selection(small, record_of):
    thinned = record_of(small, kept=np.array([[True], [False], [True]]))
    assert np.isnan(weight_change_p(thinned, record_of(small), "fc1")).all()


def test_no_weight_change_without_signs(small, record_of):
    unsigned = record_of(small, value=None)
    assert np.isnan(weight_change_p(unsigned, record_of(small), "fc1")).all()
    assert np.isnan(indicators_of_neurons(small, weights=unsigned).activation_proxy).all()


def test_an_initial_network_of_other_sizes(small, two_blocks, record_of):
    with pytest.raises(ShapeError, match=r"'fc1' is fed by 'input' \(3 by 1\), in the initial network by 'input' \(4"):
        indicators_of_neurons(small, weights=record_of(small), initial=record_of(two_blocks))
