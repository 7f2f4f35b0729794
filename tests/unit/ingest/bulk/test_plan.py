"""Reading many networks: costs, order, failures, and processes that read."""

import os
import subprocess
import sys
import time

import pytest
import torch
from networks import two_blocks, xor

from ingest import Keep, Opening
from ingest.bulk import Entry, plan_all, read_entries, read_entry
from ingest.bulk.process import ReadingProcess
from ingest.bulk.reading import plan_entry
from ingest.bulk.workers import read_all

CHAIN = "hidden:relu,output"
KILLER = """
import os, signal
def network():
    os.kill(os.getpid(), signal.SIGKILL)
def talker():
    from networks import xor
    print("not an answer", flush=True)
    return xor()
"""


def test_costs(tmp_path):
    torch.save(xor().state_dict(), tmp_path / "xor.pt")
    torch.save(two_blocks().state_dict(), tmp_path / "blocks.pt")
    (tmp_path / "damaged.pt").write_bytes(b"PK\3\4 no archive")
    (tmp_path / "m.csv").write_text(
        f'file,chain\nxor.pt,"{CHAIN}"\ndamaged.pt,"{CHAIN}"\nblocks.pt,"dense_1:relu,dense_2:relu,dense_3"\n'
    )
    plan = plan_all(tmp_path / "m.csv", keep=Keep("top", 1))
    assert [one.key for one in plan.networks] == ["xor", "damaged", "blocks"]
    assert [one.n_neurons for one in plan.networks] == [6, 0, 14]
    assert [one.n_weights for one in plan.networks] == [8, 0, 40]
    assert [one.n_stored_weights for one in plan.networks] == [4, 0, 10]  # one for each neuron that has incoming ones
    assert (plan.total.n_neurons, plan.total.n_weights, plan.total.n_stored_weights) == (20, 48, 14)
    assert list(plan.failed) == ["damaged"]
    assert "damaged.pt" in plan.failed["damaged"]
    assert plan.to_frame()["architecture"].tolist() == ["2-2-2 relu", "", "4-4-4-2 relu"]


def test_more_than_the_limit_can_be_planned(save, tmp_path, monkeypatch):
    save("a.pt")
    monkeypatch.setattr("ingest.keep.MAX_WEIGHTS", 7)
    entries = read_entries(tmp_path, opening=Opening(chain=CHAIN))
    assert plan_all(entries).networks[0].n_stored_weights == 8
    (reading,) = read_all(read_entry, entries, None, workers=1)
    assert "8 weights, more than 7" in str(reading.reason)


def test_processes_read_the_same_in_the_same_order(save, tmp_path):
    for number in range(6):
        save(f"step_{number}.pt")
    save("step_3.pt", epoch=4).write_bytes(b"damaged")
    entries = read_entries(tmp_path, opening=Opening(chain=CHAIN))
    alone, together = plan_all(entries, workers=1), plan_all(entries, workers=2)
    assert together == alone
    assert list(together.failed) == ["step_3"]


def test_step_of_the_checkpoint(save, tmp_path):
    save("a.pt", epoch=3)
    save("b.pt", epoch=3, global_step=40)
    save("step_5.pt", global_step=41)
    entries = read_entries(tmp_path, opening=Opening(chain=CHAIN))
    readings = [read_entry(entry) for entry in entries]
    assert [reading.record.training_step for reading in readings] == [3, 40, 5]
    assert readings[1].notes == ("took the entry 'state_dict'; left out 'epoch', 'global_step'",)


@pytest.fixture
def code(tmp_path, monkeypatch):
    (tmp_path / "bulk_code.py").write_text(KILLER)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    sys.modules.pop("bulk_code", None)


def test_a_killed_process_costs_one_network(save, code):
    path = save("a.pt")
    factories = {"a": "networks:xor", "b": "bulk_code:network", "c": "networks:xor", "d": "networks:xor"}
    entries = [Entry(file=path, key=key, opening=Opening(factory=f, input="2")) for key, f in factories.items()]
    readings = list(read_all(plan_entry, entries, None, workers=2))
    assert [reading.entry.key for reading in readings] == ["a", "b", "c", "d"]
    assert [reading.reason is None for reading in readings] == [True, False, True, True]
    assert "ended, perhaps for want of memory" in str(readings[1].reason)


def test_what_a_factory_prints_is_no_answer(save, code):
    entry = Entry(file=save("a.pt"), key="a", opening=Opening(factory="bulk_code:talker", input="2"))
    with ReadingProcess() as process:
        assert process.read(plan_entry, entry, None).planned.n_weights == 8
        assert process.read(plan_entry, entry, None).planned.n_neurons == 6


def test_files_of_the_current_folder_are_not_run(save, tmp_path, monkeypatch):
    (tmp_path / "torch.py").write_text("raise SystemExit(1)")
    monkeypatch.chdir(tmp_path)
    with ReadingProcess() as process:
        entry = Entry(file=save("a.pt"), key="a", opening=Opening(chain=CHAIN))
        assert process.read(plan_entry, entry, None).planned.n_weights == 8


def test_readers_end_with_the_one_that_asks(tmp_path):
    """Killed so that it can clean up nothing, the asking process takes its readers with it."""
    script = (
        "import time\n"
        "from ingest.bulk.process import _begun\n"
        "process = _begun(); print(process.pid, flush=True); time.sleep(600)\n"
    )
    asking = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    reader = int(asking.stdout.readline())
    asking.kill()
    asking.communicate()
    limit = time.monotonic() + 60
    while _runs(reader) and time.monotonic() < limit:
        time.sleep(0.1)
    assert not _runs(reader)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
