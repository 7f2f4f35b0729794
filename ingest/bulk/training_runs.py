"""Join the checkpoints of training runs: networks of one family and seed, in the order of their steps."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby, pairwise
from typing import Any

from atlas.errors import AtlasError, BadParameter
from atlas.store import Store, link_checkpoints

_RUNS = """MATCH (own:Network) WHERE own.key IN $keys AND own.family IS NOT NULL AND own.training_step IS NOT NULL
WITH DISTINCT own.family AS family, own.seed AS seed
MATCH (n:Network) WHERE n.family = family AND (n.seed = seed OR (n.seed IS NULL AND seed IS NULL))
  AND n.training_step IS NOT NULL
RETURN family, seed, n.training_step AS step, n.key AS key ORDER BY family, seed, step, key"""


def join_training_runs(store: Store, keys: Iterable[str]) -> tuple[int, tuple[str, ...]]:
    """Join the checkpoints of every training run that some networks belong to, with all others in the atlas.

    Returns
    -------
    tuple[int, tuple[str, ...]]
        How many networks have a neighbour now, and the runs that could not be joined, with the reason.
    """
    rows = store.rows(_RUNS, keys=list(keys))
    n_joined, notes = 0, []
    for (family, seed), run in groupby(rows, key=lambda row: (row["family"], row["seed"])):
        checkpoints = list(run)
        try:
            n_joined += _join(store, checkpoints)
        except AtlasError as error:
            notes.append(f"the checkpoints of family {family!r}, seed {seed}, are not joined: {error}")
    return n_joined, tuple(notes)


def _join(store: Store, checkpoints: list[dict[str, Any]]) -> int:
    if len(checkpoints) < 2:
        return 0
    for one, other in pairwise(checkpoints):
        if one["step"] == other["step"]:
            raise BadParameter(
                f"{one['key']!r} and {other['key']!r} both have step {one['step']}. "
                "Give networks of different training runs different seeds or families."
            )
    link_checkpoints(store, [checkpoint["key"] for checkpoint in checkpoints])
    return len(checkpoints)
