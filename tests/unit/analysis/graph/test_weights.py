from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.analysis.graph import NeuronGraph, weight_graph
from atlas.errors import BadParameter, DataMismatch, NonFiniteActivations, NonFiniteWeights, UnknownName

FIRST, LAST = [[3.0, 0.0], [-4.0, 2.0]], [[1.0, -2.0], [5.0, 0.0]]


def strengths(graph):
    return [block.strength.tolist() for block in graph.blocks]


def test_magnitudes(record_of):
    graph = weight_graph(record_of([FIRST, LAST]))
    assert graph.layers == ("input", "fc1", "output")
    assert strengths(graph) == [[[3, 0], [4, 2]], [[1, 2], [5, 0]]]


def test_layers(record_of):
    graph = weight_graph(record_of([FIRST, LAST]), layers=["output", "fc1"])
    assert graph.layers == ("fc1", "output")
    assert strengths(graph) == [[[1, 2], [5, 0]]]


def test_rescaled(record_of):
    graph = weight_graph(record_of([FIRST, LAST]), rescale=True)
    # sqrt(9 + 16) = 5 and 2 go from the weights into fc1 to those out of it
    assert strengths(graph) == [[[0.6, 0], [0.8, 1]], [[5, 10], [10, 0]]]


def test_rescaled_one_layer_after_the_other(record_of):
    graph = weight_graph(record_of([[[2.0]], [[3.0, 4.0]], [[1.0], [0.5]]]), rescale=True)
    assert strengths(graph) == [[[1]], [[1, 1]], [[6], [4]]]  # 2 x 3 and 2 x 4 x 0.5


def test_rescaled_without_incoming(record_of):
    graph = weight_graph(record_of([[[0.0, 2.0]], [[7.0], [1.0]]]), rescale=True)
    assert strengths(graph) == [[[0, 1]], [[7], [2]]]


def test_rescaled_before_layers_are_chosen(record_of):
    graph = weight_graph(record_of([FIRST, LAST]), rescale=True, layers=["fc1", "output"])
    assert strengths(graph) == [[[5, 10], [10, 0]]]


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.sampled_from(["ignore", "drop_constant", "weight"]))
def test_scaling_is_a_symmetry(record_of, chain, seed, spread):
    draws = np.random.default_rng(seed)
    weights = [draws.normal(size=shape) for shape in ((3, 5), (5, 4), (4, 2))]
    for own in weights:
        own[1:][draws.random(own[1:].shape) < 0.3] = 0  # every neuron keeps an incoming weight
    biases = [draws.normal(size=len(w.T)) for w in weights]
    inputs = draws.normal(size=(9, 3)) * [1, 1, 0]  # the last never varies
    by = [np.ones(3), np.exp(draws.normal(size=5)), np.exp(draws.normal(size=4)), np.ones(2)]
    others = [w / by[place][:, None] * by[place + 1] for place, w in enumerate(weights)]
    other_biases = [bias * by[place + 1] for place, bias in enumerate(biases)]
    runs = [
        chain(own, inputs, np.arange(9) % 2, biases=shift) for own, shift in ((weights, biases), (others, other_biases))
    ]
    np.testing.assert_allclose(runs[0].activations("output"), runs[1].activations("output"))  # the same function
    graphs = [
        weight_graph(record_of(own), rescale=True, spread=spread, forward=run)
        for own, run in zip((weights, others), runs, strict=True)
    ]
    for one, other in zip(graphs[0].blocks, graphs[1].blocks, strict=True):
        np.testing.assert_allclose(one.strength, other.strength, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"activations": ["identity", "tanh", "identity"]}, "'fc1' of 'net' .*: its nonlinearity is 'tanh'"),
        ({"activations": ["identity", "norm then relu", "identity"]}, "'fc1' .* nonlinearity is 'norm then relu'"),
        ({"kinds": ["input", "attention", "linear"]}, "'fc1' .* of kind 'attention'"),
        ({"kinds": ["input", "linear", "sum"]}, "'output' .* of kind 'sum'"),
        ({"more": [(0, 2, np.ones((2, 2)))]}, "'output' .* takes in from 'fc1' and 'input'"),
        ({"more": [(1, 1, np.ones((2, 2)))]}, "'fc1' .* to the layer itself or backward"),
        ({"more": [(2, 1, np.ones((2, 2)))]}, "'fc1' .* to the layer itself or backward"),
    ],
)
def test_no_symmetry(record_of, given, why):
    with pytest.raises(BadParameter, match=why):
        weight_graph(record_of([FIRST, LAST], **given), rescale=True)


def test_leaky_relu_is_homogeneous(record_of):
    record = record_of([FIRST, LAST], activations=["identity", "leaky_relu(0.2)", "softmax"])
    assert strengths(weight_graph(record, rescale=True)) == [[[0.6, 0], [0.8, 1]], [[5, 10], [10, 0]]]


def test_constant_inputs_dropped(record_of, chain):
    record = record_of([FIRST, LAST])
    graph = weight_graph(record, spread="drop_constant", forward=chain([FIRST, LAST], [[1, 9], [2, 9]], [0, 1]))
    assert strengths(graph) == [[[3, 0], [0, 0]], [[1, 2], [5, 0]]]


def test_constant_inputs_are_dropped_before_rescaling(record_of, chain):
    record = record_of([FIRST, LAST])
    forward = chain([FIRST, LAST], [[1, 9], [2, 9]], [0, 1])
    graph = weight_graph(record, rescale=True, spread="drop_constant", forward=forward)
    assert strengths(graph) == [[[1, 0], [0, 0]], [[3, 6], [5, 0]]]


def test_weighted_by_spread(record_of, chain):
    record = record_of([FIRST, LAST])
    graph = weight_graph(record, spread="weight", forward=chain([FIRST, LAST], [[2, 0], [4, 0]], [0, 1]))
    # input 0 puts out 2 and 4, fc1/0 6 and 12, all else is constant
    assert strengths(graph) == [[[3, 0], [0, 0]], [[3, 6], [0, 0]]]


@pytest.mark.parametrize("spread", ["drop_constant", "weight"])
def test_spread_needs_trials(record_of, spread):
    with pytest.raises(BadParameter, match=r"'net' .* needs `forward`"):
        weight_graph(record_of([FIRST, LAST]), spread=spread)


def test_another_network(record_of, chain):
    other = chain([np.ones((3, 2)), LAST], [[1, 1, 1], [2, 2, 2]], [0, 1])
    with pytest.raises(DataMismatch, match="'input' of 'net' has 2 neurons, in the network that was run 3"):
        weight_graph(record_of([FIRST, LAST]), spread="drop_constant", forward=other)


def test_activations_not_finite(record_of, chain):
    forward = chain([FIRST, LAST], [[1, 1], [np.nan, 2]], [0, 1])
    with pytest.raises(NonFiniteActivations, match="'chain/input/0' puts out nan in trial 1"):
        weight_graph(record_of([FIRST, LAST]), spread="drop_constant", forward=forward)


def test_unknown_spread(record_of):
    with pytest.raises(UnknownName, match="Did you mean 'weight'"):
        weight_graph(record_of([FIRST, LAST]), spread="weights")


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_strengths_not_finite(record_of, value):
    with pytest.raises(NonFiniteWeights, match=f"from 'net/fc1/1' to 'net/output/0' is {value}"):
        weight_graph(record_of([FIRST, [[1, 1], [value, 1]]]))


def test_negative_strengths(record_of):
    record = record_of([FIRST, LAST])
    blocks = (record.blocks[0], replace(record.blocks[1], strength=record.blocks[1].value))
    with pytest.raises(BadParameter, match=r"from 'net/fc1/0' to 'net/output/1' is -2.0"):
        weight_graph(replace(record, blocks=blocks))


def test_same_as_from_record(record_of):
    record = record_of([FIRST, LAST])
    assert strengths(weight_graph(record)) == strengths(NeuronGraph.from_record(record))
