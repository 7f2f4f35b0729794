"""What the atlas refuses is told in one line, before any server is started."""

import logging
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

from atlas.cli import main

COMMAND = str(Path(sys.executable).parent / "atlas")
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
        (["ask", "most_damaging_neurons", "network=a", "top=2", "top=3"], "Parameter 'top' is given twice"),
        (["cypher", "RETURN $x", "x=1", "x=2"], "Parameter 'x' is given twice"),
        (["remove", "digits-mlp/run/ablate-12"], "Remove the run: atlas remove --run digits-mlp/run/ablate-12."),
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
    assert "Set ATLAS_NEO4J_USER and ATLAS_NEO4J_PASSWORD." in done.stderr
    assert "connect(" not in done.stderr


@pytest.mark.parametrize("names", [("USER",), ("PASSWORD",), ("USER", "PASSWORD")], ids="-".join)
def test_no_address(names, run, home, monkeypatch):
    for name in ("USER", "PASSWORD"):
        monkeypatch.delenv(f"ATLAS_NEO4J_{name}", raising=False)
    for name in names:
        monkeypatch.setenv(f"ATLAS_NEO4J_{name}", "any")
    done = run("networks")
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    named = " and ".join(f"ATLAS_NEO4J_{name}" for name in names)
    assert done.stderr.startswith(f"atlas: {named} without ATLAS_NEO4J_URI: ")
    assert "connect(" not in done.stderr
    assert not (home / "neo4j-5.26").exists()


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
        process = subprocess.Popen([COMMAND, "networks"], env=environment, stderr=subprocess.PIPE, text=True)
        connection, _ = mute.accept()
        with connection:
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert said.strip().splitlines()[-1].startswith("atlas: interrupted.")
    assert "Traceback" not in said


def test_interrupt_while_the_commands_are_imported(monkeypatch, capsys):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "atlas.cli.app")
    monkeypatch.setattr("importlib._bootstrap_external.SourceFileLoader.exec_module", interrupt)
    with pytest.raises(SystemExit) as ended:
        main.main()
    assert ended.value.code == 130
    assert capsys.readouterr().err == "atlas: interrupted. The same command begins anew, or goes on where it was.\n"


def test_the_driver_is_silent(monkeypatch, request, caplog):
    request.addfinalizer(lambda: logging.getLogger("neo4j").setLevel(logging.NOTSET))
    monkeypatch.setattr("atlas.cli.app.app", lambda: logging.getLogger("neo4j.pool").error("will be retried"))
    main.main()
    assert caplog.records == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="writes to Linux's full device")
@pytest.mark.parametrize("words", [["questions"], ["questions", "--format", "csv"], ["questions", "network_card"]])
def test_full_standard_output(words):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([COMMAND, *words], stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1
    assert done.stderr == "atlas: The output cannot be written: No space left on device. Send it elsewhere.\n"


def test_closed_standard_output():
    done = subprocess.run(["sh", "-c", f"{COMMAND} questions >&-"], stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("atlas: Standard output is closed")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("form", ["table", "csv", "parquet"])
def test_reader_that_has_ended(form):
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([COMMAND, "questions", "--format", form], stdout=writing, stderr=subprocess.PIPE, text=True)
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, "")
