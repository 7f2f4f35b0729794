"""Every error the atlas raises: one tree, five families.

A message says what is wrong, by name; then the rule; then what to do.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence


class AtlasError(Exception):
    """Anything the atlas refuses or cannot do."""


class InputError(AtlasError, ValueError):
    """What the caller gave is wrong."""


class IngestError(AtlasError):
    """A trained network or its data cannot be taken in."""


class StoreError(AtlasError):
    """The database, or the server that runs it, cannot do what was asked."""


class AnalysisError(AtlasError):
    """A measure cannot be computed from what it was given."""


class QueryError(AtlasError):
    """A query file or a Cypher text is wrong."""


def shown(value: object) -> str:
    """Write a value in one short line."""
    text = "null" if value is None else " ".join(repr(value).split())
    return text if len(text) <= 60 else f"{text[:60]}…"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Find the known name that looks most like `name`, or None when nothing is close."""
    matches = difflib.get_close_matches(str(name), list(known), n=1, cutoff=0.5)
    return matches[0] if matches else None


def _known_names(name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    close = nearest(name, names)
    if close is not None:
        return f"Did you mean {close!r}?"
    return f"Known: {', '.join(names[:8])}{', …' if len(names) > 8 else ''}." if names else "There is none yet."


def _named(what: str, name: str) -> str:
    """Put the name before what it belongs to: `neuron '9' of 'fc1'`."""
    kind, of, owner = what.partition(" of ")
    return f"{kind} {name!r}{of}{owner}" if "'" in owner else f"{what} {name!r}"


class UnknownName(InputError):
    """A name that nothing in the atlas bears."""

    def __init__(self, what: str, name: str, known: Iterable[str], *, remedy: str = "") -> None:
        self.what, self.name, self.known = what, name, tuple(known)
        super().__init__(f"Unknown {_named(what, name)}. {_known_names(name, self.known)} {remedy}".rstrip())


class BadKey(InputError):
    """A key or name with characters outside the rule."""

    def __init__(self, what: str, text: str) -> None:
        self.what, self.text = what, text
        super().__init__(
            f"The {what} {text!r} cannot be a key. A key has letters, digits, '.', '_' and '-', "
            "and begins with a letter or a digit. Choose another name."
        )


class ShapeError(InputError):
    """Arrays that do not fit together."""


class BadParameter(InputError):
    """A parameter outside its range or of the wrong type."""


class IncompletePartition(InputError):
    """A partition leaves out neurons it should cover."""

    def __init__(self, missing: Sequence[str]) -> None:
        self.missing = tuple(missing)
        super().__init__(
            f"The partition leaves out {len(missing)} neurons, the first is {missing[0]!r}. "
            "A partition puts every neuron of its layers in exactly one cluster. "
            "Assign the missing neurons, or leave out their layers altogether."
        )


class UnreadableFile(IngestError):
    """A file that is missing, truncated or of an unknown format."""


class UnsafeFile(IngestError):
    """A file that would run code when opened."""


class TensorMismatch(IngestError):
    """Tensors that do not form the network described."""


class NonFiniteWeights(IngestError):
    """NaN or infinite weights."""


class DataMismatch(IngestError):
    """Data whose shape or classes do not fit the network."""


class UnsupportedLayer(IngestError):
    """A kind of layer ingestion does not understand."""


class TooManyWeights(IngestError):
    """A network has so many weights that someone must decide which to keep."""


class StoreUnavailable(StoreError):
    """No server answers at the address."""


class AccessDenied(StoreError):
    """The server refuses user and password."""


class ServerTooOld(StoreError):
    """The server's version is below the oldest supported one."""


class ServerFailed(StoreError):
    """The managed server could not be fetched, started or stopped."""


class TimedOut(StoreError):
    """A question took longer than it may; part of an answer is none."""


class DiskFull(StoreError):
    """The disk has no room for what is to be written."""


class KeyTaken(StoreError):
    """Something else already stands under this key."""


class SchemaMismatch(StoreError):
    """The database holds another version of the schema."""


class EmptySelection(AnalysisError):
    """Nothing is left to compute on."""


class NonFiniteActivations(AnalysisError):
    """NaN or infinite activations or outputs."""


class MissingAnalysis(QueryError):
    """A query needs an analysis that has not run."""


class BadQuery(QueryError):
    """A query file breaks the rules, or a Cypher text is refused by the server."""
