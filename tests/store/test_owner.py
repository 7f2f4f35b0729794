"""Who still writes, and who has ended."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from store import samples

from atlas import store as room
from atlas.store import Store, owner

_NAME = "from atlas.store.owner import new_owner; print(new_owner(), flush=True); input()"


def test_other_process() -> None:
    command = [sys.executable, "-c", _NAME]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        name = other.stdout.readline().strip()
        assert owner.lives(name, ours="", connected=())
        other.kill()
        other.wait()
    assert not owner.lives(name, ours="", connected=())
    place, _, start, number = name.split(":")
    assert not owner.lives(f"{place}:1:{start}:{number}", ours="", connected=())  # the pid was given to another process


def test_this_process() -> None:
    mine, other = owner.new_owner(), owner.new_owner()
    assert not owner.lives(mine, ours=mine, connected=())  # what I left behind myself
    assert owner.lives(other, ours=mine, connected=())
    owner.forget(other)
    assert not owner.lives(other, ours=mine, connected=())


def test_other_machine(store: Store, key: str, neo4j_access: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    room.load(store, samples.two_blocks(key))
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(owner, "_place", lambda: "elsewhere")
        other = Store(*neo4j_access.values())
    run = samples.run(key, "ablate")
    room.begin(other, run)
    assert room.clean(store) == ()
    other.close()
    time.sleep(0.5)  # the server takes note
    assert room.clean(store) == (run.key,)
