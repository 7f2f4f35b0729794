"""Write under a run how often small wiring patterns occur."""

from __future__ import annotations

from collections.abc import Iterator

from atlas.errors import UnknownName
from atlas.keys import layer_key
from atlas.progress import Progress, silent
from atlas.records import RunRecord
from atlas.results import MotifResult
from atlas.store.annotate import or_null, write_rows
from atlas.store.connection import Row, Store
from atlas.store.read import layers
from atlas.store.runs import claim, finish

_MEASURES = ("motif", "count", "null_mean", "null_sd", "z", "p", "q")
_MOTIFS = """UNWIND $rows AS row MATCH (a:Layer {key: row.first}) MATCH (b:Layer {key: row.last})
CREATE (a)-[r:MOTIF]->(b) SET r = row.properties"""


def annotate_motifs(store: Store, run: RunRecord, result: MotifResult, *, progress: Progress = silent) -> bool:
    """Write every row from the layer where the pattern begins to the one where it ends.

    Returns
    -------
    bool
        False when the run was finished before; then nothing changes.

    Raises
    ------
    UnknownName
        The network lacks a layer; nothing was written.
    """
    known = [row["name"] for row in layers(store, run.network)]
    for layer in (*result.first_layers, *result.last_layers):
        if layer not in known:
            raise UnknownName(f"layer of {run.network!r}", layer, known)
    if not claim(store, run):
        return False
    write_rows(store, _MOTIFS, _rows(run, result), lambda done: progress("write motifs", done, len(result.motifs)))
    finish(store, run)
    return True


def _rows(run: RunRecord, result: MotifResult) -> Iterator[Row]:
    """Make one row for each pattern and two layers; what is undefined is left out."""
    for row in result.to_frame().to_dict("records"):
        yield {
            "first": layer_key(run.network, row["first_layer"]),
            "last": layer_key(run.network, row["last_layer"]),
            "properties": {"run": run.key} | {name: or_null(row[name]) for name in _MEASURES},
        }
