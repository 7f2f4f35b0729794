"""What a sweep refuses."""

from dataclasses import replace

import numpy as np
import pytest

from atlas.analysis.ablation import effects_of_clusters, effects_of_neurons
from atlas.errors import BadParameter, DataMismatch, EmptySelection, NonFiniteActivations


def with_data(network, **changed):
    return replace(network, data=replace(network.data, **changed), kept={})


def test_no_trials(xor):
    network = with_data(xor, inputs=np.zeros((0, 2)), labels=np.zeros(0, int))
    with pytest.raises(DataMismatch, match="have no trials"):
        effects_of_neurons(network)


def test_one_class(xor):
    network = with_data(xor, labels=np.ones(4, int))
    for sweep in (effects_of_neurons, lambda network: effects_of_clusters(network, {"c": {"fc1": np.array([0])}})):
        with pytest.raises(DataMismatch, match="All 4 trials of the data 'by hand' are of class 1"):
            sweep(network)


@pytest.mark.parametrize(("labels", "wrong"), [([0, 1, 2, 0], 2), ([0, -1, 1, 0], -1)])
def test_labels_outside_the_targets(xor, labels, wrong):
    with pytest.raises(DataMismatch, match=f"a label {wrong}, which is none of the 2 classes"):
        effects_of_neurons(with_data(xor, labels=np.array(labels)))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_activations_that_are_no_numbers(xor, value):
    inputs = xor.data.inputs.copy()
    inputs[2, 0] = value
    with pytest.raises(NonFiniteActivations, match=r"'input' of 'chain' puts out NaN or infinity in 1 of 4 .* is 2"):
        effects_of_neurons(with_data(xor, inputs=inputs))


def test_layer_that_overflows(chain):
    network = chain([[[1e200]], [[1e200, 0]]], [[1], [0]], [0, 1])
    with pytest.raises(NonFiniteActivations, match="Layer 'output'"):
        effects_of_neurons(network)


def test_output_that_overflows_without_a_neuron(chain):
    # fc2 is the difference of two equal neurons, 0, unless the second is missing
    network = chain([[[1, 1]], [[1], [-1]], [[1e308, 0]]], [[10], [0.5]], [0, 1], biases=[0.0, 0.0, np.array([0, 1])])
    with pytest.raises(NonFiniteActivations, match="Without neuron 1 of layer 'fc1', 'chain' puts out NaN"):
        effects_of_neurons(network)


@pytest.mark.parametrize(("layer", "what"), [("input", "input"), ("output", "output")])
def test_layers_that_are_not_hidden(xor, layer, what):
    with pytest.raises(BadParameter, match=f"'{layer}' is the {what} of 'chain'"):
        effects_of_neurons(xor, layers=[layer])
    with pytest.raises(BadParameter, match=f"'{layer}' is the {what} of 'chain'"):
        effects_of_clusters(xor, {"c": {layer: np.array([0])}})


def test_nothing_to_ablate(xor, chain):
    with pytest.raises(EmptySelection, match="No layer of 'chain' is left to ablate"):
        effects_of_neurons(xor, layers=[])
    with pytest.raises(EmptySelection, match="No layer of 'chain' is left to ablate"):
        effects_of_neurons(chain([np.eye(2)], np.eye(2), [0, 1]))
