"""`atlas ingest`: usage, dry runs and refusals, before any server is started."""

import os
import pty
import subprocess
import sys

import pytest
import torch
from networks import xor
from typer.testing import CliRunner

from atlas.cli.app import app

CHAIN = "hidden:relu,output"


@pytest.fixture
def home(tmp_path, monkeypatch):
    folder = tmp_path / "home"
    monkeypatch.setenv("ATLAS_HOME", str(folder))
    monkeypatch.delenv("ATLAS_NEO4J_URI", raising=False)
    return folder


@pytest.fixture
def run(home):
    return lambda *words: CliRunner().invoke(app, ["ingest", *map(str, words)])


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "networks"
    path.mkdir()
    for step in (1, 2):
        torch.save({"model": xor().state_dict(), "epoch": step}, path / f"step_{step}.pt")
    return path


def test_dry_run_of_a_folder(run, folder, home):
    done = run(folder, "--chain", CHAIN, "--keep", "top:1", "--dry-run")
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "step_1: 2-2-2 relu, 6 neurons, 8 weights, 4 kept; loading takes about 0.01 s and 0.3 kB",
        "step_2: 2-2-2 relu, 6 neurons, 8 weights, 4 kept; loading takes about 0.01 s and 0.3 kB",
        "in all: 12 neurons, 16 weights, 8 kept; loading takes about 0.01 s and 0.6 kB. "
        "2 networks, 0 failed. Nothing was written.",
    ]
    assert "Note: took the entry 'model'; left out 'epoch' (2 networks)." in done.stderr
    assert not home.exists()


def test_dry_run_with_a_failure(run, folder, home):
    (folder / "step_3.pt").write_bytes(b"damaged")
    done = run(folder, "--chain", CHAIN, "--dry-run")
    assert done.exit_code == 1
    assert "2 networks, 1 failed. Nothing was written." in done.stdout
    assert [line[:15] for line in done.stderr.splitlines() if "fail" in line] == ["failed: step_3:"]


def test_dry_run_of_a_file(run, folder, home):
    done = run(folder / "step_1.pt", "--chain", CHAIN, "--dry-run")
    assert done.stdout == (
        "step_1: 2-2-2 relu, 6 neurons, 8 weights, 8 kept; loading takes about 0.01 s and 0.6 kB. "
        "Nothing was written.\n"
    )
    assert "Note: took the entry 'model'; left out 'epoch'." in done.stderr
    assert not home.exists()


def test_left_out_of_the_chain_is_told(run, folder):
    torch.save(xor().state_dict() | {"between.weight": torch.eye(2)}, folder / "n.pt")
    done = run(folder / "n.pt", "--chain", CHAIN, "--dry-run")
    assert done.exit_code == 0
    assert "Note: the chain leaves out 'between.weight'; if they belong to the network, name" in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["networks", "--key", "a"],
        ["networks", "--training-step", "3"],
        ["networks/step_1.pt", "--pattern", "*.pt"],
        ["networks", "--norm", "l7"],
        ["networks", "--workers", "0"],
    ],
)
def test_wrong_usage(words, run, folder, home):
    assert run(folder.parent / words[0], *words[1:]).exit_code == 2
    assert not home.exists()


@pytest.mark.parametrize(
    ("words", "culprit"),
    [
        (["networks", "--pattern", "*.onnx"], "matches '*.onnx'"),
        (["networks", "--keep", "most"], "The rule 'most'"),
        (["missing.csv"], "missing.csv"),
        (["networks/step_1.pt", "--keep", "top:0"], "The rule 'top:0'"),
        (["networks/step_1.pt", "--key", "not a key"], "'not a key'"),
        (["networks/step_1.pt", "--chain", "hiden:relu,output"], "'hiden'"),
        (["networks/step_1.pt", "--part", "ema"], "'ema'"),
        (["networks/step_1.pt", "--chain", CHAIN, "--input", "2by2"], "'2by2'"),
        (["networks/step_1.pt", "--chain", CHAIN, "--input", "10"], "'hidden.weight', which takes in 2 numbers"),
        (["networks/step_1.pt", "--chain", CHAIN, "--seed", "-3"], "seed is -3"),
        (["networks/step_1.pt", "--chain", CHAIN, "--training-step", "-1"], "training_step is -1"),
        (["networks/step_1.pt", "--chain", CHAIN, "--family", ""], "family is ''"),
        (["networks", "--chain", CHAIN, "--seed", "-3"], "seed is -3"),
    ],
)
def test_refused(words, culprit, run, folder, home):
    done = run(folder.parent / words[0], *words[1:])
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert culprit in done.stderr
    assert not home.exists()


def test_too_many_weights_without_a_terminal(run, folder, home, monkeypatch):
    monkeypatch.setattr("ingest.keep.MAX_WEIGHTS", 7)
    done = run(folder / "step_1.pt", "--chain", CHAIN)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "8 weights, more than 7" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not home.exists()


def test_too_many_weights_at_a_terminal(folder, home):
    """Whoever sits there is told the cost and asked; no is no."""
    script = "import ingest.keep; ingest.keep.MAX_WEIGHTS = 7; from atlas.cli.main import main; main()"
    command = [sys.executable, "-c", script, "ingest", str(folder / "step_1.pt"), "--chain", CHAIN]
    ours, its = pty.openpty()
    process = subprocess.Popen(command, stdin=its, stdout=subprocess.PIPE, stderr=its, text=True)
    os.close(its)
    os.write(ours, b"n\n")
    said = _all(ours)
    printed, _ = process.communicate(timeout=300)
    assert (process.returncode, printed.strip()) == (1, "")
    assert "6 neurons, 8 weights, 8 kept; loading takes about 0.01 s and 0.6 kB" in said
    assert "Keep all of them? [y/N]:" in said
    assert "more than 7" in said
    assert not home.exists()


def _all(terminal: int) -> str:
    said = b""
    while True:
        try:
            piece = os.read(terminal, 1000)
        except OSError:  # Linux ends a terminal that nobody writes to so
            return said.decode()
        if not piece:
            return said.decode()
        said += piece
