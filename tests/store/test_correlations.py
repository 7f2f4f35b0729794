"""Correlation functions in the graph, and the headlines they set."""

from __future__ import annotations

from dataclasses import replace

import pytest
from queries.correlated import correlations
from store import samples
from store.samples import two_blocks

from atlas import store as room
from atlas.errors import UnknownName
from atlas.keys import run_key
from atlas.records import RunRecord
from atlas.store import Store

_VALUES = """MATCH (:Network {key: $network})-[:HAS_TARGET]->(t:Target)<-[r:CORRELATION {kind: $kind}]-(x)
RETURN x.key AS key, t.name AS target, properties(r) AS r ORDER BY key, target, r.order, r.start, r.n_samples, r.kept"""
_HEADLINES = """MATCH (x:Element {key: $key}) RETURN x.gaussian_mismatch AS mismatch, x.gaussian_mismatch_q AS q,
  x.higher_share AS higher_share, x.correlation_run AS run"""


@pytest.fixture
def network(store: Store, key: str) -> str:
    """Load two_blocks."""
    room.load(store, two_blocks(key))
    return key


def _run(network: str, name: str = "1") -> RunRecord:
    return replace(samples.run(network, "inform"), kind="correlate", key=run_key(network, "correlate", name), params={})


def _values(store: Store, network: str, kind: str, target: str = "all") -> list[tuple[str, dict[str, object]]]:
    rows = store.rows(_VALUES, network=network, kind=kind)
    return [(row["key"].removeprefix(f"{network}/"), row["r"]) for row in rows if row["target"] == target]


def test_mismatch_of_neurons_and_layers(store: Store, network: str) -> None:
    run = _run(network)
    assert room.annotate_correlation(store, run, correlations(network))
    found = dict(_values(store, network, "mismatch"))
    assert set(found) == {"dense_1", "dense_1/0", "dense_1/1"}
    neuron = found["dense_1/0"]
    assert (neuron["mismatch"], neuron["low_mismatch"], neuron["q"]) == (0.5, 0.375, 0.125)
    assert (neuron["higher_share"], neuron["run"]) == (0.5, run.key)
    assert "higher_share" not in found["dense_1/1"] and found["dense_1/1"]["reason"] == "constant"
    of_class = dict(_values(store, network, "mismatch", "1"))
    assert of_class["dense_1/0"]["mismatch"] == 0.75 and "higher_share" not in of_class["dense_1/0"]


def test_shares_of_orders(store: Store, network: str) -> None:
    room.annotate_correlation(store, _run(network), correlations(network))
    found = [(key, r["order"], r.get("separation_share")) for key, r in _values(store, network, "order")]
    assert found[:4] == [("dense_1", 1, 0.75), ("dense_1", 2, 0.5), ("dense_1", 3, -0.25), ("dense_1", 4, 0.0)]
    assert [share for key, _, share in found if key == "dense_1/1"] == [None] * 4
    assert not _values(store, network, "order", "0")


def test_errors_of_closures_and_formulas(store: Store, network: str) -> None:
    room.annotate_correlation(store, _run(network), correlations(network))
    found = {(key, r["start"], r["closure"]): r for key, r in _values(store, network, "closure")}
    assert set(found) == {
        ("dense_1", "input", "gauss"),
        ("dense_3", "input", "gauss"),
        ("dense_3", "dense_1", "gauss"),
    }
    hidden, output = found["dense_1", "input", "gauss"], found["dense_3", "input", "gauss"]
    assert (hidden["mean_error"], hidden["covariance_error"], "loss" in hidden) == (0.5, 0.25, False)
    assert (output["loss"], output["predicted_loss"], output["high_predicted_loss"]) == (0.5, 2.0, 2.125)
    formulas = [(key, r["n_samples"], r["mean_error"]) for key, r in _values(store, network, "formula")]
    assert formulas == [("dense_1", 1_000, 0.25), ("dense_1", 100_000, 0.025)]


def test_accuracy_of_surrogates(store: Store, network: str) -> None:
    room.annotate_correlation(store, _run(network), correlations(network))
    found = {(key, r["kept"]): r for key, r in _values(store, network, "surrogate")}
    assert len(found) == 6
    first, second = found["input", "gaussian"], found["dense_1", "gaussian"]
    assert (first["accuracy_percent"], "gained_points" in first) == (75, False)
    assert (second["accuracy_percent"], second["gained_points"], second["null_accuracy_percent"]) == (87.5, 12.5, 50)


def test_headlines_go_with_their_run(store: Store, network: str) -> None:
    first, second = _run(network, "1"), _run(network, "2")
    room.annotate_correlation(store, first, correlations(network))
    room.annotate_correlation(store, second, correlations(network, factor=2))
    neuron = f"{network}/dense_1/0"
    (found,) = store.rows(_HEADLINES, key=neuron)
    assert found == {"mismatch": 1.0, "q": 0.125, "higher_share": 1.0, "run": second.key}
    room.remove_run(store, second.key)
    (found,) = store.rows(_HEADLINES, key=neuron)
    assert found == {"mismatch": 0.5, "q": 0.125, "higher_share": 0.5, "run": first.key}
    room.remove_run(store, first.key)
    (found,) = store.rows(_HEADLINES, key=neuron)
    assert set(found.values()) == {None}
    assert not _values(store, network, "mismatch")


def test_a_layer_the_network_lacks(store: Store, network: str) -> None:
    wrong = correlations(network)
    wrong = replace(wrong, surrogates=replace(wrong.surrogates, layers=(f"{network}/dense_9",) * 6))
    with pytest.raises(UnknownName, match="dense_9"):
        room.annotate_correlation(store, _run(network), wrong)
    assert not _values(store, network, "mismatch")
