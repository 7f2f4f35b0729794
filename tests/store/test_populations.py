"""Populations as a partition of the graph, effects read back, and agreements."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from store import samples
from store.samples import two_blocks

from atlas import store as room
from atlas.analysis.graph import NeuronGraph
from atlas.analysis.partition.agreement import agreement
from atlas.analysis.populations import as_partition, populations_by_ablation
from atlas.errors import InputError, UnknownName
from atlas.keys import neuron_key, run_key
from atlas.records import RunRecord
from atlas.results import AgreementResult, LayerEffects, PartitionResult
from atlas.store import Store

_PARTITION = """MATCH (:Network {key: $network})-[:HAS_PARTITION]->(p:Partition) RETURN p.silhouette AS silhouette,
  p.low_silhouette AS low, p.silhouette_null_mean AS null_mean, p.silhouette_p AS p, p.modularity AS modularity,
  p.null_mean AS modularity_null, p.p AS modularity_p, p.method AS method"""
_CLUSTERS = """MATCH (c:Cluster {network: $network}) RETURN c.n_neurons AS n_neurons, c.n_layers AS n_layers,
  c.set_apart AS set_apart, c.silhouette AS silhouette ORDER BY c.number"""
_AGREES = """MATCH (a:Partition)-[r:AGREES]->(b:Partition {network: $network}) RETURN a.name AS first, b.name AS second,
  r.layer AS layer, r.n_neurons AS n_neurons, r.ari AS ari, r.p AS p, r.z AS z, r.run AS run ORDER BY layer"""

# Trials of 32 a class that break without each neuron of dense_1 and dense_2: see tests/networks.py.
BROKEN = {"dense_1": [[32, 0], [0, 0], [0, 32], [0, 0]], "dense_2": [[32, 0], [16, 0], [0, 32], [0, 16]]}


@pytest.fixture
def network(store: Store, key: str) -> str:
    room.load(store, two_blocks(key))
    return key


def _populations(network: str) -> PartitionResult:
    effects = {
        layer: LayerEffects(n_broken=np.array(rows), n_repaired=np.zeros_like(rows), n_trials=np.array([32, 32]))
        for layer, rows in BROKEN.items()
    }
    graph = NeuronGraph.from_record(two_blocks(network))
    return as_partition(populations_by_ablation(effects, n_null=1), graph)


def _run(network: str, kind: str, **params: str) -> RunRecord:
    return replace(samples.run(network, "partition"), kind=kind, key=run_key(network, kind, "1"), params=params)


def test_populations(store: Store, network: str) -> None:
    result = _populations(network)
    room.annotate_partition(store, _run(network, "populations"), result, name="missed-alike")
    assert [tuple(row.values()) for row in store.rows(_CLUSTERS, network=network)] == [
        (2, 1, None, None),  # dense_1/0 and dense_1/2: two cannot be told apart
        (2, 1, "no_effect", None),
        (2, 1, None, 1),
        (2, 1, None, 1),
    ]
    (partition,) = store.rows(_PARTITION, network=network)
    # each of the four clusters has half its layer's 16 ends: -4 / 16
    assert partition == {
        "silhouette": 1,
        "low": 1,
        "null_mean": float(result.populations.overall.null_mean),  # type: ignore[union-attr]
        "p": float(result.populations.overall.p),  # type: ignore[union-attr]
        "modularity": -0.25,
        "modularity_null": None,
        "modularity_p": None,
        "method": "ablation",
    }


def test_effects_read_back(store: Store, network: str) -> None:
    elements = [neuron_key(network, "dense_2", number) for number in range(4)]
    points = [[50.0, 100, 0], [25, 50, 0], [50, 0, 100], [25, 0, 50]]
    blank = samples.effects(elements, points, [0.1] * 4)
    lost = np.array([[32, 32, 0], [16, 16, 0], [32, 0, 32], [17, 0, 17]])
    result = replace(blank, n_broken=lost, n_repaired=np.array([[0] * 3] * 3 + [[1, 0, 1]]))
    run = samples.run(network, "ablate")
    room.annotate_effects(store, run, result)
    assert room.neuron_effect_run(store, network)["key"] == run.key
    (layer, found), *others = room.read_effects(store, network, run.key).items()
    assert (layer, others) == ("dense_2", [])
    assert found.n_broken.tolist() == [[32, 0], [16, 0], [0, 32], [0, 17]]
    assert found.n_repaired.tolist() == [[0, 0], [0, 0], [0, 0], [0, 1]]
    assert found.n_trials.tolist() == [32, 32]


def test_effects_on_a_class_without_trials_read_back(store: Store, network: str) -> None:
    elements = [neuron_key(network, "dense_2", number) for number in range(2)]
    blank = samples.effects(elements, [[50.0, 50, np.nan]] * 2, [0.1] * 2)
    run = samples.run(network, "ablate")
    room.annotate_effects(store, run, replace(blank, n_trials=np.array([64, 64, 0])))
    (found,) = room.read_effects(store, network, run.key).values()
    assert found.n_trials.tolist() == [64, 0]
    assert found.n_broken[:, 1].tolist() == found.n_repaired[:, 1].tolist() == [0, 0]


def test_no_effects(store: Store, network: str) -> None:
    with pytest.raises(InputError, match=f"atlas ablate {network}"):
        room.neuron_effect_run(store, network)
    room.annotate_partition(store, samples.run(network, "partition"), samples.halves(two_blocks(network)), name="h")
    about_clusters = samples.effects(samples.clusters_of(network, "h"), [[50.0, 100, 0], [50, 0, 100]], [0.1] * 2)
    room.annotate_effects(store, samples.run(network, "ablate", partition="h"), about_clusters)
    with pytest.raises(InputError, match="not been ablated"):
        room.neuron_effect_run(store, network)


def test_unknown_effect_run(store: Store, network: str) -> None:
    elements = [neuron_key(network, "dense_2", number) for number in range(4)]
    run = samples.run(network, "ablate")
    room.annotate_effects(store, run, samples.effects(elements, [[0.0] * 3] * 4, [0.1] * 4))
    with pytest.raises(UnknownName, match=f"Did you mean '{run.key}'"):
        room.neuron_effect_run(store, network, run=f"{run.key}1")


@pytest.fixture
def compared(store: Store, network: str) -> tuple[str, AgreementResult]:
    """Two halves of the network, and its populations, which cover dense_1 and dense_2."""
    room.annotate_partition(store, samples.run(network, "partition"), samples.halves(two_blocks(network)), name="h")
    room.annotate_partition(store, _run(network, "populations"), _populations(network), name="missed-alike")
    halves, missed = np.array([0, 0, 1, 1] * 2), np.array([0, 1, 0, 1, 2, 2, 3, 3])
    layer_of = np.repeat(["dense_1", "dense_2"], 4)
    return network, agreement(halves, missed, layer_of, n_null=9, n_bootstrap=9)


def test_agreement(store: Store, compared: tuple[str, AgreementResult]) -> None:
    network, result = compared
    run = _run(network, "agree", first="h", second="missed-alike")
    assert room.annotate_agreement(store, run, result, first="h", second="missed-alike")
    assert not room.annotate_agreement(store, run, result, first="h", second="missed-alike")
    rows = store.rows(_AGREES, network=network)
    assert [(row["first"], row["second"], row["layer"], row["n_neurons"], row["run"]) for row in rows] == [
        ("h", "missed-alike", "dense_1", 4, run.key),
        ("h", "missed-alike", "dense_2", 4, run.key),
        ("h", "missed-alike", None, 8, run.key),
    ]
    # dense_1: no pair together in both, 2 in each, of 6: (0 - 2/3) / (2 - 2/3)
    assert [row["ari"] for row in rows[:2]] == pytest.approx([-0.5, 1])
    assert rows[0]["p"] == 1


def test_undefined_agreement_is_null(store: Store, compared: tuple[str, AgreementResult]) -> None:
    network, result = compared
    undefined = replace(result, z=np.full(3, np.nan), ari=np.full(3, np.nan))
    room.annotate_agreement(store, _run(network, "agree"), undefined, first="h", second="missed-alike")
    assert [(row["z"], row["ari"]) for row in store.rows(_AGREES, network=network)] == [(None, None)] * 3


def test_agreement_with_nothing(store: Store, compared: tuple[str, AgreementResult]) -> None:
    network, result = compared
    before = room.fingerprint(store, network)
    with pytest.raises(UnknownName, match="Did you mean 'missed-alike'"):
        room.annotate_agreement(store, _run(network, "agree"), result, first="h", second="missed-alik")
    assert room.fingerprint(store, network) == before


def test_removed_agreement(store: Store, compared: tuple[str, AgreementResult]) -> None:
    network, result = compared
    before = room.fingerprint(store, network)
    run = _run(network, "agree", first="h", second="missed-alike")
    room.annotate_agreement(store, run, result, first="h", second="missed-alike")
    room.remove_run(store, run.key)
    assert room.fingerprint(store, network) == before


def test_an_agreement_goes_with_its_partition(store: Store, compared: tuple[str, AgreementResult]) -> None:
    network, result = compared
    run = _run(network, "agree", first="h", second="missed-alike")
    room.annotate_agreement(store, run, result, first="h", second="missed-alike")
    populations = _run(network, "populations")
    assert room.remove_run(store, populations.key) == (run.key, populations.key)
    assert store.rows(_AGREES, network=network) == []
