"""The command line in this process, with a home in which nothing runs."""

import pytest
from typer.testing import CliRunner

from atlas.cli.app import app


@pytest.fixture
def home(tmp_path, monkeypatch):
    folder = tmp_path / "home"
    monkeypatch.setenv("ATLAS_HOME", str(folder))
    monkeypatch.delenv("ATLAS_NEO4J_URI", raising=False)
    return folder


@pytest.fixture
def run(home):
    return lambda *words: CliRunner().invoke(app, list(words))
