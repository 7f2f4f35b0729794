"""What a partition may be asked for, and what it is called."""

import pandas as pd
import pytest

from atlas.analysis.graph.shuffles import NULLS
from atlas.cli.partition import PartitionMethod, Shuffle
from atlas.errors import BadParameter, UnknownName
from atlas.schema import NODES
from atlas.workflow.partition_params import METHODS, PartitionParams


def test_all_that_a_run_records_is_in_the_schema():
    (run,) = (node for node in NODES if node.label == "Run")
    assert set(PartitionParams().for_run) <= {declared.name for declared in run.properties}


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ({}, "leiden-1.0-seed0"),
        ({"method": "n_cut", "seed": 3}, "n_cut-12-seed3"),
        ({"method": "n_cut", "k": 4, "graph": "activations"}, "n_cut-4-activations-seed0"),
        ({"method": "multiplex"}, "multiplex-1.0-seed0"),
        ({"method": "surprise"}, "surprise-seed0"),
        ({"within": "coarse"}, "leiden-1.0-within-coarse-seed0"),
        ({"method": "imported", "labels": "folder/mine.csv"}, "mine"),
        ({"method": "imported", "labels": pd.DataFrame()}, "imported"),
        ({"name": "chosen"}, "chosen"),
    ],
    ids=["leiden", "k", "activations", "multiplex", "nothing", "within", "file", "table", "name"],
)
def test_name(asked, name):
    assert PartitionParams(**asked).partition_name == name


def test_a_run_records_what_method_and_graph_have():
    recorded = PartitionParams(method="n_cut", k=4).for_run
    assert {name for name, value in recorded.items() if value is not None} == {
        *("graph", "k", "rescale", "spread", "shuffle", "n_null", "n_seeds")
    }


def test_a_number_asked_for_is_recorded_as_the_type_of_its_default():
    assert PartitionParams(resolution=2).for_run["resolution"] == 2.0
    assert isinstance(PartitionParams(resolution=2).for_run["resolution"], float)


@pytest.mark.parametrize(
    ("asked", "needs"),
    [({}, False), ({"graph": "activations"}, True), ({"method": "multiplex"}, True), ({"spread": "weight"}, True)],
    ids=["weights", "activations", "both", "spread"],
)
def test_needs_the_network_to_run(asked, needs):
    assert PartitionParams(**asked).needs_forward is needs


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"k": 3}, r"k is given, and the method is 'leiden' on the graph of weights\. It is for the methods n_cut"),
        ({"method": "n_cut", "resolution": 1.0}, "resolution is given"),
        ({"association": "pearson"}, "It is for graphs of activations and both only"),
        ({"method": "multiplex", "graph": "weights"}, "partitioned by multiplex, and by nothing else"),
        ({"graph": "both"}, "Leave out `graph`, or choose multiplex"),
        ({"method": "imported"}, "nothing to import"),
        ({"n_null": -1}, "n_null is -1"),
        ({"method": "cpm"}, "no resolution is given"),
        ({"method": "n_cut", "k": 2.5}, r"k is 2\.5\. It is a whole number, 1 or more"),
        ({"method": "n_cut", "k": 0}, "k is 0"),
        ({"seed": 1.5}, r"seed is 1\.5"),
        ({"n_seeds": "x"}, "n_seeds is 'x'"),
        ({"resolution": -1}, "resolution is -1"),
        ({"method": "imported", "labels": [1, 2]}, "nothing to import"),
    ],
    ids=[
        *("k", "resolution", "association", "weights", "both", "labels", "draws"),
        *("cpm", "half a cluster", "no cluster", "seed", "text", "below 0", "list"),
    ],
)
def test_refused(asked, message):
    with pytest.raises(BadParameter, match=message):
        PartitionParams(**asked)


@pytest.mark.parametrize("asked", [{"method": "louvain"}, {"graph": "signals"}, {"shuffle": "all"}], ids=str)
def test_unknown(asked):
    with pytest.raises(UnknownName, match=next(iter(asked.values()))):
        PartitionParams(**asked)


def test_the_command_line_offers_every_method_and_shuffle():
    assert tuple(method.value for method in PartitionMethod) == METHODS
    assert tuple(shuffle.value for shuffle in Shuffle) == NULLS
