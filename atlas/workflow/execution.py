"""Do a run: begin, compute, write, finish; or leave nothing of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from atlas.errors import AnalysisError, IngestError, InputError, StoreError
from atlas.records import RunRecord
from atlas.store import Store, begin, fail, remove_run
from atlas.workflow.plan import Outcome, Result

_FINISHED = "MATCH (run:Run {key: $key, state: 'finished'}) RETURN run.key AS key"


def execute(
    store: Store,
    run: RunRecord,
    *,
    compute: Callable[[], Result],
    annotate: Callable[[Result], object],
    measures: str,
) -> Outcome[Result]:
    """Compute and write a run, unless a finished one has everything. Where either fails, nothing written stays."""
    if not begin(store, run):
        return Outcome(run=run.key, measures=measures, result=None)
    try:
        result = compute()
        annotate(result)
    except BaseException as error:
        _take_back(store, run, is_refusal=isinstance(error, (InputError, IngestError, AnalysisError)))
        raise
    return Outcome(run=run.key, measures=measures, result=result)


def is_finished(store: Store, run: RunRecord) -> bool:
    """See whether a finished run has everything already."""
    return bool(store.rows(_FINISHED, key=run.key))


def _take_back(store: Store, run: RunRecord, *, is_refusal: bool) -> None:
    """Take out what was written. A run that failed stays listed; one that was refused was none."""
    with suppress(StoreError):  # what is left then, the next command removes
        fail(store, run)
        if is_refusal:
            remove_run(store, run.key)
