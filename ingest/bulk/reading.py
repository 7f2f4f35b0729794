"""Read one network into the record that is loaded; what fails is told, not raised, where many are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from atlas.errors import AtlasError
from atlas.records import DataRecord, NetworkRecord
from atlas.store.check import check_record
from ingest.bulk.cost import cost
from ingest.bulk.entry import Entry
from ingest.bulk.report import Planned
from ingest.data import read_data
from ingest.keep import Keep
from ingest.network import TrainedNetwork, read_network
from ingest.record import Origin, record


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What came of reading one network: a record or what loading it would cost, or the reason why there is neither."""

    entry: Entry
    record: NetworkRecord | None = None
    planned: Planned | None = None
    notes: tuple[str, ...] = ()  # what was unwrapped on the way
    reason: str | None = None


Work = Callable[[Entry, "Keep | None"], Reading]


def read_entry(entry: Entry, keep: Keep | None = None) -> Reading:
    """Read one network and describe it for the store.

    Raises
    ------
    AtlasError
        Everything that `ingest.read_network`, `ingest.read_data` and `ingest.record` refuse.
    """
    trials = None if entry.data is None else cached_trials(entry.data)
    network = read_network(entry.file, entry.opening, data=trials)
    made = record(network, key=entry.key, data=trials, origin=_origin(entry, network), keep=keep)
    check_record(made)
    return Reading(entry=entry, record=made, notes=network.notes)


def plan_entry(entry: Entry, keep: Keep | None = None) -> Reading:
    """Read one network and tell what loading it would cost; where no rule is given, all weights are counted.

    Raises
    ------
    AtlasError
        As `read_entry`.
    """
    reading = read_entry(entry, keep if keep is not None and keep.rule else Keep("all"))
    assert reading.record is not None
    return replace(reading, record=None, planned=cost(reading.record, file=entry.file, notes=reading.notes))


def attempt(work: Work, entry: Entry, keep: Keep | None) -> Reading:
    """Read one network, and tell why where it cannot be read."""
    try:
        return work(entry, keep)
    except Exception as error:  # whatever one network does, the others are read
        return Reading(entry=entry, reason=reason_of(error))


def reason_of(error: Exception) -> str:
    """Say in words why a network failed."""
    if isinstance(error, AtlasError):
        return str(error)
    if isinstance(error, MemoryError):
        return "There is too little memory for it. Ingest it alone, or on a larger machine."
    return f"It cannot be taken in: {type(error).__name__}: {error}"


@lru_cache(maxsize=2)
def cached_trials(data: str) -> DataRecord:
    """Read trials once for all networks that are measured on them."""
    return read_data(data)


def _origin(entry: Entry, network: TrainedNetwork) -> Origin:
    """Take the step from the checkpoint where neither the user nor the file's name tells it."""
    if entry.origin.training_step is not None:
        return entry.origin
    return replace(entry.origin, training_step=network.found.get("step", network.found.get("epoch")))
