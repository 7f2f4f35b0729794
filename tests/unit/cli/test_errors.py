"""What the atlas refuses is told in one line, before any server is started."""

import os
import pickle
import signal
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from networks import xor

CHAIN = "hidden:relu,output"


class Code:
    """A pickle of it runs a command when opened."""

    def __reduce__(self):
        return (os.system, ("true",))


@pytest.fixture
def files(tmp_path):
    """Files that are good, and bad in one way each."""
    state = xor().state_dict()
    torch.save(state, tmp_path / "good.pt")
    whole = (tmp_path / "good.pt").read_bytes()
    (tmp_path / "truncated.pt").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "code.pt").write_bytes(pickle.dumps(Code(), protocol=2))
    torch.save(state | {"output.weight": torch.ones(2, 3)}, tmp_path / "misfit.pt")
    torch.save(state | {"hidden.bias": torch.tensor([0.0, float("nan")])}, tmp_path / "nan.pt")
    np.savez(tmp_path / "wide.npz", x=np.zeros((4, 3)), y=np.array([0, 1, 1, 0]))
    np.savez(tmp_path / "classes.npz", x=np.zeros((4, 2)), y=np.array([0, 1, 2, 0]))
    return tmp_path


@pytest.mark.parametrize(
    ("file", "words", "culprit"),
    [
        ("missing.pt", [], "missing.pt"),
        ("truncated.pt", [], "truncated.pt"),
        ("code.pt", [], "would run code"),
        ("misfit.pt", [], "'output' takes in 3"),
        ("nan.pt", [], "'hidden.bias' has 1 NaN"),
        ("good.pt", ["--chain", "hiden:relu,output"], "'hiden'"),
        ("good.pt", ["--chain", "hidden:rely,output"], "Did you mean 'relu'?"),
        ("good.pt", ["--key", "not a key"], "'not a key'"),
        ("good.pt", ["--data", "wide.npz"], "3 values a trial, but the network takes in 2"),
        ("good.pt", ["--data", "classes.npz"], "3 classes, but the network has 2 outputs"),
        ("good.pt", ["--data", "missing.npz"], "missing.npz"),
        ("good.pt", ["--data", "digit"], "Did you mean 'digits'?"),
    ],
)
def test_bad_ingestion(file, words, culprit, files, run, home):
    words = [str(files / word) if word.endswith(".npz") else word for word in words]
    done = run("ingest", str(files / file), "--key", "bad", "--chain", CHAIN, *words)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("atlas: ")
    assert done.stderr.count("\n") == 1
    assert culprit in done.stderr
    assert not (home / "neo4j-5.26").exists()


@pytest.mark.parametrize(
    ("words", "culprit"),
    [
        (["ask", "most_damaging_neuron", "network=a"], "Did you mean 'most_damaging_neurons'?"),
        (["ask", "network_card", "netwrk=a"], "Did you mean 'network'?"),
        (["ask", "most_damaging_neurons", "network=a", "top=many"], "'top' cannot be 'many'"),
        (["ask", "network_card", "digits-mlp"], "Write NAME=VALUE"),
        (["questions", "network_crad"], "Did you mean 'network_card'?"),
        (["cypher", "RETURN 1", "one"], "Write NAME=VALUE"),
        (["partition", "a", "--name", "no/slash"], "'no/slash'"),
        (["load", "missing.dump"], "missing.dump"),
    ],
)
def test_bad_names(words, culprit, run, home):
    done = run(*words)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert culprit in done.stderr
    assert not (home / "neo4j-5.26").exists()


@pytest.mark.parametrize(
    "words", [["asc"], ["ablate"], ["ablate", "a", "--method", "burn"], ["remove"], ["remove", "a", "--run", "b"]]
)
def test_wrong_usage(words, run):
    assert run(*words).exit_code == 2


def test_no_server_at_the_address(run, monkeypatch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("ATLAS_NEO4J_URI", f"bolt://127.0.0.1:{port}")
    monkeypatch.setenv("ATLAS_NEO4J_PASSWORD", "any")
    done = run("networks")
    assert done.exit_code == 1
    assert f"No Neo4j answers at bolt://127.0.0.1:{port}" in done.stderr
    assert done.stderr.count("\n") == 1


def test_no_password(run, monkeypatch):
    monkeypatch.setenv("ATLAS_NEO4J_URI", "bolt://127.0.0.1:9")
    monkeypatch.delenv("ATLAS_NEO4J_PASSWORD", raising=False)
    done = run("networks")
    assert done.exit_code == 1
    assert "set ATLAS_NEO4J_USER and ATLAS_NEO4J_PASSWORD" in done.stderr


def test_dump_of_a_foreign_server(run, monkeypatch, tmp_path):
    monkeypatch.setenv("ATLAS_NEO4J_URI", "bolt://127.0.0.1:9")
    done = run("dump", str(tmp_path / "atlas.dump"))
    assert done.exit_code == 1
    assert "bolt://127.0.0.1:9" in done.stderr
    assert not (tmp_path / "atlas.dump").exists()


def test_interrupt_ends_with_130(home):
    with socket.create_server(("127.0.0.1", 0)) as mute:
        environment = {
            **os.environ,
            "ATLAS_NEO4J_URI": f"bolt://127.0.0.1:{mute.getsockname()[1]}",
            "ATLAS_NEO4J_PASSWORD": "any",
        }
        command = [str(Path(sys.executable).parent / "atlas"), "networks"]
        process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        connection, _ = mute.accept()
        with connection:
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert said.strip().splitlines()[-1].startswith("atlas: interrupted.")
    assert "Traceback" not in said
