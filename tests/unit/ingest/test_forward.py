"""Running a network with activations replaced, against values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from networks import two_blocks, two_blocks_data, xor, xor_data

from atlas.errors import BadParameter, ShapeError, UnknownName
from atlas.records import FloatArray, MaskedForward, Replacement
from ingest import MlpForward, forward, read_data, read_mlp


@pytest.fixture
def small() -> MlpForward:
    return forward(xor(), key="xor", data=xor_data())


@pytest.fixture
def blocks() -> MlpForward:
    return forward(two_blocks(), key="two", data=two_blocks_data())


def points(network: MaskedForward, layer: str, *numbers: int) -> float:
    """Accuracy lost when neurons are set to zero."""
    silenced = {layer: Replacement(numbers=np.array(numbers), values=np.zeros(len(numbers)))}
    answers = network.forward_from(layer, network.activations(layer), replace=silenced).argmax(axis=1)
    intact = network.predict() == network.data.labels
    return 100 * float(intact.mean() - (answers == network.data.labels).mean())


def test_names(small: MlpForward) -> None:
    assert (small.network, small.layers, small.hidden) == ("xor", ("input", "hidden", "output"), ("hidden",))


def test_activations(small: MlpForward) -> None:
    assert small.activations("input").tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert small.activations("hidden").tolist() == [[0, 0], [1, 0], [1, 0], [2, 1]]
    assert small.activations("output").tolist() == [[0.5, 0], [0.5, 1], [0.5, 1], [0.5, 0]]
    assert (small.predict().tolist(), small.accuracy_percent) == ([0, 1, 1, 0], 100.0)


def test_xor_effects(small: MlpForward) -> None:
    assert [points(small, "hidden", number) for number in (0, 1)] == [50, 25]


def test_block_effects(blocks: MlpForward) -> None:
    assert [points(blocks, "dense_1", number) for number in range(4)] == [50, 0, 50, 0]
    assert [points(blocks, "dense_2", number) for number in range(4)] == [50, 25, 50, 25]
    assert [points(blocks, "dense_2", 0, 1), points(blocks, "dense_2", 2, 3)] == [50, 50]


def test_later_layer(blocks: MlpForward) -> None:
    silenced = {"dense_2": Replacement(numbers=np.array([0, 1]), values=np.zeros(2))}
    outputs = blocks.forward_from("input", blocks.activations("input"), replace=silenced)
    np.testing.assert_array_equal(outputs[:, 0], 0)  # block A is cut off
    np.testing.assert_array_equal(outputs[:, 1], blocks.activations("dense_3")[:, 1])


def test_values_by_trial(small: MlpForward) -> None:
    values = np.array([[0.0], [1.0], [2.0], [3.0]])
    replaced = {"hidden": Replacement(numbers=np.array([0]), values=values)}
    outputs = small.forward_from("input", small.activations("input"), replace=replaced)
    assert outputs[:, 1].tolist() == [0, 1, 2, 1]  # hidden/0 - 2 hidden/1


def test_fewer_trials(small: MlpForward) -> None:
    assert small.forward_from("hidden", np.array([[2.0, 0.0]])).tolist() == [[0.5, 2.0]]


def test_nothing_is_overwritten(small: MlpForward) -> None:
    given_ones = np.ones((4, 2))
    silenced = {"hidden": Replacement(numbers=np.array([0, 1]), values=np.zeros(2))}
    small.forward_from("hidden", given_ones, replace=silenced)
    small.forward_from("hidden", small.activations("hidden"), replace=silenced)
    assert given_ones.tolist() == [[1, 1]] * 4
    assert small.activations("hidden").tolist() == [[0, 0], [1, 0], [1, 0], [2, 1]]
    with pytest.raises(ValueError, match="read-only"):
        small.activations("output")[0, 0] = 1


def test_type_of_weights() -> None:
    assert forward(xor().double(), key="n", data=xor_data()).activations("output").dtype == np.float64
    assert forward(xor(), key="n", data=xor_data()).activations("output").dtype == np.float32


def test_images_are_flattened() -> None:
    network = forward(two_blocks(), key="n", data=(np.ones((3, 2, 2)), [0, 1, 0]))
    assert network.activations("input").shape == (3, 4)


@pytest.mark.parametrize(
    ("layer", "shape", "replace", "error", "message"),
    [
        ("hiden", (4, 2), None, UnknownName, "Did you mean 'hidden'"),
        ("hidden", (4, 3), None, ShapeError, r"must be \(n_trials, 2\)"),
        ("hidden", (4, 2), ("input", [0], 1), BadParameter, "'input' lies before 'hidden'"),
        ("hidden", (4, 2), ("hidden", [2], 1), UnknownName, "neuron of 'hidden' '2'"),
        ("hidden", (4, 2), ("hidden", [-1], 1), UnknownName, "neuron of 'hidden' '-1'"),
        ("hidden", (4, 2), ("hidden", [0], 2), ShapeError, r"must be \(1,\) or \(4, 1\)"),
    ],
    ids=["layer", "width", "earlier", "neuron", "negative", "values"],
)
def test_refused(
    small: MlpForward,
    layer: str,
    shape: tuple[int, int],
    replace: tuple[str, list[int], int] | None,
    error: type[Exception],
    message: str,
) -> None:
    replacements = (
        {replace[0]: Replacement(numbers=np.array(replace[1]), values=np.zeros(replace[2]))} if replace else None
    )
    with pytest.raises(error, match=message):
        small.forward_from(layer, np.zeros(shape), replace=replacements)


@st.composite
def networks(draw: st.DrawFn) -> MlpForward:
    """Random chains of up to four layers on up to nine trials."""
    sizes = draw(st.lists(st.integers(1, 6), min_size=2, max_size=5))
    activations = draw(st.lists(st.sampled_from(["relu", "tanh", "elu(0.5)", "identity"]), min_size=4, max_size=4))
    random = torch.Generator().manual_seed(draw(st.integers(0, 2**32)))
    tensors = {f"l{n}.weight": torch.randn(sizes[n + 1], sizes[n], generator=random) for n in range(len(sizes) - 1)}
    chain = ",".join(f"l{n}:{activations[n]}" for n in range(len(sizes) - 1))
    trials = torch.randn(draw(st.integers(1, 9)), sizes[0], generator=random)
    data = read_data((trials, torch.zeros(len(trials), dtype=torch.int64)))
    return MlpForward(read_mlp(tensors, chain=chain), network="n", data=data)


def _outputs(network: MlpForward) -> FloatArray:
    return network.activations(network.layers[-1])


@settings(max_examples=50, deadline=None)
@given(networks())
def test_from_anywhere(network: MlpForward) -> None:
    for layer in network.layers:
        again = network.forward_from(layer, network.activations(layer).copy())
        np.testing.assert_allclose(again, _outputs(network), rtol=1e-5, atol=1e-6)


@settings(max_examples=50, deadline=None)
@given(networks())
def test_replaced_by_itself(network: MlpForward) -> None:
    own = {
        layer: Replacement(numbers=np.arange(values.shape[1]), values=values)
        for layer in network.layers
        for values in [network.activations(layer)]
    }
    again = network.forward_from("input", network.activations("input"), replace=own)
    np.testing.assert_array_equal(again, _outputs(network))
