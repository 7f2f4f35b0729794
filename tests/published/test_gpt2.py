"""The full shape of GPT-2: what it would cost is told, and nothing is written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from architectures import gpt2

pytestmark = pytest.mark.published


def test_dry_run(tmp_path: Path) -> None:
    torch.save(gpt2().state_dict(), tmp_path / "gpt2.pt")
    words = ["ingest", "gpt2.pt", "--factory", "architectures:gpt2", "--input", "tokens:8", "--dry-run"]
    paths = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": paths, "ATLAS_HOME": str(tmp_path / "home")}
    command = [str(Path(sys.executable).with_name("atlas")), *words]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    n_neurons = 1 + 768 + 12 * (12 + 768 + 3072 + 768) + 50257
    heads = 768 * 12 * sum(range(1, 24, 2)) + 12 * 12 * 768  # every block reads all that was written before it
    perceptrons = 768 * 3072 * sum(range(2, 25, 2)) + 12 * 3072 * 768
    n_weights = 768 + heads + perceptrons + 25 * 768 * 50257
    assert f"{n_neurons:,} neurons" in done.stdout
    assert f"{n_weights:,} weights" in done.stdout
    assert not (tmp_path / "home").exists()
