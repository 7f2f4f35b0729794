"""What came of taking in many networks, and what it would cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

LOADED = "loaded"
ALREADY_THERE = "already there"
FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Ingested:
    """What came of one network."""

    key: str
    file: str
    state: str  # loaded, already there, failed
    reason: str | None = None  # why it failed
    notes: tuple[str, ...] = ()  # what was unwrapped on the way


@dataclass(frozen=True, kw_only=True)
class BulkReport:
    """What came of every network, in order, and of joining the checkpoints of training runs."""

    networks: tuple[Ingested, ...]
    n_joined: int = 0  # networks that have a neighbour in a training run
    notes: tuple[str, ...] = ()  # checkpoints that could not be joined, with the reason

    @property
    def loaded(self) -> tuple[str, ...]:
        """Name the networks that were loaded now."""
        return self._keys(LOADED)

    @property
    def already_there(self) -> tuple[str, ...]:
        """Name the networks that stood there with the same content."""
        return self._keys(ALREADY_THERE)

    @property
    def failed(self) -> Mapping[str, str]:
        """Give the reason for every network that failed, by its key."""
        return {one.key: one.reason or "" for one in self.networks if one.state == FAILED}

    @property
    def summary(self) -> str:
        """Count them: `12 loaded, 3 already there, 1 failed`."""
        counts = (len(self.loaded), len(self.already_there), len(self.failed))
        return ", ".join(f"{n:,} {state}" for n, state in zip(counts, (LOADED, ALREADY_THERE, FAILED), strict=True))

    def to_frame(self) -> pd.DataFrame:
        """Give one row for each network: key, file, state, reason, notes."""
        import pandas as pd

        rows = [asdict(one) | {"notes": "; ".join(one.notes)} for one in self.networks]
        return pd.DataFrame(rows, columns=["key", "file", "state", "reason", "notes"])

    def _keys(self, state: str) -> tuple[str, ...]:
        return tuple(one.key for one in self.networks if one.state == state)


@dataclass(frozen=True, kw_only=True)
class Planned:
    """What taking in one network would cost; nothing but the reason where it cannot be read."""

    key: str
    file: str
    architecture: str = ""
    n_neurons: int = 0
    n_weights: int = 0  # of the trained network
    n_stored_weights: int = 0  # those that are kept
    bytes: int = 0  # on disk
    seconds: float = 0.0  # in a running atlas
    reason: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class BulkPlan:
    """What taking in every network would cost, in order."""

    networks: tuple[Planned, ...]

    @property
    def total(self) -> Planned:
        """Add them up."""
        return Planned(
            key="in all",
            file="",
            n_neurons=sum(one.n_neurons for one in self.networks),
            n_weights=sum(one.n_weights for one in self.networks),
            n_stored_weights=sum(one.n_stored_weights for one in self.networks),
            bytes=sum(one.bytes for one in self.networks),
            seconds=sum(one.seconds for one in self.networks),
        )

    @property
    def failed(self) -> Mapping[str, str]:
        """Give the reason for every network that cannot be read, by its key."""
        return {one.key: one.reason for one in self.networks if one.reason is not None}

    def to_frame(self) -> pd.DataFrame:
        """Give one row for each network: key, file, architecture, the counts, bytes, seconds, reason, notes."""
        import pandas as pd

        columns = list(Planned.__dataclass_fields__)
        rows = [asdict(one) | {"notes": "; ".join(one.notes)} for one in self.networks]
        return pd.DataFrame(rows, columns=columns)
