"""Read back what was measured of every neuron about every class."""

from __future__ import annotations

import numpy as np

from atlas.records import FloatArray
from atlas.store.connection import Store

_EFFECTS = """MATCH (:Network {key: $network})-[:HAS_LAYER]->(l:Layer)-[:HAS_NEURON]->(x:Neuron)
MATCH (x)-[r:EFFECT {run: $run}]->(t:Target {kind: 'class'})
RETURN l.name AS layer, x.number AS number, t.name AS target, r.points AS value"""
_INFORMATION = """MATCH (:Network {key: $network})-[:HAS_LAYER]->(l:Layer)-[:HAS_NEURON]->(x:Neuron)
MATCH (x)-[r:INFORMATION {run: $run, kind: 'label'}]->(t:Target {kind: 'class'})
RETURN l.name AS layer, x.number AS number, t.name AS target, r.bits AS value"""
_TEXTS = {"effect": _EFFECTS, "information": _INFORMATION}


def read_profiles(store: Store, network: str, run: str, *, of: str, sizes: dict[str, int]) -> dict[str, FloatArray]:
    """Read what a run found of every neuron, by class.

    Parameters
    ----------
    of
        `effect`, in percentage points, or `information` about the label, in bits.
    sizes
        Neurons of every layer, layer after layer.

    Returns
    -------
    dict[str, FloatArray]
        By name of the class, shape (n_neurons,); NaN where it was not measured.
    """
    ends = np.cumsum(list(sizes.values()))
    starts = dict(zip(sizes, ends - list(sizes.values()), strict=True))
    found = store.columns(_TEXTS[of], network=network, run=run)
    profiles: dict[str, FloatArray] = {name: np.full(ends[-1], np.nan) for name in sorted(set(found["target"]))}
    rows = zip(found["layer"], found["number"], found["target"], found["value"], strict=True)
    for layer, number, target, value in rows:
        profiles[target][starts[layer] + number] = np.nan if value is None else value
    return profiles
