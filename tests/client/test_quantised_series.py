"""The checkpoints of a training as in the paper on complexity, taken in as one series."""

from __future__ import annotations

import numpy as np
import torch

from atlas.store import remove_network
from ingest import Opening, Origin, checkpoint_epochs, quantised_network, train_quantised
from ingest.bulk import ingest_all, read_entries

EPOCHS = checkpoint_epochs(8)
_NEXT = """MATCH (a:Network {family: 'quantised-series'})-[next:NEXT]->(b:Network)
RETURN a.training_step AS earlier, b.training_step AS later, next.n_steps AS n_steps ORDER BY earlier"""
_ACTIVATIONS = """MATCH (:Network {key: 'quantised-step_8'})-[:HAS_LAYER]->(layer:Layer)
RETURN layer.activation AS activation ORDER BY layer.number"""


def test_series(atlas, tmp_path):
    data = (np.random.default_rng(0).normal(size=(40, 4)), np.arange(40) % 3)
    network = quantised_network((4, 6, 3), seed=3)
    for epoch, state in train_quantised(network, data, n_epochs=8).items():
        torch.save(state, tmp_path / f"quantised-step_{epoch}.pt")
    opening = Opening(chain="fc1:quantised_tanh(8),fc2")
    entries = read_entries(tmp_path, opening=opening, origin=Origin(family="quantised-series", seed=3))
    try:
        outcome = ingest_all(entries, atlas=atlas)
        assert (outcome.summary, outcome.n_joined) == ("8 loaded, 0 already there, 0 failed", 8)
        steps = list(zip(EPOCHS, EPOCHS[1:], np.diff(EPOCHS).tolist(), strict=False))
        assert [tuple(row.values()) for row in atlas.store.rows(_NEXT)] == steps
        assert [row["activation"] for row in atlas.store.rows(_ACTIVATIONS)] == [
            "identity",
            "quantised_tanh",
            "identity",
        ]
    finally:
        for entry in entries:
            remove_network(atlas.store, entry.key)
