"""Questions about structure, their rows worked out by hand from the values in structured.py."""

import pytest

from atlas.catalogue import ask
from atlas.errors import MissingAnalysis, UnknownName

NETWORK = "query-blocks"
P = "leiden-1.0-seed0"
PARTITION, MOTIFS = f"{NETWORK}/run/partition-only", f"{NETWORK}/run/motifs-1"
OLD, NEW = f"{NETWORK}/run/ablate-old", f"{NETWORK}/run/ablate-new"


def rows(frame, *columns):
    """Give rows as tuples, None where a value is missing."""
    chosen = frame[list(columns)].astype(object)
    return list(chosen.where(chosen.notna(), None).itertuples(index=False, name=None))


def test_hubs_and_bottlenecks(answer):
    # of equal p the strongest first, in and out together: dense_1 2 + 2, dense_2 2 + 1
    found = answer("hubs_and_bottlenecks")
    assert rows(found, *found.columns) == [
        (f"{NETWORK}/dense_1/2", "dense_1", 2.0, 2.0, 0.75, 0.5, 0.25, "connector", 0.01, PARTITION, 5),
        (f"{NETWORK}/dense_1/0", "dense_1", 2.0, 2.0, 0.25, 2.5, 0.25, "hub", 0.02, PARTITION, 5),
        (f"{NETWORK}/dense_2/0", "dense_2", 2.0, 1.0, 0.25, 1.0, 0.5, "bottleneck", 0.02, PARTITION, 5),
        (f"{NETWORK}/dense_2/2", "dense_2", 2.0, 1.0, 0.0, 3.0, 0.25, "provincial", 0.02, PARTITION, 5),
        (f"{NETWORK}/dense_3/0", "dense_3", 2.0, 0.0, 0.5, 2.5, 0.5, "hub", 0.05, PARTITION, 5),
    ]


@pytest.mark.parametrize(
    ("limits", "found"),
    [
        ({"role": "hub"}, [("dense_1/0", 2), ("dense_3/0", 2)]),
        ({"layer": "dense_2"}, [("dense_2/0", 2), ("dense_2/2", 2)]),
        ({"layer": "dense_2", "role": "hub"}, []),
        ({"top": 1}, [("dense_1/2", 5)]),
        ({"partition": "halves"}, []),  # it has no roles
    ],
    ids=["role", "layer", "both", "top", "partition"],
)
def test_hubs_and_bottlenecks_by(answer, limits, found):
    shown = rows(answer("hubs_and_bottlenecks", **limits), "neuron", "n_total")
    assert shown == [(f"{NETWORK}/{neuron}", n_total) for neuron, n_total in found]


def test_a_misspelt_role(answer):
    with pytest.raises(UnknownName, match=r"Unknown role 'hubs'\. Did you mean 'hub'"):
        answer("hubs_and_bottlenecks", role="hubs")


def test_boundary_neurons(answer):
    # dense_1/2: from input/2 and input/3 (1), to dense_2/2 (1) and dense_2/3 (4);
    # dense_3/0: from dense_2/0 and dense_2/1, in its own cluster both
    found = answer("boundary_neurons")
    assert rows(found, *found.columns) == [
        (f"{NETWORK}/dense_1/2", "dense_1", 1, 0.75, 2, 50.0, "connector", PARTITION, NEW, 2),
        (f"{NETWORK}/dense_3/0", "dense_3", 0, 0.5, 1, None, "hub", PARTITION, None, 2),
    ]


def test_all_boundary_neurons(answer):
    found = answer("boundary_neurons", min_participation=0.25, partition=P)
    reached = dict(zip(found["neuron"].str.removeprefix(f"{NETWORK}/"), found["clusters_reached"], strict=True))
    assert reached == {
        **{"dense_1/2": 2, "dense_3/0": 1},  # the most participation first
        **{"input/0": 2, "input/1": 2, "input/2": 2, "input/3": 2},  # to 0 and 2; to 1 and 3
        **{"dense_1/0": 1, "dense_1/1": 1, "dense_1/3": 2},  # 0; 0; 1 and 4
        **{"dense_2/0": 2, "dense_2/1": 2, "dense_2/3": 2, "dense_3/1": 2},  # 0 and 2; likewise; 1 and 3; 1 and 4
    }
    assert list(reached)[:3] == ["dense_1/2", "dense_3/0", "input/0"]
    assert found["n_total"].tolist() == [13] * 13


def test_boundary_neurons_of_an_older_run(answer):
    found = answer("boundary_neurons", min_participation=0.25, effect_run=OLD, top=7)
    assert rows(found.tail(1), "neuron", "effect_points", "effect_run", "n_total") == [
        (f"{NETWORK}/dense_1/0", 50.0, OLD, 13)
    ]


def test_motif_counts(answer):
    found = answer("motif_counts")
    assert rows(found, *found.columns) == [
        ("bifan", "input", "dense_1", 8.0, 3.0, 1.0, 5.0, 0.02, 0.04, 2, MOTIFS),
        ("diamond", "input", "dense_2", 12.0, 16.0, 2.0, -2.0, 0.02, 0.04, 2, MOTIFS),
        ("coherent_diamond", "input", "dense_2", 6.0, 5.0, 2.0, 0.5, 0.5, 0.5, 2, MOTIFS),
        ("bifan", "dense_1", "dense_2", 2.0, 2.0, 0.0, None, 1.0, None, 2, MOTIFS),
    ]


@pytest.mark.parametrize(
    ("limits", "counts"), [({"motif": "bifan"}, [8, 2]), ({"run": MOTIFS, "motif": "diamond"}, [12])]
)
def test_motif_counts_by(answer, limits, counts):
    assert answer("motif_counts", **limits)["count"].tolist() == counts


@pytest.mark.parametrize(
    ("parameters", "culprit"),
    [({"motif": "bifans"}, r"Unknown motif 'bifans'\. Did you mean 'bifan'"), ({"run": NEW}, f"Unknown run '{NEW}'")],
    ids=["motif", "run"],
)
def test_no_such_motif_or_run(answer, parameters, culprit):
    with pytest.raises(UnknownName, match=culprit):
        answer("motif_counts", **parameters)


def test_motifs_that_were_not_counted(store, second_network):
    with second_network(), pytest.raises(MissingAnalysis, match="Run `atlas motifs query-second`"):
        ask(store, "motif_counts", {"network": "query-second"})
