"""What a drawing can be asked for, and what it says of what was never measured."""

import pandas as pd
import pytest

from atlas.client.picture import SIZES, Counts, Look, picture_of
from atlas.errors import BadParameter, UnknownName


def test_measures_that_give_sizes_have_units():
    assert SIZES["effect_points"] == "percentage points"
    assert SIZES["label_bits"] == "bits"
    assert "effect_q" not in SIZES
    assert "roles" not in SIZES


@pytest.mark.parametrize(
    ("asked", "error", "told"),
    [
        ({"colour": "clusters"}, UnknownName, "Unknown colour 'clusters'. Did you mean 'cluster'?"),
        ({"size": "effect"}, UnknownName, "Unknown measure of neurons 'effect'. Did you mean 'effect_points'?"),
        ({"top": 0}, BadParameter, "top is 0. It is a whole number, 1 or more."),
        ({"top": 2.5}, BadParameter, "top is 2.5. It is a whole number, 1 or more."),
        ({"strongest": -1}, BadParameter, "strongest is -1. It is a whole number, 0 or more."),
        ({"cluster": "3"}, BadParameter, "cluster is '3'. It is a whole number, 0 or more."),
    ],
)
def test_what_does_not_fit_is_refused(asked, error, told):
    with pytest.raises(error, match=told):
        Look(**asked)


def test_neurons_of_which_nothing_is_known():
    nothing = {"cluster": pd.array([None, None], dtype="Int64"), "roles": [[], []], "size": [float("nan")] * 2}
    neurons = pd.DataFrame({"neuron": ["n/in/0", "n/in/1"], "layer": "in", "number": [0, 1], **nothing})
    neurons = neurons.assign(roles_run=None, size_run=None)
    neurons.attrs = {"network": "n", "partition": "p", "partition_run": "n/run/p", "n_of_layers": {"in": 2}}
    weights = pd.DataFrame({"source": [], "target": [], "value": [], "strength": []})
    counts = Counts(n_neurons=2, n_neurons_left_out=0, n_weights=0, n_weights_left_out=0)
    drawn = picture_of(neurons, weights, Look(), counts)
    assert drawn.neurons["group"].tolist() == ["no cluster"] * 2
    assert drawn.notes[1] == "Area: effect_points was measured of none of these neurons."
