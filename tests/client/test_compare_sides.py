"""What `atlas compare` knows of two networks: classes that had trials, and paths where there are some."""

from collections import OrderedDict

import numpy as np
import pandas as pd
import pytest
from store.samples import halves, mixed
from store.samples import run as partition_run
from torch import nn

import ingest
from atlas.errors import EmptySelection
from atlas.store import annotate_partition, load


@pytest.fixture
def pair(atlas):
    """Keys of two networks of this test's own; removed at the end."""
    keys = ("compare-side-a", "compare-side-b")
    yield keys
    for key in keys:
        atlas.remove(key)


def copying(n_classes):
    """Build a network that answers with the place of the largest input, by one hidden neuron for each class."""
    layers = [nn.Linear(n_classes, n_classes, bias=False) for _ in range(2)]
    for layer in layers:
        nn.init.eye_(layer.weight)
    return nn.Sequential(OrderedDict(hidden=layers[0], relu=nn.ReLU(), output=layers[1])).eval()


def test_classes_without_trials_are_left_out(atlas, pair):
    classes = np.repeat([0, 2, 3], 20)
    trials = np.eye(4, dtype=np.float32)[classes], classes
    places = {"layer": ["hidden"] * 4 + ["output"] * 4, "number": [*range(4), *range(4)]}
    labels = pd.DataFrame({**places, "cluster": [0, 0, 1, 1] * 2})
    for key in pair:
        network = ingest.add(atlas, copying(4), key=key, data=trials)
        network.partition(method="imported", labels=labels, layers="hidden,output", name="parts", n_null=0, n_seeds=0)
        network.ablate(only="neurons", n_null=0)
        network.inform(only="neurons", n_null=0)
    outcome = atlas.compare(*pair, n_null=0, n_bootstrap=0)
    # effects on 0, 2, 3: (1/2, 0, 0) and (0, 1/2, 1/2) of what one neuron costs; less the mean they are opposite
    assert outcome.result.effect == pytest.approx(np.array([[1, -1], [-1, 1]]))
    assert outcome.result.information == pytest.approx(np.array([[1, -1], [-1, 1]]))
    assert "not known" not in outcome.note


def test_a_recurrent_network_has_no_paths(atlas, pair):
    for key in pair:
        load(atlas.store, mixed(key))
        annotate_partition(atlas.store, partition_run(key, "partition"), halves(mixed(key)), name="h")
    with pytest.raises(
        EmptySelection, match=f"by connectivity: {pair[0]} is recurrent, so its paths have no direction"
    ):
        atlas.compare(*pair, by="connectivity")
