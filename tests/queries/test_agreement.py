"""Rows of `partition_agreement`, by hand from the values in agreeing.py."""

import pytest

from atlas.catalogue import ask
from atlas.errors import MissingAnalysis, UnknownName

NETWORK, P = "query-blocks", "leiden-1.0-seed0"
OLDER, NEWER = f"{NETWORK}/run/agree-older", f"{NETWORK}/run/agree-newer"


def rows(frame, *columns):
    """Give rows as tuples, None where a value is missing."""
    chosen = frame[list(columns)].astype(object)
    return list(chosen.where(chosen.notna(), None).itertuples(index=False, name=None))


def test_newest_of_two_partitions(answer):
    """All neurons first, then layers from the input; the older run compared them in the other order."""
    found = answer("partition_agreement")
    assert rows(found, *found.columns) == [
        ("halves", P, None, 8, 0.5, 0.25, 0.75, 0.75, 0.375, 0.125, 0.875, 0.1, 4.0, 0.01, NEWER),
        ("halves", P, "input", 4, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, None, 0.25, NEWER),
        ("halves", P, "dense_2", 4, 0.25, None, None, 0.5, 0.5, None, None, None, None, None, NEWER),
    ]


@pytest.mark.parametrize(
    "names", [{"first_partition": P}, {"second_partition": P}, {"first_partition": P, "second_partition": "halves"}]
)
def test_by_name_in_any_order(answer, names):
    assert len(answer("partition_agreement", **names)) == 3


def test_of_an_older_run(answer):
    found = answer("partition_agreement", run=OLDER)
    assert rows(found, "first", "second", "layer", "ari") == [
        (P, "halves", None, 0.25),
        (P, "halves", "input", 1.0),
        (P, "halves", "dense_2", 0.5),
    ]


def test_unknown_partition(answer):
    with pytest.raises(UnknownName, match=r"Unknown partition 'halve'\. Did you mean 'halves'"):
        answer("partition_agreement", second_partition="halve")


def test_nothing_compared(store, second_network):
    with (
        second_network(),
        pytest.raises(MissingAnalysis, match=r"Run `atlas agree query-second --first NAME --second NAME`"),
    ):
        ask(store, "partition_agreement", {"network": "query-second"})


@pytest.mark.parametrize(("key", "name"), [("halves", "n_clusters"), ("halves/1", "n_neurons")])
def test_provenance_of_populations(answer, key, name):
    origin = answer("provenance_of", key=f"{NETWORK}/{key}", property=name)
    assert rows(origin, "run", "kind") == [(f"{NETWORK}/run/populations-1", "populations")]
