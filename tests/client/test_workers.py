"""A sweep gives the same numbers in threads, on Dask workers, and killed half way and taken up again."""

import os
import subprocess
import sys

import numpy as np
import pytest
import torch
from distributed import LocalCluster
from torch import nn

from atlas.workflow.resuming import folder_of

KEY = "client-workers"


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A random 12-70-40-5 network, and 300 trials that it mostly answers as labelled."""
    folder = tmp_path_factory.mktemp("workers")
    torch.manual_seed(4)
    module = nn.Sequential(nn.Linear(12, 70), nn.ReLU(), nn.Linear(70, 40), nn.Tanh(), nn.Linear(40, 5))
    torch.save(module.state_dict(), folder / "network.pt")
    draws = np.random.default_rng(4)
    x = draws.normal(size=(300, 12)).astype(np.float32)
    y = module(torch.tensor(x)).argmax(1).numpy()
    y[:30] = draws.integers(0, 5, 30)
    np.savez(folder / "trials.npz", x=x, y=y)
    return folder


@pytest.fixture
def network(files, run, atlas):
    words = ("ingest", str(files / "network.pt"), "--key", KEY, "--chain", "0:relu,2:tanh,4")
    assert run(*words, "--data", str(files / "trials.npz")).exit_code == 0
    yield atlas.network(KEY)
    atlas.remove(KEY)


@pytest.fixture(scope="module")
def dask_address():
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0") as cluster:
        yield cluster.scheduler_address


def measured(network, run, atlas, *words):
    """Ablate the neurons, and take the run out again; the same run has the same key."""
    done = run("ablate", KEY, "--only", "neurons", *words)
    assert done.exit_code == 0, done.stderr
    effects = network.effects()
    atlas.remove(effects["run"].iloc[0])
    return effects


def test_dask_equals_threads_bit_for_bit(network, run, atlas, dask_address):
    alone = measured(network, run, atlas, "--threads", "1")
    assert len(alone) == 110 * 6
    assert alone["loss_change"].notna().all()
    for words in (("--threads", "2"), ("--dask", dask_address)):
        assert measured(network, run, atlas, *words).equals(alone)


def test_clusters_and_pairs_on_dask(network, run, atlas, dask_address):
    assert run("partition", KEY, "--n-null", "2", "--n-seeds", "2").exit_code == 0
    tables = []
    for words in (("--threads", "1"), ("--dask", dask_address)):
        assert run("ablate", KEY, "--only", "clusters", "--n-null", "50", *words).exit_code == 0
        assert run("pairs", KEY, "--layers", "2", "--top", "2000", *words).exit_code == 0
        partition = network.partitions()["partition"].iloc[0]
        effects = network.effects(partition=partition)
        pairs = atlas.ask("redundant_pairs", network=KEY, max_single=100, min_joint=-100, top=2000)
        tables.append((effects, pairs))
        for table in (effects, pairs):
            atlas.remove(table["run"].iloc[0])
    assert tables[0][0].equals(tables[1][0])
    assert len(tables[0][1]) == 40 * 39 / 2
    assert tables[0][1].equals(tables[1][1])


def test_killed_half_way_and_taken_up_again(network, run, atlas, neo4j_access, tmp_path, monkeypatch):
    undisturbed = measured(network, run, atlas)
    monkeypatch.setenv("ATLAS_CACHE", str(tmp_path))
    program = f"""
import os
import ingest
from atlas import connect
from atlas.store import opened
def kill(step, done, total):
    if step.startswith("ablate") and done >= 60:
        os.kill(os.getpid(), 9)
with connect() as atlas:
    how = opened(atlas.store, {KEY!r})
    forward = ingest.reopen(how.opened, key={KEY!r}, file_sha256=how.file_sha256)
    atlas.network({KEY!r}, forward=forward).ablate(only="neurons", progress=kill)
"""
    environment = {**os.environ, **neo4j_access, "ATLAS_CACHE": str(tmp_path)}
    killed = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
    assert killed.returncode == -9, killed.stderr
    blocks = list(folder_of(undisturbed["run"].iloc[0]).glob("*.npz"))
    assert 1 <= len(blocks) < 4  # of 110 neurons, 32 at a time
    assert measured(network, run, atlas).equals(undisturbed)
    assert not folder_of(undisturbed["run"].iloc[0]).exists()
