"""Indicators and what they predict: written, shown as headlines, and removed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from store import samples
from store.samples import two_blocks

from atlas import store as room
from atlas.errors import UnknownName
from atlas.keys import neuron_key
from atlas.records import RunRecord
from atlas.results import IndicatorResult, IndicatorStudy, PredictionResult
from atlas.store import Store

HEADLINES = """MATCH (:Network {key: $network})-[:HAS_LAYER]->(:Layer {name: 'dense_2'})-[:HAS_NEURON]->(x:Neuron)
RETURN x.mean_activation AS mean, x.active_share AS share, x.selectivity AS selectivity, x.activation_run AS run
ORDER BY x.number"""
RESPONDS = """MATCH (x:Neuron {key: $neuron})-[r:RESPONDS]->(t:Target)
RETURN properties(r) AS properties ORDER BY t.kind, t.name"""
PREDICTS = """MATCH (:Network {key: $network})-[:HAS_TARGET]->(t:Target)<-[r:PREDICTS]-(x)
RETURN x.key AS key, t.name AS target, properties(r) AS properties ORDER BY key, r.indicator"""
MEAN = [3.0, 1.0, 0.0, 2.0]


@pytest.fixture
def network(store: Store, key: str) -> str:
    room.load(store, two_blocks(key))
    return key


@pytest.fixture
def run(network: str) -> RunRecord:
    return samples.run(network, "indicators")


def study(network: str, mean: list[float]) -> IndicatorStudy:
    """Four neurons of dense_2; selectivity of the last is undefined."""
    shape = (4, 3)
    wide = np.repeat(np.array(mean)[:, None], 3, axis=1)
    neurons = IndicatorResult(
        elements=tuple(neuron_key(network, "dense_2", number) for number in range(4)),
        layers=("dense_2",),
        sizes=(4,),
        targets=("all", "0", "1"),
        mean_activation=wide,
        sd_activation=wide / 2,
        max_activation=wide + 1,
        active_share=np.full(shape, 0.5),
        point_biserial=np.tile([0.5, 0.5, -0.5], (4, 1)),
        activation_proxy=np.full(shape, np.nan),
        selectivity=np.array([0.25, 0.5, 0, np.nan]),
        in_strength=np.ones(4),
        out_strength=np.ones(4),
        weight_change_p=np.array([0.125, 0.25, 0.5, 1]),
        n_trials=np.array([64, 32, 32]),
        params={},
    )
    rho = np.array([0.75, np.nan])
    predictions = PredictionResult(
        layers=("dense_2", None),
        indicators=("mean_activation", "selectivity"),
        targets=("all", "all"),
        rho=rho,
        low_rho=rho,
        high_rho=rho,
        null_rho=rho * 0,
        p=rho / 3,
        q=rho / 3,
        n_neurons=np.array([4, 3]),
        params={},
    )
    return IndicatorStudy(neurons=neurons, predictions=predictions)


def headlines(store: Store, network: str) -> list[tuple[object, ...]]:
    return [tuple(row.values()) for row in store.rows(HEADLINES, network=network)]


def test_responds(store: Store, network: str, run: RunRecord) -> None:
    assert room.annotate_indicators(store, run, study(network, MEAN), effect_run="ablated")
    overall, first, _ = (row["properties"] for row in store.rows(RESPONDS, neuron=neuron_key(network, "dense_2", 0)))
    assert overall == {
        **{"run": run.key, "mean_activation": 3, "sd_activation": 1.5, "max_activation": 4, "active_share": 0.5},
        **{"point_biserial": 0.5, "selectivity": 0.25, "weight_change_p": 0.125, "n_trials": 64},
    }
    assert first == {
        **{"run": run.key, "mean_activation": 3, "sd_activation": 1.5, "max_activation": 4, "active_share": 0.5},
        **{"point_biserial": 0.5, "n_trials": 32},
    }


def test_predicts(store: Store, network: str, run: RunRecord) -> None:
    room.annotate_indicators(store, run, study(network, MEAN), effect_run="ablated")
    of_network, of_layer = store.rows(PREDICTS, network=network)
    assert (of_network["key"], of_layer["key"]) == (network, f"{network}/dense_2")
    assert of_network["properties"] == {
        **{"run": run.key, "effect_run": "ablated", "indicator": "selectivity", "n_neurons": 3},
    }
    assert of_layer["properties"] == {
        **{"run": run.key, "effect_run": "ablated", "indicator": "mean_activation", "n_neurons": 4},
        **{"rho": 0.75, "low_rho": 0.75, "high_rho": 0.75, "null_rho": 0, "p": 0.25, "q": 0.25},
    }


def test_headlines(store: Store, network: str, run: RunRecord) -> None:
    room.annotate_indicators(store, run, study(network, MEAN), effect_run="ablated")
    assert headlines(store, network) == [
        (3, 0.5, 0.25, run.key),
        (1, 0.5, 0.5, run.key),
        (0, 0.5, 0, run.key),
        (2, 0.5, None, run.key),
    ]


def test_again(store: Store, network: str, run: RunRecord) -> None:
    room.annotate_indicators(store, run, study(network, MEAN), effect_run="ablated")
    before = room.fingerprint(store, network)
    assert not room.annotate_indicators(store, run, study(network, MEAN), effect_run="ablated")
    assert room.fingerprint(store, network) == before


def test_an_older_run_comes_back(store: Store, network: str, run: RunRecord) -> None:
    room.annotate_indicators(store, run, study(network, MEAN), effect_run="ablated")
    before = room.fingerprint(store, network)
    newer = replace(run, key=f"{run.key}-newer")
    room.annotate_indicators(store, newer, study(network, [9.0] * 4), effect_run="ablated")
    assert [row[0] for row in headlines(store, network)] == [9] * 4
    room.remove_run(store, newer.key)
    assert room.fingerprint(store, network) == before


def test_a_neuron_of_another_network(store: Store, network: str, run: RunRecord) -> None:
    before = room.fingerprint(store, network)
    with pytest.raises(UnknownName, match="'elsewhere/dense_2/0'"):
        room.annotate_indicators(store, run, study("elsewhere", MEAN), effect_run="ablated")
    assert room.fingerprint(store, network) == before
