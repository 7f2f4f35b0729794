"""Many networks into a real atlas: killed and repeated, recognised, joined, and failing one by one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from networks import two_blocks, xor
from torch import nn

from atlas.server import start
from atlas.store import Store, fingerprint, remove_network
from ingest import Keep, Opening, Origin
from ingest.bulk import ingest_all, read_entries

CHAIN = "hidden:relu,output"
N_CHECKPOINTS = 200
_COUNT = "MATCH (n:Network) RETURN count(n) AS n"
_KEYS = "MATCH (n:Network) RETURN n.key AS key ORDER BY key"
_NEXT = """MATCH (a:Network)-[next:NEXT]->(b:Network) WHERE a.family = $family
RETURN a.key AS earlier, b.key AS later, next.n_steps AS n_steps ORDER BY a.training_step"""


@pytest.fixture
def folder(tmp_path):
    """Three checkpoints of one training run, under keys of this test."""
    for step in (0, 10, 30):
        save(tmp_path / f"bulk-step_{step}.pt", seed=step)
    return tmp_path


@pytest.fixture
def removed(atlas):
    """Remove at the end what a test has taken in."""
    yield
    for key in atlas.networks()["network"]:
        if key.startswith("bulk-"):
            remove_network(atlas.store, key)


def save(path: Path, *, seed: int) -> None:
    torch.manual_seed(seed)
    state = xor().state_dict()
    torch.save({name: tensor + torch.randn(tensor.shape) for name, tensor in state.items()}, path)


def entries_of(folder, **origin):
    return read_entries(folder, opening=Opening(chain=CHAIN), origin=Origin(**origin))


def joined(atlas, family):
    return [tuple(row.values()) for row in atlas.store.rows(_NEXT, family=family)]


def test_again_and_grown(folder, atlas, removed):
    first = ingest_all(entries_of(folder, family="bulk-run", seed=1), atlas=atlas)
    assert (first.summary, first.n_joined) == ("3 loaded, 0 already there, 0 failed", 3)
    assert joined(atlas, "bulk-run") == [("bulk-step_0", "bulk-step_10", 10), ("bulk-step_10", "bulk-step_30", 20)]
    before = fingerprint(atlas.store, "bulk-step_10")
    save(folder / "bulk-step_20.pt", seed=20)
    again = ingest_all(entries_of(folder, family="bulk-run", seed=1), atlas=atlas)
    assert again.summary == "1 loaded, 3 already there, 0 failed"
    assert again.loaded == ("bulk-step_20",)
    assert joined(atlas, "bulk-run") == [(f"bulk-step_{a}", f"bulk-step_{a + 10}", 10) for a in (0, 10, 20)]
    remove_network(atlas.store, "bulk-step_20")
    (folder / "bulk-step_20.pt").unlink()
    assert ingest_all(entries_of(folder, family="bulk-run", seed=1), atlas=atlas).loaded == ()
    assert fingerprint(atlas.store, "bulk-step_10") == before


def test_what_stands_there_is_not_opened_again(folder, atlas, removed, monkeypatch):
    (folder / "bulk_factory.py").write_text(
        "from pathlib import Path\nfrom networks import xor\n"
        "def network():\n    Path(__file__).with_name('calls').open('a').write('x')\n    return xor()\n"
    )
    monkeypatch.syspath_prepend(str(folder))
    entries = read_entries(folder, pattern="*.pt", opening=Opening(factory="bulk_factory:network"))
    assert len(ingest_all(entries, atlas=atlas).loaded) == 3
    assert (folder / "calls").read_text() == "xxx"
    assert len(ingest_all(entries, atlas=atlas).already_there) == 3
    assert (folder / "calls").read_text() == "xxx"
    sys.modules.pop("bulk_factory")


def test_failures_stop_nothing_else(folder, atlas, removed):
    ingest_all(entries_of(folder)[:1], atlas=atlas)
    save(folder / "bulk-step_0.pt", seed=99)
    (folder / "bulk-step_5.pt").write_bytes(b"damaged")
    torch.save(two_blocks().state_dict(), folder / "bulk-step_6.pt")
    report = ingest_all(entries_of(folder), atlas=atlas, workers=2)
    assert [one.state for one in report.networks] == ["failed", "failed", "failed", "loaded", "loaded"]
    assert list(report.failed) == ["bulk-step_0", "bulk-step_5", "bulk-step_6"]
    assert "Another network stands under 'bulk-step_0'" in report.failed["bulk-step_0"]
    assert "damaged" in report.failed["bulk-step_5"]
    assert "'hidden'" in report.failed["bulk-step_6"]
    assert report.summary == "2 loaded, 0 already there, 3 failed"
    assert report.to_frame()["state"].tolist() == [one.state for one in report.networks]


def test_other_weights_kept_are_another_network(folder, atlas, removed):
    entries = entries_of(folder)[:1]
    assert ingest_all(entries, atlas=atlas, keep=Keep("top", 1)).loaded == ("bulk-step_0",)
    assert ingest_all(entries, atlas=atlas, keep=Keep("top", 1)).already_there == ("bulk-step_0",)
    assert "Another network stands" in ingest_all(entries, atlas=atlas).failed["bulk-step_0"]


def test_runs_that_cannot_be_joined(folder, atlas, removed):
    one, other, third = entries_of(folder, family="bulk-same", seed=1)
    same_step = replace(other, origin=replace(other.origin, training_step=0))
    report = ingest_all([one, same_step], atlas=atlas)
    assert report.summary == "2 loaded, 0 already there, 0 failed"
    assert "'bulk-step_0' and 'bulk-step_10' both have step 0" in report.notes[0]
    other_seed = replace(third, origin=replace(third.origin, seed=2))
    assert ingest_all([other_seed], atlas=atlas).n_joined == 0
    assert joined(atlas, "bulk-same") == []


def test_manifest_by_command(folder, run, atlas, removed):
    (folder / "bulk-bad.pt").write_bytes(b"damaged")
    (folder / "m.csv").write_text(
        f'file,key,chain,family,step\nbulk-step_0.pt,bulk-a,"{CHAIN}",bulk-m,\nbulk-bad.pt,bulk-b,"{CHAIN}",,\n'
        f'bulk-step_10.pt,bulk-c,"{CHAIN}",bulk-m,12\n'
    )
    done = run("ingest", str(folder / "m.csv"))
    assert done.exit_code == 1
    assert done.stdout == ("2 checkpoints joined in the order of their steps\n2 loaded, 0 already there, 1 failed\n")
    assert [line[:15] for line in done.stderr.splitlines() if line.startswith("failed")] == ["failed: bulk-b:"]
    assert joined(atlas, "bulk-m") == [("bulk-a", "bulk-c", 12)]
    again = run("ingest", str(folder / "m.csv"))
    assert again.stdout.endswith("\n0 loaded, 2 already there, 1 failed\n")


def test_one_file_is_joined_to_its_run(folder, run, atlas, removed):
    for step in (0, 30, 10):
        words = ("ingest", str(folder / f"bulk-step_{step}.pt"), "--chain", CHAIN, "--family", "bulk-one")
        assert run(*words).exit_code == 0
    assert joined(atlas, "bulk-one") == [("bulk-step_0", "bulk-step_10", 10), ("bulk-step_10", "bulk-step_30", 20)]
    assert run(*words).stdout == "bulk-step_10: 2-2-2 relu, 6 neurons, 8 weights; already there\n"


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory):
    """Two hundred checkpoints of a 64-8-10 network."""
    folder = tmp_path_factory.mktemp("bulk-checkpoints")
    for step in range(N_CHECKPOINTS):
        torch.manual_seed(step)
        torch.save(
            nn.Sequential(nn.Linear(64, 8), nn.ReLU(), nn.Linear(8, 10)).state_dict(), folder / f"step_{step}.pt"
        )
    return folder


@pytest.mark.timeout(3000)
def test_killed_twice(checkpoints, throwaway_server):
    """Killed twice on the way and repeated, a running atlas ends as one that was filled offline undisturbed."""
    whole, killed = throwaway_server(), throwaway_server()
    home = whole.folder.parent
    assert _ingest(checkpoints, {"ATLAS_HOME": str(home)}) == [
        "200 checkpoints joined in the order of their steps",
        "200 loaded, 0 already there, 0 failed",
    ]
    access = {"URI": killed.uri, "USER": killed.user, "PASSWORD": killed.password}
    environment = {f"ATLAS_NEO4J_{name}": value for name, value in access.items()}
    with Store(killed.uri, killed.user, killed.password) as store:
        for n_before in (40, 120):
            _kill_after(n_before, store, checkpoints, environment)
            assert _command(environment, "check").stdout == "The atlas is sound.\n"
        n_there = store.rows(_COUNT)[0]["n"]
        assert 120 <= n_there < N_CHECKPOINTS
        assert _ingest(checkpoints, environment)[-1] == f"{200 - n_there} loaded, {n_there} already there, 0 failed"
        whole = start("5.26", home=home)
        with Store(whole.uri, whole.user, whole.password) as undisturbed:
            keys = [row["key"] for row in undisturbed.rows(_KEYS)]
            assert [row["key"] for row in store.rows(_KEYS)] == keys
            assert len(keys) == N_CHECKPOINTS
            assert [fingerprint(store, key) for key in keys] == [fingerprint(undisturbed, key) for key in keys]


def _kill_after(n_networks: int, store: Store, folder: Path, environment: dict[str, str]) -> None:
    process = subprocess.Popen(_words(folder), env={**os.environ, **environment}, stderr=subprocess.PIPE)
    while process.poll() is None and store.rows(_COUNT)[0]["n"] < n_networks:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL, process.stderr.read().decode()


def _ingest(folder: Path, environment: dict[str, str]) -> list[str]:
    done = subprocess.run(_words(folder), env={**os.environ, **environment}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def _command(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([_atlas(), *words], env={**os.environ, **environment}, capture_output=True, text=True)


def _words(folder: Path) -> list[str]:
    return [_atlas(), "ingest", str(folder), "--chain", "0:relu,2", "--family", "bulk-killed", "--seed", "1"]


def _atlas() -> str:
    return str(Path(sys.executable).parent / "atlas")
