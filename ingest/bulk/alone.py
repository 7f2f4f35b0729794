"""Load one network that was read."""

from __future__ import annotations

from atlas.client import connect
from atlas.progress import Progress, silent
from atlas.records import NetworkRecord
from atlas.store import load
from atlas.workflow.filling import fill
from ingest.bulk.emptiness import may_be_filled
from ingest.bulk.training_runs import join_training_runs

OFFLINE_FROM = 3_000_000  # weights; for fewer the importer gains less than it costs to stop and start the server


def load_one(record: NetworkRecord, *, progress: Progress = silent) -> tuple[bool, tuple[str, ...]]:
    """Load a network into the atlas that the environment means, a large one into an empty managed atlas offline.

    Returns
    -------
    tuple[bool, tuple[str, ...]]
        True when it was loaded now, False when the same content stood there; and why it could not be joined with the
        other checkpoints of its training run, if it could not.

    Raises
    ------
    AtlasError
        Everything that `atlas.connect`, `atlas.store.load` and `atlas.workflow.filling.fill` refuse.
    """
    is_large = sum(block.n_weights for block in record.blocks) >= OFFLINE_FROM
    is_filled = is_large and may_be_filled(progress)
    if is_filled:
        fill((record,), keep_running=True, progress=progress)
    with connect(progress=progress) as atlas:
        loaded = is_filled or load(atlas.store, record, progress=progress)
        return loaded, join_training_runs(atlas.store, (record.key,))[1]
