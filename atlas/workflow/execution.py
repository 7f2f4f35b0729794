"""Do a run: begin, compute, write, finish; or leave nothing of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from atlas.errors import AnalysisError, IngestError, InputError, StoreError
from atlas.records import RunRecord
from atlas.store import Store, begin, fail, remove_run
from atlas.workflow.plan import Outcome, Result
from atlas.workflow.resuming import forget

_FINISHED = "MATCH (run:Run {key: $key, state: 'finished'}) RETURN run.key AS key"
_BEFORE = """
MATCH (run:Run {kind: $kind, state: 'finished'})-[:ABOUT]->(:Network {key: $network})
WHERE run.data_sha256 IS NOT NULL
RETURN run.key AS key, run.data AS data, run.data_sha256 AS data_sha256 ORDER BY run.finished_at DESC, key LIMIT 1
"""


def execute(
    store: Store,
    run: RunRecord,
    *,
    compute: Callable[[], Result],
    annotate: Callable[[Result], object],
    measures: str,
) -> Outcome[Result]:
    """Compute and write a run, unless a finished one has everything. Where either fails, nothing written stays.

    A note says if the run before it, of the same kind, measured other trials.
    """
    note = other_data(store, run)
    if not begin(store, run):
        forget(run.key)
        return Outcome(run=run.key, measures=measures, result=None)
    try:
        result = compute()
        annotate(result)
        forget(run.key)
    except BaseException as error:
        _take_back(store, run, is_refusal=isinstance(error, (InputError, IngestError, AnalysisError)))
        raise
    return Outcome(run=run.key, measures=measures, result=result, note=note)


def other_data(store: Store, run: RunRecord) -> str | None:
    """Say if the newest finished run of the same kind measured other trials."""
    for before in store.rows(_BEFORE, kind=run.kind, network=run.network):
        if run.data_sha256 not in (None, before["data_sha256"]):
            return (
                f"its trials ({run.data}, SHA-256 {str(run.data_sha256)[:12]}) are not those of {before['key']} "
                f"({before['data']}, {before['data_sha256'][:12]})"
            )
    return None


def is_finished(store: Store, run: RunRecord) -> bool:
    """See whether a finished run has everything already."""
    return bool(store.rows(_FINISHED, key=run.key))


def _take_back(store: Store, run: RunRecord, *, is_refusal: bool) -> None:
    """Take out what was written. A run that failed stays listed; one that was refused was none."""
    with suppress(StoreError):  # what is left then, the next command removes
        fail(store, run)
        if is_refusal:
            forget(run.key)
            remove_run(store, run.key)
