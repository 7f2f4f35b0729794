"""Read back what the roles of neurons are judged by."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from atlas.results.roles import ActivityEvidence, HarmEvidence, PlaceEvidence, RelayEvidence
from atlas.store.connection import Store

_RUNS = """MATCH (:Network {key: $network})<-[:ABOUT]-(run:Run {kind: $kind, state: 'finished'})
WHERE run.partition IS NULL
RETURN run.key AS key ORDER BY run.finished_at DESC, key"""
_N_NULL = "MATCH (run:Run {key: $run}) RETURN run.n_null AS n_null"
_RELAYS = """MATCH (:Network {key: $network})-[:HAS_TARGET]->(:Target {name: 'all'})
  <-[r:INFORMATION {run: $run, kind: 'relay'}]-(x:Neuron)
RETURN x.key AS element, r.bits AS bits, r.p AS p, r.q AS q, r.alone_bits AS alone_bits, r.alone_p AS alone_p,
  r.alone_q AS alone_q ORDER BY x.layer_number, x.number"""
_ACTIVITY = """MATCH (:Network {key: $network})-[:HAS_LAYER]->(l:Layer)-[:HAS_NEURON]->(x)
MATCH (x)-[r:RESPONDS {run: $run}]->(:Target {name: 'all'})
RETURN x.key AS element, r.active_share AS active_share, r.n_trials AS n_trials, l.activation AS activation,
  l.summary AS summary ORDER BY x.layer_number, x.number"""
_HARM = """MATCH (:Network {key: $network})-[:HAS_LAYER]->(:Layer)-[:HAS_NEURON]->(x)
MATCH (x)-[r:EFFECT {run: $run}]->(t:Target {kind: 'class'})
RETURN x.key AS element, t.name AS target, r.points AS points, r.p AS p, r.q AS q
ORDER BY x.layer_number, x.number, size(t.name), t.name"""
_PLACES = """MATCH (:Network {key: $network})<-[:ABOUT]-(:Run {key: $run})-[:WROTE]->(:Partition)-[:HAS_CLUSTER]->(c)
MATCH (c)<-[r:IN_CLUSTER]-(x)<-[:HAS_NEURON]-(l:Layer)
RETURN x.key AS element, r.role AS role, r.role_p AS p, r.within_z AS within_z, r.participation AS participation,
  r.path_share AS path_share, l.n_neurons AS layer_size ORDER BY x.layer_number, x.number"""


def neuron_runs(store: Store, network: str, kind: str) -> list[str]:
    """List the finished runs of a kind that measured neurons, or made a partition of them, the newest first."""
    return [row["key"] for row in store.rows(_RUNS, network=network, kind=kind)]


def read_relays(store: Store, network: str, run: str) -> RelayEvidence:
    """Read what a run measured of the relay information of neurons."""
    found = store.columns(_RELAYS, network=network, run=run)
    elements = tuple(found.pop("element"))
    return RelayEvidence(run=run, n_null=_n_null(store, run), elements=elements, **_numbers(found))


def read_activity(store: Store, network: str, run: str) -> ActivityEvidence:
    """Read how often a run saw neurons active."""
    found = store.columns(_ACTIVITY, network=network, run=run)
    return ActivityEvidence(
        run=run,
        elements=tuple(found["element"]),
        active_share=np.array(found["active_share"], dtype=np.float64),
        n_trials=np.array(found["n_trials"], dtype=np.int64),
        activations=tuple(found["activation"]),
        summaries=tuple(found["summary"]),
    )


def read_harm(store: Store, network: str, run: str) -> HarmEvidence:
    """Read what a run found that ablating neurons costs each class."""
    found = store.columns(_HARM, network=network, run=run)
    elements, targets = (tuple(dict.fromkeys(found.pop(name))) for name in ("element", "target"))
    shaped = {name: values.reshape(len(elements), len(targets)) for name, values in _numbers(found).items()}
    return HarmEvidence(run=run, elements=elements, targets=targets, **shaped)


def read_places(store: Store, network: str, run: str) -> PlaceEvidence:
    """Read where the partition that a run made has neurons."""
    found = store.columns(_PLACES, network=network, run=run)
    elements, role = (tuple(found.pop(name)) for name in ("element", "role"))
    layer_size = np.array(found.pop("layer_size"), dtype=np.int64)
    places, n_null = _numbers(found), _n_null(store, run)
    return PlaceEvidence(run=run, n_null=n_null, elements=elements, role=role, layer_size=layer_size, **places)


def _n_null(store: Store, run: str) -> int:
    return int(store.rows(_N_NULL, run=run)[0]["n_null"])


def _numbers(found: dict[str, list[Any]]) -> dict[str, NDArray[np.float64]]:
    """Make arrays of columns; null becomes NaN."""
    return {name: np.array(values, dtype=np.float64) for name, values in found.items()}
