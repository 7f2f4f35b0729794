"""Write under a run which clusters of two networks match."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from atlas.keys import cluster_key
from atlas.records import RunRecord
from atlas.results import MatchResult
from atlas.results.matching import SIMILARITIES
from atlas.store.annotate import or_null
from atlas.store.connection import Row, Store
from atlas.store.read import check_partition
from atlas.store.runs import claim, finish

_MATCHES = """UNWIND $rows AS row
MATCH (a:Cluster {key: row.first}) MATCH (b:Cluster {key: row.second})
CREATE (a)-[r:MATCHES]->(b) SET r = row.properties"""
_OF_PAIRS = ("score", "jaccard", "first_share", "second_share", "overlap_p", *SIMILARITIES)
_OF_MATCHES = ("low_score", "high_score", "null_mean", "null_sd", "z", "p", "q")


def annotate_matches(store: Store, run: RunRecord, result: MatchResult, *, first: str, other: str, second: str) -> bool:
    """Write the one-to-one matches, and which other clusters share neurons, from the run's network to another.

    Parameters
    ----------
    first
        Name of the partition of the run's network.
    other, second
        Key of the other network, and the name of its partition.

    Returns
    -------
    bool
        False when the run was finished before; then nothing changes.

    Raises
    ------
    UnknownName
        There is no such network or partition; nothing was written.
    """
    check_partition(store, run.network, first)
    check_partition(store, other, second)
    if not claim(store, run):
        return False
    rows = list(_rows(run, result, first=(run.network, first), second=(other, second)))
    store.write((_MATCHES, {"rows": rows}))
    finish(store, run)
    return True


def _rows(run: RunRecord, result: MatchResult, *, first: tuple[str, str], second: tuple[str, str]) -> Iterator[Row]:
    """Make one row for each pair that is matched or shares neurons; what is undefined is left out."""
    places = np.arange(len(result.second))
    for i, number in enumerate(result.first):
        for j in places[(places == result.partner[i]) | (result.jaccard[i] > 0)]:
            matched = j == result.partner[i]
            properties: Row = {"run": run.key, "one_to_one": bool(matched)}
            properties |= {name: or_null(float(getattr(result, name)[i, j])) for name in _OF_PAIRS}
            properties["n_shared"] = None if np.isnan(result.n_shared[i, j]) else int(result.n_shared[i, j])
            properties |= {name: or_null(float(getattr(result, name)[i])) for name in _OF_MATCHES if matched}
            ends = {"first": cluster_key(*first, int(number)), "second": cluster_key(*second, int(result.second[j]))}
            yield {**ends, "properties": properties}
