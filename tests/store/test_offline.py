"""An empty atlas filled offline equals one filled while it runs, and nothing that fails on the way leaves a trace."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from store.filler import network
from store.samples import mixed, random_network, thinned, two_blocks

from atlas.errors import DiskFull, KeyTaken, NonFiniteWeights
from atlas.records import NetworkRecord
from atlas.schema import KEYED_LABELS
from atlas.server import Server, start, status, stop
from atlas.store import Store, fingerprint, load, network_properties, read_network, remove_network
from atlas.store.content import content_sha256
from atlas.workflow.filling import fill

HOSTILE = "'}) DETACH DELETE n //\r\n, \"quoted\" \\ \\\" `tick`\ttab; x:y 'é'"
_FILLER = Path(__file__).with_name("filler.py")
_CONSTRAINTS = "SHOW INDEXES YIELD name, state WHERE name ENDS WITH '_key' RETURN name, state"


def records() -> list[NetworkRecord]:
    """Networks of every kind, one of them with texts that would break files or Cypher."""
    opened = {"file": "a\nb", "n": 3, "flag": True, "share": 0.1, "nothing": None, "empty": "", "other": HOSTILE}
    return [
        mixed("mixed"),
        two_blocks("two"),
        random_network("wide", (7, 500, 3)),
        thinned(random_network("thin", (7, 5, 3))),
        replace(two_blocks("hostile"), dataset=HOSTILE, architecture="", family=" lead, trail ", opened=opened),
        replace(two_blocks("bare"), seed=5, training_step=7, accuracy_percent=97.5, targets=(), opened={"n": "three"}),
    ]


def _opened(server: Server) -> Store:
    return Store(server.uri, server.user, server.password)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A home in a folder whose name could be taken for a pattern or a list."""
    folder = tmp_path / "home (1)+,=x"
    yield folder
    stop(folder)


@pytest.mark.parametrize("line", ["5.26", "2026.08"])
def test_equal(home: Path, line: str) -> None:
    loaded = records()
    assert fill(iter([*loaded, loaded[0]]), home=home, line=line) == tuple(record.key for record in loaded)
    assert status(home) is None  # as before
    with _opened(start(line, home=home)) as store:
        indexes = store.rows(_CONSTRAINTS)
        assert len(indexes) == len(KEYED_LABELS)
        assert {row["state"] for row in indexes} == {"ONLINE"}
        for record in loaded:
            offline = fingerprint(store, record.key)
            assert content_sha256(read_network(store, record.key)) == content_sha256(record)
            assert not load(store, record)
            assert network_properties(store, record.key)["loaded_at"].year >= 2024
            remove_network(store, record.key)
            load(store, record)
            assert fingerprint(store, record.key) == offline, record.key


def test_refused(home: Path) -> None:
    with _opened(start(home=home)) as store:
        store.prepare()
        load(store, two_blocks("first"))
        before = fingerprint(store, "first")
        with pytest.raises(KeyTaken, match="not empty: it holds 'first'"):
            fill([two_blocks("second")], home=home)
        assert fingerprint(store, "first") == before  # over the same connection: nothing was stopped
        remove_network(store, "first")
        pid = status(home).pid  # type: ignore[union-attr]
        with pytest.raises(KeyTaken, match="Two networks of different content have the key 'a'"):
            fill([two_blocks("a"), mixed("a")], home=home)
        broken = replace(mixed("a").blocks[1], strength=np.full((4, 4), np.nan))
        with pytest.raises(NonFiniteWeights, match="'conv' to 'rnn'"):
            fill([two_blocks("b"), replace(mixed("a"), blocks=(broken,))], home=home)
        assert fill([], home=home) == ()
        assert status(home).pid == pid  # type: ignore[union-attr]
        assert store.rows("MATCH (n:Network) RETURN n.key AS key") == []
    assert fill([two_blocks("b")], home=home) == ("b",)
    with _opened(start(home=home)) as store:
        assert network_properties(store, "b")["n_weights"] == 40
    assert sorted(path.name for path in (home / "neo4j-5.26").glob("staging*")) == ["staging.lock"]


def _filler(home: Path, moment: str, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(_FILLER), str(home), moment]
    return subprocess.run(command, capture_output=True, text=True, **options)  # type: ignore[call-overload, no-any-return]


def _networks(home: Path) -> int:
    with _opened(start(home=home)) as store:
        store.prepare()
        return int(store.rows("MATCH (n:Network) RETURN count(n) AS n")[0]["n"])


def test_disk_full(home: Path) -> None:
    assert _networks(home) == 0
    pid = status(home).pid  # type: ignore[union-attr]
    for moment in ("disk-files", "disk-import"):
        done = _filler(home, moment)
        assert done.stdout.startswith(f"{DiskFull.__name__}: The disk of "), done.stderr
        assert done.stdout.count("\n") == 1
        assert status(home).pid == pid  # type: ignore[union-attr]
        assert _networks(home) == 0
        assert not (home / "neo4j-5.26" / "staging").exists()
    assert fill([two_blocks("b")], home=home) == ("b",)


def test_killed(home: Path) -> None:
    staging = home / "neo4j-5.26" / "staging"
    for moment in ("write weights", "import", "exchange", "exchanged"):
        assert _networks(home) == 0, moment
        assert _filler(home, moment).returncode == -9, moment
        assert staging.exists(), moment
    assert _networks(home) == 0
    assert not staging.exists()
    assert _filler(home, "create indexes").returncode == -9
    assert _networks(home) == 1  # the server ran on it already
    assert not staging.exists()
    with _opened(start(home=home)) as store:
        assert content_sha256(read_network(store, "big")) == content_sha256(network())
