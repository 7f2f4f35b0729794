"""Opening, asking, and what goes wrong in one clear line."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from neo4j.exceptions import Neo4jError

from atlas import schema
from atlas.errors import (
    AccessDenied,
    AtlasError,
    BadParameter,
    BadQuery,
    DiskFull,
    SchemaMismatch,
    ServerTooOld,
    StoreUnavailable,
    TimedOut,
)
from atlas.server import Server
from atlas.store import Store, connection
from atlas.store.failures import failure


def test_wrong_password(neo4j_access: dict[str, str]) -> None:
    uri, user, password = neo4j_access.values()
    with pytest.raises(AccessDenied, match="ATLAS_NEO4J_PASSWORD"):
        Store(uri, user, password + "x")


@pytest.mark.parametrize(
    ("uri", "error"),
    [
        ("bolt://127.0.0.1:1", StoreUnavailable),
        ("bolt://no-such-host.invalid:7687", StoreUnavailable),
        ("http://127.0.0.1:7474", BadParameter),
        ("127.0.0.1", BadParameter),
    ],
)
def test_no_server(uri: str, error: type[AtlasError]) -> None:
    with pytest.raises(error) as caught:
        Store(uri, "neo4j", "secret")
    assert uri in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_too_old(neo4j_access: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "OLDEST_SERVER", (9000, 1))
    with pytest.raises(ServerTooOld, match=r"needs Neo4j 9000\.1"):
        Store(*neo4j_access.values())


def test_closed(neo4j_access: dict[str, str]) -> None:
    store = Store(*neo4j_access.values())
    store.close()
    with pytest.raises(AtlasError):
        store.rows("RETURN 1 AS x")


def test_answer(store: Store) -> None:
    text = """UNWIND [2, 1] AS b RETURN b, $a AS a, null AS c, datetime('2026-01-02T03:04:05Z') AS t,
              [1.5, {x: date('2026-01-02')}] AS l, duration('P1D') AS d;"""
    answer = store.query(text, {"a": "'}) DETACH DELETE n //"})
    assert answer.columns == ("b", "a", "c", "t", "l", "d")
    assert [row[:3] for row in answer.rows] == [
        (2, "'}) DETACH DELETE n //", None),
        (1, "'}) DETACH DELETE n //", None),
    ]
    assert answer.rows[0][3] == datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)
    assert answer.rows[0][4:] == ([1.5, {"x": datetime.date(2026, 1, 2)}], "P1D")


def test_entities(store: Store) -> None:
    text = "MATCH (s:Schema {key: 'schema'}) RETURN s {.key} AS map, s.version AS version, s AS whole"
    ((only, version, whole),) = store.query(text).rows
    assert (only, version) == ({"key": "schema"}, schema.VERSION)
    assert (whole["_labels"], whole["key"]) == (["Schema"], "schema")


@pytest.mark.parametrize(
    "text",
    [
        "CREATE (n:Neuron {key: 'store-written'})",
        "MATCH (s:Schema) SET s.x = 1",
        "MATCH (s:Schema) DETACH DELETE s",
        "CREATE CONSTRAINT x IF NOT EXISTS FOR (n:X) REQUIRE n.x IS UNIQUE",
    ],
)
def test_only_reads(store: Store, text: str) -> None:
    assert store.check_query(text).writes
    with pytest.raises(BadQuery):
        store.query(text)
    assert store.rows("MATCH (n {key: 'store-written'}) RETURN n") == []


def test_check(store: Store) -> None:
    checked = store.check_query(
        "// a comment\nMATCH (n:Unheard {key: $key}) RETURN n.key AS k, 1 AS one;", {"key": "a"}
    )
    assert checked.columns == ("k", "one")
    assert not checked.writes
    with pytest.raises(BadQuery, match="Invalid input 'MATHC'"):
        store.check_query("MATHC (n) RETURN n")


@pytest.mark.parametrize(("text", "word"), [("RETURN $b AS b", "b"), ("RETURN x", "x"), ("RETURN 1 / 0 AS x", "zero")])
def test_bad_query(store: Store, text: str, word: str) -> None:
    with pytest.raises(BadQuery, match=word) as caught:
        store.query(text)
    assert "\n" not in str(caught.value)


def test_bad_parameter(store: Store) -> None:
    with pytest.raises(BadParameter, match=r"Parameter 'x' cannot be <object object at .*: a object has no type there"):
        store.query("RETURN $x AS x", {"x": object()})
    with pytest.raises(BadParameter, match=r"is no text: .* surrogates not allowed"):
        store.query("RETURN $x AS x", {"x": "\ud800"})


NOON = datetime.datetime(2026, 7, 1, 12, tzinfo=datetime.timezone.utc)


@pytest.mark.parametrize(
    "value",
    [
        NOON,
        datetime.datetime(2026, 7, 1, 14, tzinfo=ZoneInfo("Europe/Berlin")),  # as it is, it ends the process
        pd.Timestamp("2026-07-01 14:00", tz="Europe/Berlin"),
    ],
)
def test_moments_of_every_zone(store: Store, value: datetime.datetime) -> None:
    text = "RETURN $x AS x, $x = datetime('2026-07-01T12:00:00Z') AS same, valueType($many) AS type"
    assert store.rows(text, x=value, many=pd.Series([value])) == [
        {"x": NOON, "same": True, "type": "LIST<ZONED DATETIME NOT NULL> NOT NULL"}
    ]


def test_values_of_pandas(store: Store) -> None:
    text = "RETURN $a AS a, $b AS b, $c AS c, $d AS d"
    given = {"a": pd.Index(["x"]), "b": np.array([1, 2]), "c": np.float32(0.5), "d": pd.Series([1], dtype="Int64")}
    assert store.rows(text, **given) == [{"a": ["x"], "b": [1, 2], "c": 0.5, "d": [1]}]
    assert store.columns(text, **given) == {"a": [["x"]], "b": [[1, 2]], "c": [0.5], "d": [[1]]}


SLOW = "UNWIND range(1, 1000000000) AS x WITH x WHERE x % 7 = 8 RETURN x"  # no rows, had it the time


@pytest.mark.parametrize("line", ["neo4j_server", "server_2026"])
def test_a_time_out_is_no_empty_answer(request: pytest.FixtureRequest, line: str) -> None:
    server: Server = request.getfixturevalue(line)
    with Store(server.uri, server.user, server.password, timeout_seconds=0.5) as store:
        with pytest.raises(TimedOut, match=r"took longer than it may, and gave no answer\. .*timeout_seconds"):
            store.query(SLOW)
        with pytest.raises(TimedOut):
            store.columns(SLOW.replace("8", "6"))  # which had begun to answer
        assert store.rows("RETURN 1 AS x") == [{"x": 1}]


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf"), "5", True])
def test_a_time_out_that_is_none(neo4j_access: dict[str, str], seconds: float) -> None:
    with pytest.raises(BadParameter, match=r"The time-out cannot be .*\. Give seconds above 0"):
        Store(*neo4j_access.values(), timeout_seconds=seconds)


def test_prepare(throwaway_server: Callable[..., Server]) -> None:
    server = throwaway_server()
    with Store(server.uri, server.user, server.password) as store:
        store.prepare()
        assert store.rows("SHOW CONSTRAINTS YIELD name RETURN count(*) AS n") == [{"n": len(schema.KEYED_LABELS)}]
        assert store.rows("MATCH (p:Property) RETURN count(*) AS n") == [{"n": len(schema.dictionary())}]
        store.prepare()
        for version, remedy in ((schema.VERSION + 1, "pip install --upgrade"), (schema.VERSION - 1, "CHANGELOG.md")):
            store.write(("MATCH (s:Schema) SET s.version = $version", {"version": version}))
            with pytest.raises(SchemaMismatch, match=remedy):
                store.prepare()


@pytest.mark.parametrize(
    ("code", "said"),
    [  # the first is what 5.26 answered on a disk of 40 MB that ran full
        ("TransactionLogError", "Could not append transaction: Transaction #79 {started 2026-11-21} to log."),
        ("TransactionCommitFailed", "java.io.IOException: No space left on device"),
    ],
)
def test_disk_full(code: str, said: str) -> None:
    error = Neo4jError._hydrate_neo4j(code=f"Neo.DatabaseError.Transaction.{code}", message=said)
    assert isinstance(failure(error, "bolt://here"), DiskFull)
