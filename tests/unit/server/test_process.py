"""A record of a process is believed only while that process is the server."""

import os
from pathlib import Path

import pytest

from atlas.server.process import Record, command_line, live_record, write_record
from atlas.server.settings import Home, Ports, make_folders


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(folder=tmp_path / "neo4j-5.26")
    make_folders(home)
    return home


def test_another_program_has_the_number(home: Home) -> None:
    write_record(home, Record(pid=os.getpid(), ports=Ports(bolt=7001, http=7002)))
    assert "python" in command_line(os.getpid())
    assert live_record(home) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": null, "bolt": 1, "http": 2}', '{"pid": 1}'])
def test_damaged_record(home: Home, text: str) -> None:
    home.record_file.write_text(text)
    assert live_record(home) is None


def test_no_record(tmp_path: Path) -> None:
    assert live_record(Home(folder=tmp_path / "nothing")) is None
