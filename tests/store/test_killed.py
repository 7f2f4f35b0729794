"""A process killed at any moment leaves nothing that the next command does not put right."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from atlas import store as room
from atlas.store import Store

_WRITER = Path(__file__).with_name("samples.py")
_CHECKS = sorted((Path(__file__).parents[2] / "queries" / "checks").glob("*.cypher"))
_HALF = """MATCH (x) WHERE (x:Loading OR x:Removing) AND x.key = $key
  OR x:Run AND x.network = $key AND x.state <> 'finished' RETURN x.key AS key"""
MOMENTS = 10


def _started(key: str, access: dict[str, str]) -> subprocess.Popen[str]:
    """Start the writer and wait until it is about to load."""
    command = [sys.executable, str(_WRITER), key]
    environment = {**os.environ, **access, "PYTHONPATH": str(_WRITER.parents[1])}
    writer = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    assert writer.stdout.readline() == "ready\n"
    return writer


def _complete(key: str, access: dict[str, str]) -> float:
    """Let the writer write everything; the seconds it took."""
    writer = _started(key, access)
    began = time.monotonic()
    assert writer.wait() == 0
    return time.monotonic() - began


@pytest.mark.timeout(900)
def test_ten_moments(store: Store, key: str, neo4j_access: dict[str, str]) -> None:
    seconds = _complete(key, neo4j_access)
    undisturbed = room.fingerprint(store, key)
    draws = random.Random(3)
    for _ in range(MOMENTS):
        room.remove_network(store, key)
        writer = _started(key, neo4j_access)
        time.sleep(draws.uniform(0, seconds))
        writer.kill()
        writer.wait()
        room.clean(store)
        assert store.rows(_HALF, key=key) == []
        for check in _CHECKS:
            assert store.query(check.read_text(), {"network": key}).rows == [], check.stem
        _complete(key, neo4j_access)
        assert room.fingerprint(store, key) == undisturbed


def test_removal(store: Store, key: str, neo4j_access: dict[str, str]) -> None:
    _complete(key, neo4j_access)
    program = f"""
import os
from atlas import store as room
with room.Store(*(os.environ["ATLAS_NEO4J_" + name] for name in ("URI", "USER", "PASSWORD"))) as store:
    room.remove_network(store, {key!r}, progress=lambda step, done, total: done and os.kill(os.getpid(), 9))
"""
    killed = subprocess.run([sys.executable, "-c", program], env={**os.environ, **neo4j_access})
    assert killed.returncode == -9
    left = "MATCH (x) WHERE x.network = $key OR x.key = $key RETURN count(x) > 0 AS left"
    assert store.rows(left, key=key) == [{"left": True}]
    assert room.clean(store) == (key,)
    assert store.rows(left, key=key) == [{"left": False}]
