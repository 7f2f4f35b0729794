"""Read back what ablating neurons did."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from atlas.errors import InputError, UnknownName
from atlas.records import BoolArray, IntArray
from atlas.results import LayerEffects
from atlas.store.connection import Row, Store

_RUNS = """MATCH (:Network {key: $network})<-[:ABOUT]-(run:Run {kind: 'ablate', state: 'finished'})
WHERE run.partition IS NULL
RETURN run.key AS key, run.method AS method, run.data AS data, run.data_sha256 AS data_sha256, run.n_trials AS n_trials
ORDER BY run.finished_at DESC, key"""
_EFFECTS = """MATCH (:Network {key: $network})-[:HAS_LAYER]->(l:Layer)-[:HAS_NEURON]->(x:Neuron)
MATCH (x)-[effect:EFFECT {run: $run}]->(t:Target {kind: 'class'})
RETURN l.name AS layer, t.name AS target, effect.n_trials AS n_trials,
  CASE effect.n_trials WHEN 0 THEN 0 ELSE effect.n_broken END AS n_broken,
  CASE effect.n_trials WHEN 0 THEN 0 ELSE effect.n_repaired END AS n_repaired
ORDER BY l.number, x.number, size(t.name), t.name"""

_POINTS = """MATCH (:Network {key: $network})-[:HAS_LAYER]->(:Layer)-[:HAS_NEURON]->(x:Neuron)
MATCH (x)-[effect:EFFECT {run: $run}]->(t:Target) WHERE effect.points IS NOT NULL
RETURN x.key AS neuron, t.name AS target, effect.points AS points"""


def neuron_effect_run(store: Store, network: str, *, run: str | None = None) -> Row:
    """Find a finished run that ablated neurons: by key, or the newest. Its key, method and data.

    Raises
    ------
    InputError
        There is none.
    UnknownName
        The run named is none of them.
    """
    found = store.rows(_RUNS, network=network)
    if not found:
        raise InputError(f"The neurons of {network!r} have not been ablated. Do so first: `atlas ablate {network}`.")
    known = [row["key"] for row in found]
    if run is not None and run not in known:
        raise UnknownName("run that ablated neurons", run, known)
    return found[0 if run is None else known.index(run)]


def read_effects(store: Store, network: str, run: str) -> Mapping[str, LayerEffects]:
    """Read what a run that ablated neurons did to every class, by layer from the input: nothing without trials.

    Raises
    ------
    InputError
        The run does not tell how many trials broke: there are no classes, or an earlier version wrote it.
    """
    columns = store.columns(_EFFECTS, network=network, run=run)
    if not columns["layer"] or None in columns["n_broken"]:
        raise InputError(
            f"The run {run!r} does not tell how many trials of each class broke. Populations by ablation need classes. "
            f"If the network has some, remove the run and ablate again: `atlas remove --run {run}`."
        )
    layers = np.array(columns["layer"])
    n_classes = len(set(columns["target"]))
    counts = {name: np.array(columns[name], dtype=np.int64) for name in ("n_broken", "n_repaired", "n_trials")}
    return {layer: _of_layer(counts, layers == layer, n_classes) for layer in dict.fromkeys(columns["layer"])}


def read_points(store: Store, network: str, run: str) -> Mapping[tuple[str, str], float]:
    """Read what a run that ablated neurons cost, in percentage points, by neuron's key and target's name."""
    found = store.columns(_POINTS, network=network, run=run)
    return dict(zip(zip(found["neuron"], found["target"], strict=True), found["points"], strict=True))


def _of_layer(counts: Mapping[str, IntArray], rows: BoolArray, n_classes: int) -> LayerEffects:
    shaped = {name: values[rows].reshape(-1, n_classes) for name, values in counts.items()}
    return LayerEffects(n_broken=shaped["n_broken"], n_repaired=shaped["n_repaired"], n_trials=shaped["n_trials"][0])
