"""A whole atlas in one file: dumped, loaded elsewhere, and never lost on the way."""

import json

import pytest
import torch
from networks import xor
from typer.testing import CliRunner

from atlas import connect
from atlas.cli.main import app
from atlas.server import status, stop
from atlas.store import fingerprint


@pytest.fixture
def at(monkeypatch, tmp_path):
    """Run a command in one of several homes, each an atlas of its own."""
    for name in ("URI", "USER", "PASSWORD"):
        monkeypatch.delenv(f"ATLAS_NEO4J_{name}", raising=False)
    homes = set()

    def at(home, *words):
        homes.add(tmp_path / home)
        monkeypatch.setenv("ATLAS_HOME", str(tmp_path / home))
        return CliRunner().invoke(app, list(words)) if words else None

    yield at
    for home in homes:
        stop(home)


def content():
    with connect() as atlas:
        return list(atlas.networks()["network"]), fingerprint(atlas.store, "xor")


def test_dump_and_load(at, tmp_path):
    torch.save(xor().state_dict(), tmp_path / "xor.pt")
    file, broken = str(tmp_path / "atlas.dump"), tmp_path / "broken.dump"
    assert at("one", "ingest", str(tmp_path / "xor.pt"), "--key", "xor", "--chain", "hidden:relu,output").exit_code == 0
    before = content()
    assert at("one", "dump", file).exit_code == 0
    assert status() is not None  # it was running, so it runs again
    assert content() == before
    refused = at("one", "dump", file)
    assert (refused.exit_code, "exists" in refused.stderr) == (1, True)

    refused = at("one", "load", file)
    assert (refused.exit_code, "not empty" in refused.stderr) == (1, True)
    broken.write_bytes((tmp_path / "atlas.dump").read_bytes()[:200])
    failed = at("one", "load", str(broken), "--overwrite")
    assert (failed.exit_code, failed.stderr.count("atlas: ")) == (1, 1)
    assert content() == before
    at("one", "server", "stop")
    assert status() is None

    assert json.loads(at("two", "networks", "--format", "json").stdout) == []
    loaded = at("two", "load", file)
    assert loaded.exit_code == 0, loaded.stderr
    assert content() == before
