"""What a run would cost, told before it begins, and what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, Protocol, TypeVar

from atlas.markup import facts

Result = TypeVar("Result")
Result_co = TypeVar("Result_co", covariant=True)

# Measured online on two cores, properties and keys included.
VALUES_PER_SECOND = 10_000


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a run would compute and write. Nothing has been written."""

    run: str  # key
    measures: str  # in words
    already_there: bool  # a finished run has it all
    n_elements: int  # neurons or clusters
    n_forwards: int  # runs of the network, at most
    n_relationships: int  # to be written
    seconds: float  # estimate, from one element measured


@dataclass(frozen=True, kw_only=True)
class Outcome(Generic[Result_co]):
    """What a run came to. `result` is None where a finished run had everything: nothing was computed again."""

    run: str  # key
    measures: str  # in words
    result: Result_co | None = field(repr=False)  # long
    note: str | None = None  # what the user should know of it

    def _repr_html_(self) -> str:
        state = "already there" if self.already_there else "written"
        return facts(self.measures, {"run": self.run, "state": state, "note": self.note})

    @property
    def already_there(self) -> bool:
        """See whether nothing had to be done."""
        return self.result is None

    def noting(self, *notes: str | None) -> Outcome[Result_co]:
        """Add to what the user should know of it; None adds nothing."""
        known = [note for note in (self.note, *notes) if note is not None]
        return replace(self, note="; ".join(known) or None)


class Reasoned(Protocol):
    """A result that says of each element why it has no value; None: it has one."""

    @property
    def reasons(self) -> Sequence[str | None]:
        """Give one for each element."""
        ...


def untold(what: str, result: Reasoned | None, *, with_why: bool = True) -> str | None:
    """Say how many elements have no value, and why, after `what` begins the note; None where all have one."""
    reasons = [] if result is None else [reason for reason in result.reasons if reason is not None]
    if result is None or not reasons:
        return None
    why = f" ({', '.join(sorted(set(reasons)))})" if with_why else ""
    return f"{what} {len(reasons)} of {len(result.reasons)}{why}"


def seconds_of(call: Callable[[], object]) -> float:
    """Measure how long one call takes."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started
