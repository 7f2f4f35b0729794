"""`atlas inspect` on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
import typer
from typer.testing import CliRunner

from atlas.cli import inspect


@pytest.fixture
def app() -> typer.Typer:
    app = typer.Typer()
    inspect.add_to(app)
    return app


def test_table(app: typer.Typer, tmp_path: Path) -> None:
    torch.save({"model": {"a.weight": torch.ones(3, 2)}, "epoch": 4}, tmp_path / "n.pt")
    done = CliRunner().invoke(app, [str(tmp_path / "n.pt")])
    assert done.exit_code == 0
    assert "a.weight   3 x 2   float32" in done.stdout
    assert done.stdout.splitlines()[-4:] == [
        "Note: took the entry 'model'; left out 'epoch'.",
        "Found: epoch 4.",
        "Guess: perceptron 2-3: the shapes form a chain; relu is a guess.",
        f"atlas ingest {tmp_path / 'n.pt'} --key n --chain a",
    ]


def test_csv(app: typer.Typer, tmp_path: Path) -> None:
    torch.save([{"a": torch.ones(2)}, {"b": torch.ones(1)}], tmp_path / "n.pt")
    done = CliRunner().invoke(app, [str(tmp_path / "n.pt"), "--part", "0", "--format", "csv"])
    assert done.stdout == "name,shape,dtype,n_values,is_finite\na,2,float32,2,True\n"
    assert "Guess: unknown" in done.stderr
