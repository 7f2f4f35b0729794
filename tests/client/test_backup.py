"""A whole atlas in one file: dumped, loaded elsewhere, and never lost on the way."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from networks import xor, xor_data
from typer.testing import CliRunner

import ingest
from atlas import connect
from atlas.cli.app import app
from atlas.cli.interrupt import LINE
from atlas.server import is_new, status, stop
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


def refusal(result):
    """Give the one line a failed command ends with."""
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("atlas: ")]
    assert (result.exit_code, result.stdout) == (1, "")
    return line


def test_dump_and_load(at, tmp_path):
    file, broken = str(tmp_path / "atlas.dump"), tmp_path / "broken.dump"
    at("one")
    with connect() as atlas:
        ingest.add(atlas, xor(), key="xor", data=xor_data())
    before = content()
    assert at("one", "dump", file).exit_code == 0
    assert status() is not None  # it was running, so it runs again
    assert content() == before
    assert "exists" in refusal(at("one", "dump", file))

    assert "not empty" in refusal(at("one", "load", file))
    whole = (tmp_path / "atlas.dump").read_bytes()
    broken.write_bytes(whole[: len(whole) // 2])
    said = refusal(at("one", "load", str(broken), "--overwrite"))
    assert said == (
        f"atlas: The dump '{broken}' is cut off or damaged: Neo4j cannot read it to its end. Only a whole dump can be "
        "loaded, and the atlas is as it was. Copy the file anew, or make another with `atlas dump`."
    )
    assert content() == before
    at("one", "server", "stop")
    assert status() is None

    loaded = at("two", "load", file)
    assert loaded.exit_code == 0, loaded.stderr
    assert status() is None  # it was not running, so it does not run now
    assert content() == before


@pytest.mark.parametrize("place", ["folder", "export", "/proc/atlas.dump", "x" * 300])
def test_dump_where_no_file_can_be(at, tmp_path, place):
    (tmp_path / "folder").mkdir()
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "manifest.json").touch()
    said = refusal(at("home", "dump", str(tmp_path / place), "--overwrite"))
    assert place in said
    assert is_new()  # refused before any server was started or stopped
    assert (tmp_path / "export" / "manifest.json").exists()


def interrupted_at(step, file):
    """Dump, with Ctrl-C in one step of it; give what it told and its exit status."""
    command = [str(Path(sys.executable).parent / "atlas"), "dump", str(file), "--overwrite"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        told = []
        for line in process.stderr:
            told.append(line)
            if line.startswith(step):
                process.send_signal(signal.SIGINT)
    return told, process.returncode


def test_interrupted_dump_leaves_the_server_running(at, tmp_path):
    at("home", "server", "start")
    for step in ("stopping the server", "dump", "starting the server"):
        told, code = interrupted_at(step, tmp_path / "atlas.dump")
        assert (told[-1], code) == (f"{LINE}\n", 130), told
        assert status() is not None
    assert [file.name for file in tmp_path.glob("*atlas.dump*")] == ["atlas.dump"]


def test_load_of_what_is_no_dump(at, tmp_path):
    foreign, missing = tmp_path / "weights.pt", tmp_path / "missing.dump"
    foreign.write_bytes(b"PK\x03\x04" + bytes(1000))
    assert f"The file '{foreign}' is no dump" in refusal(at("home", "load", str(foreign)))
    assert f"The file '{missing}' cannot be read: No such file" in refusal(at("home", "load", str(missing)))
    assert is_new()
