"""The connection to the database: reading, writing, and asking what a text would do."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from numbers import Real
from types import TracebackType
from typing import Any, TypeVar

import neo4j

from atlas.errors import BadParameter, ServerTooOld, shown
from atlas.store import owner
from atlas.store.failures import translated
from atlas.store.prepare import prepare
from atlas.store.sending import sendable
from atlas.store.values import plain
from atlas.version import __version__

OLDEST_SERVER = (5, 23)  # the first with `CALL (x) { }`
_RETRY_SECONDS = 10.0
_ADDRESS = re.compile(r"(bolt|neo4j)(\+s|\+ssc)?://.+")
Row = dict[str, Any]
Step = tuple[str, Mapping[str, Any]]
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a query returned: plain Python values, the columns in the query's order."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


@dataclass(frozen=True, kw_only=True)
class CheckedQuery:
    """What the server says of a text without running it."""

    columns: tuple[str, ...]
    writes: bool  # it would change the graph, its schema or the server


class Store:
    """An open connection to an atlas; for one thread at a time.

    Parameters
    ----------
    uri, user, password
        Of a Neo4j server, 5.23 or newer.
    database
        Its name; None for the user's default.
    timeout_seconds
        How long one text that reads may take; None for as long as the server allows.

    Raises
    ------
    StoreUnavailable, AccessDenied, ServerTooOld, BadParameter
        Nothing answers, the password is wrong, the server is too old, the address or the time-out is not one.
    """

    def __init__(
        self, uri: str, user: str, password: str, *, database: str | None = None, timeout_seconds: float | None = None
    ) -> None:
        self.uri, self.user, self._database = uri, user, database
        self._timeout_seconds = _checked_timeout(timeout_seconds)
        self.begun: set[str] = set()  # runs begun here that have no values yet
        self.owner = owner.new_owner()
        try:
            with translated(uri):
                self._driver = self._open(password)
                agent = self._driver.get_server_info().agent
            self.server_version = _checked_version(agent, uri)
        except BaseException:
            self.close()
            raise

    def _open(self, password: str) -> neo4j.Driver:
        if _ADDRESS.fullmatch(str(self.uri)) is None:
            raise BadParameter(f"The address {self.uri!r} is none of a Neo4j server. One looks like bolt://HOST:7687.")
        return neo4j.GraphDatabase.driver(
            self.uri,
            auth=(self.user, password),
            user_agent=f"network-atlas/{__version__} {self.owner}",
            max_transaction_retry_time=_RETRY_SECONDS,
            notifications_disabled_classifications=[
                neo4j.NotificationDisabledClassification.UNRECOGNIZED,  # a name the graph does not hold yet
                neo4j.NotificationDisabledClassification.GENERIC,
                neo4j.NotificationDisabledClassification.PERFORMANCE,
            ],
        )

    def close(self) -> None:
        """Close the connection; nothing works afterwards."""
        owner.forget(self.owner)
        if hasattr(self, "_driver"):
            self._driver.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def prepare(self) -> None:
        """Create constraints, data dictionary and the schema's version where they are missing; else one read.

        Raises
        ------
        SchemaMismatch
            The database holds another version of the schema.
        """
        prepare(self)

    def query(self, text: str, parameters: Mapping[str, Any] | None = None) -> Answer:
        """Run a text that only reads.

        Raises
        ------
        BadQuery
            The server refuses the text, or it would write.
        BadParameter
            A parameter's value is of a type the database does not know.
        TimedOut
            It took longer than it may.
        """
        values = sendable(parameters or {})
        try:
            return self._read(lambda tx: _answer(tx.run(text, values)))
        except UnicodeEncodeError as error:
            raise BadParameter(f"A parameter is no text: {error}. Give characters of Unicode.") from error

    def rows(self, text: str, **parameters: Any) -> list[Row]:
        """Run a text that only reads; one dict for each row."""
        answer = self.query(text, parameters)
        return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]

    def columns(self, text: str, **parameters: Any) -> dict[str, list[Any]]:
        """Run a text that only reads and returns plain values; one list for each column."""
        given = sendable(parameters)

        def work(tx: neo4j.ManagedTransaction) -> dict[str, list[Any]]:
            result = tx.run(text, given)
            names, rows = result.keys(), result.values()
            return {name: [row[place] for row in rows] for place, name in enumerate(names)}

        return self._read(work)

    def check_query(self, text: str, parameters: Mapping[str, Any] | None = None) -> CheckedQuery:
        """Ask the server what a text would return and whether it would write, without running it.

        Raises
        ------
        BadQuery
            The server refuses the text.
        """

        def work(tx: neo4j.ManagedTransaction) -> CheckedQuery:
            result = tx.run(f"EXPLAIN {text}", sendable(parameters or {}))
            columns = tuple(result.keys())
            return CheckedQuery(columns=columns, writes=result.consume().query_type != "r")

        return self._read(work)

    def write(self, *steps: Step) -> list[Row]:
        """Run texts that write, in one transaction; the rows of the last. For the store only."""

        def work(tx: neo4j.ManagedTransaction) -> list[Row]:
            rows: list[Row] = []
            for text, parameters in steps:
                rows = tx.run(text, dict(parameters)).data()
            return rows

        return self.transact(work)

    def transact(self, work: Callable[[neo4j.ManagedTransaction], T]) -> T:
        """Do what `work` does in one transaction, again if the server asks for it. For the store only."""
        with translated(self.uri), self._session(neo4j.WRITE_ACCESS) as session:
            return session.execute_write(work)

    def alter(self, text: str) -> None:
        """Change constraints, which cannot share a transaction with data. For the store only."""
        self.write((text, {}))

    def _read(self, work: Callable[[neo4j.ManagedTransaction], T]) -> T:
        with translated(self.uri), self._session(neo4j.READ_ACCESS) as session:
            return session.execute_read(neo4j.unit_of_work(timeout=self._timeout_seconds)(work))

    def _session(self, mode: str) -> neo4j.Session:
        return self._driver.session(database=self._database, default_access_mode=mode, fetch_size=5000)


def _answer(result: neo4j.Result) -> Answer:
    columns = tuple(result.keys())
    return Answer(columns=columns, rows=[tuple(map(plain, row)) for row in result.values()])


def _checked_timeout(seconds: float | None) -> float | None:
    if seconds is None:
        return None
    if isinstance(seconds, bool) or not (isinstance(seconds, Real) and 0 < seconds < math.inf):
        raise BadParameter(f"The time-out cannot be {shown(seconds)}. Give seconds above 0, or None for no limit.")
    return float(seconds)


def _checked_version(agent: str, uri: str) -> str:
    found = re.fullmatch(r"Neo4j/((\d+)\.(\d+)\S*)", agent)
    if found is None or (int(found[2]), int(found[3])) < OLDEST_SERVER:
        raise ServerTooOld(
            f"The server at {uri} is {agent}. The atlas needs Neo4j {OLDEST_SERVER[0]}.{OLDEST_SERVER[1]} or newer. "
            "Update it, or let the atlas use its own: unset ATLAS_NEO4J_URI."
        )
    return found[1]
