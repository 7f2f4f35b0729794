"""Turn the driver's exceptions into the atlas's own, each with one clear line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from neo4j import exceptions

from atlas.errors import (
    AccessDenied,
    AtlasError,
    BadParameter,
    BadQuery,
    DiskFull,
    ServerTooOld,
    StoreError,
    StoreUnavailable,
    TimedOut,
)

_DISK_WORDS = ("no space left", "disk full", "not enough space", "out of disk", "disk quota", "outofdiskspace")
_DENIED = ("Neo.ClientError.Security.", "Neo.TransientError.Security.")
_WRITES = "Neo.ClientError.Statement.AccessMode"
_REFUSED = ("Neo.ClientError.Statement.", "Neo.ClientError.Procedure.")
_TIMED_OUT = "Neo.ClientError.Transaction.TransactionTimedOut"  # by the limit of the client, or of the server
_READ_ONLY = "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase"
_CANNOT_APPEND = "Neo.DatabaseError.Transaction.TransactionLogError"  # what 5.26 says when its disk is full
_BROKEN = "needs to be restarted"
_CLOSED = "Driver closed"
_LOST = (exceptions.ServiceUnavailable, exceptions.SessionExpired, exceptions.ConnectionAcquisitionTimeoutError)


@contextmanager
def translated(uri: str) -> Iterator[None]:
    """Let no exception of the driver pass."""
    try:
        yield
    except (exceptions.DriverError, exceptions.Neo4jError, OSError) as error:
        raise failure(error, uri) from error


def failure(error: Exception, uri: str) -> AtlasError:
    """Name the error of the atlas that says the same as one of the driver's."""
    line = one_line(error)
    if any(word in line.lower() for word in _DISK_WORDS) or getattr(error, "code", None) == _CANNOT_APPEND:
        return DiskFull(
            f"The database at {uri} cannot write, its disk is full: {line}. "
            "Free some space, restart it (`atlas server stop`, `atlas server start`), then repeat."
        )
    if isinstance(error, exceptions.Neo4jError):
        return _from_server(error, uri, line)
    if isinstance(error, exceptions.UnsupportedServerProduct):
        return ServerTooOld(f"The server at {uri} is too old or no Neo4j: {line}. The atlas needs Neo4j 5.23 or newer.")
    if isinstance(error, (*_LOST, OSError)):
        return StoreUnavailable(
            f"No Neo4j answers at {uri}: {line}. Start it (`atlas server start` for the managed one), "
            "or correct ATLAS_NEO4J_URI."
        )
    if isinstance(error, exceptions.ConfigurationError):
        return BadParameter(f"The address {uri!r} does not work: {line}. An address looks like bolt://HOST:7687.")
    return _failed(uri, line)


def _failed(uri: str, line: str) -> StoreError:
    if line == _CLOSED:
        return StoreError(f"The atlas at {uri} was closed. Open it again: connect().")
    if _BROKEN in line:
        return StoreError(
            f"The database at {uri} has stopped: {line}. If its disk is full, free some space. "
            "Then restart it: `atlas server stop`, `atlas server start`."
        )
    return StoreError(f"The database at {uri} failed: {line}. Repeat the command; `atlas server status` tells more.")


def one_line(error: Exception) -> str:
    """Take the message without its code, in one line, without the full stop."""
    text = (error.message if isinstance(error, exceptions.Neo4jError) else None) or str(error)
    return " ".join(text.split()).rstrip(".")


def _from_server(error: exceptions.Neo4jError, uri: str, line: str) -> AtlasError:
    code = error.code or ""
    if code.startswith(_DENIED):
        return AccessDenied(
            f"The server at {uri} refuses user and password: {line}. Correct ATLAS_NEO4J_USER and ATLAS_NEO4J_PASSWORD."
        )
    if code == _WRITES:
        return BadQuery(f"This text would change the graph, which a query may not: {line}. Only read.")
    if code == _READ_ONLY:
        return StoreError(f"The database at {uri} only reads: {line}. Its disk may be full; see the server's log.")
    if code.startswith(_REFUSED):
        return BadQuery(f"The server refuses the query: {line}. Correct the text, or give the parameters it names.")
    if code.startswith(_TIMED_OUT):
        return TimedOut(
            f"The server at {uri} stopped a question that took longer than it may, and gave no answer. Ask for less, "
            "or allow more: connect(timeout_seconds=...), ATLAS_TIMEOUT_SECONDS, the server's db.transaction.timeout."
        )
    if code.startswith("Neo.TransientError.General.DatabaseUnavailable"):
        return StoreUnavailable(f"The database at {uri} is not available: {line}. Wait, or see the server's log.")
    return _failed(uri, line)
