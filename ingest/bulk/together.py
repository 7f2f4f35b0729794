"""Take in many networks: read, load one by one, or fill an empty atlas offline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from atlas.client import Atlas, connect
from atlas.errors import AccessDenied, DiskFull, ServerFailed, StoreUnavailable
from atlas.progress import Progress, silent
from atlas.records import NetworkRecord
from atlas.store import Store, load
from atlas.workflow.filling import fill
from ingest.bulk.emptiness import may_be_filled
from ingest.bulk.entry import Entry, check_keys
from ingest.bulk.reading import Reading, plan_entry, read_entry, reason_of
from ingest.bulk.report import ALREADY_THERE, FAILED, LOADED, BulkPlan, BulkReport, Ingested, Planned
from ingest.bulk.sources import read_entries
from ingest.bulk.standing import is_same, standing
from ingest.bulk.training_runs import join_training_runs
from ingest.bulk.workers import read_all
from ingest.keep import Keep

_FOR_ALL = (StoreUnavailable, AccessDenied, ServerFailed, DiskFull)  # what stops one stops every other


def ingest_all(
    networks: str | Path | Sequence[Entry],
    *,
    atlas: Atlas | None = None,
    keep: Keep | None = None,
    workers: int | None = None,
    progress: Progress = silent,
) -> BulkReport:
    """Take in all networks of a folder, a manifest or a list; what stands there already is not read again.

    What fails is reported and stops nothing else. Checkpoints of one training run (same family, same seed, a step
    each) are joined by NEXT in the order of their steps. Killed at any moment, the same call takes up the work; only an
    offline fill begins anew.

    Parameters
    ----------
    networks
        A folder or a manifest, or entries as `read_entries` gives them.
    atlas
        Where they go. None takes the one the environment names, else the managed one; that is filled offline while it
        is empty.
    keep
        Which weights are kept; None: all of networks with at most `MAX_WEIGHTS`, and larger ones fail.
    workers
        Processes that read networks; None: by the number of networks and cores.
    progress
        Told how many networks are done.

    Raises
    ------
    InputError, UnreadableFile
        The folder or manifest is refused as a whole (see `read_entries`); nothing was written.
    StoreError
        The atlas cannot be opened, or filled.
    """
    entries = _entries(networks)
    if atlas is not None:
        return _loaded(atlas.store, entries, keep, workers, progress)
    if may_be_filled(progress):
        return _filled(entries, keep, workers, progress)
    with connect(progress=progress) as opened:
        return _loaded(opened.store, entries, keep, workers, progress)


def plan_all(
    networks: str | Path | Sequence[Entry],
    *,
    keep: Keep | None = None,
    workers: int | None = None,
    progress: Progress = silent,
) -> BulkPlan:
    """Tell what taking in many networks would cost; they are read, and nothing is written.

    Parameters and errors are those of `ingest_all`.
    """
    entries = _entries(networks)
    planned = []
    for done, reading in enumerate(read_all(plan_entry, entries, keep, workers=workers), start=1):
        failure = Planned(key=reading.entry.key, file=str(reading.entry.file), reason=reading.reason)
        planned.append(reading.planned or failure)
        progress("read networks", done, len(entries))
    return BulkPlan(networks=tuple(planned))


def _entries(networks: str | Path | Sequence[Entry]) -> Sequence[Entry]:
    if isinstance(networks, (str, Path)):
        return read_entries(networks)
    check_keys(networks)
    return networks


def _loaded(
    store: Store, entries: Sequence[Entry], keep: Keep | None, workers: int | None, progress: Progress
) -> BulkReport:
    """Load networks into a running atlas, each in transactions of its own."""
    there = standing(store, (entry.key for entry in entries))
    same = {e.key for e in entries if e.key in there and is_same(e, there[e.key], keep or Keep())}
    readings = read_all(read_entry, [e for e in entries if e.key not in same], keep, workers=workers)
    results: list[Ingested] = []
    for done, entry in enumerate(entries, start=1):
        try:
            results.append(_result(entry, ALREADY_THERE) if entry.key in same else _load(store, next(readings)))
        except _FOR_ALL as error:
            results += [_result(e, ALREADY_THERE if e.key in same else FAILED, str(error)) for e in entries[done - 1 :]]
            return BulkReport(networks=tuple(results))
        progress("take in networks", done, len(entries))
    return _joined(store, results)


def _load(store: Store, reading: Reading) -> Ingested:
    if reading.record is None:
        return _result(reading.entry, FAILED, reading.reason)
    try:
        state = LOADED if load(store, reading.record) else ALREADY_THERE
    except _FOR_ALL:
        raise
    except Exception as error:  # whatever one network does, the others are loaded
        return _result(reading.entry, FAILED, reason_of(error))
    return _result(reading.entry, state, notes=reading.notes)


def _filled(entries: Sequence[Entry], keep: Keep | None, workers: int | None, progress: Progress) -> BulkReport:
    """Fill an empty managed atlas offline."""
    results: list[Ingested] = []

    def records() -> Iterator[NetworkRecord]:
        for done, reading in enumerate(read_all(read_entry, entries, keep, workers=workers), start=1):
            progress("read networks", done, len(entries))
            if reading.record is None:
                results.append(_result(reading.entry, FAILED, reading.reason))
                continue
            results.append(_result(reading.entry, LOADED, notes=reading.notes))
            yield reading.record

    if not fill(records(), keep_running=True, progress=progress):
        return BulkReport(networks=tuple(results))
    with connect(progress=progress) as atlas:
        return _joined(atlas.store, results)


def _joined(store: Store, results: Sequence[Ingested]) -> BulkReport:
    n_joined, notes = join_training_runs(store, (one.key for one in results if one.state != FAILED))
    return BulkReport(networks=tuple(results), n_joined=n_joined, notes=notes)


def _result(entry: Entry, state: str, reason: str | None = None, notes: tuple[str, ...] = ()) -> Ingested:
    return Ingested(
        key=entry.key, file=str(entry.file), state=state, reason=reason if state == FAILED else None, notes=notes
    )
