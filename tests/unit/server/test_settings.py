"""The folder of a server: password, ports, settings."""

import socket
import stat
from pathlib import Path

import pytest

from atlas.errors import BadParameter, ServerFailed
from atlas.server.lock import LINES
from atlas.server.settings import (
    Home,
    Ports,
    choose_ports,
    line_home,
    make_folders,
    memory_size,
    read_password,
    write_settings,
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = line_home(LINES["5.26"], tmp_path)
    make_folders(home)
    return home


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def test_a_folder_for_each_line(tmp_path: Path) -> None:
    assert line_home(LINES["5.26"], tmp_path).folder == tmp_path / "neo4j-5.26"
    assert line_home(LINES["2026.08"], tmp_path).folder == tmp_path / "neo4j-2026.08"


def test_home_from_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATLAS_HOME", str(tmp_path / "mine"))
    assert line_home(LINES["5.26"], None).folder == tmp_path / "mine" / "neo4j-5.26"


def test_password_is_the_users_own(home: Home) -> None:
    password = read_password(home)
    assert len(password) == 40
    assert read_password(home) == password
    assert mode(home.password_file) == 0o600
    assert mode(home.folder) == 0o700


def test_lost_password(home: Home) -> None:
    (home.folder / "data" / "databases" / "system").mkdir(parents=True)
    with pytest.raises(ServerFailed, match="password' is gone, but there is data it guards"):
        read_password(home)


def test_ports_are_kept(home: Home) -> None:
    assert choose_ports(home) == choose_ports(home)


def test_taken_port(home: Home) -> None:
    kept = choose_ports(home)
    with socket.socket() as other:
        other.bind(("127.0.0.1", kept.http))
        other.listen()
        chosen = choose_ports(home)
    assert kept.http not in (chosen.bolt, chosen.http)


def test_damaged_ports_file(home: Home) -> None:
    home.ports_file.write_text("{")
    assert choose_ports(home) == choose_ports(home)


def test_settings_file(home: Home) -> None:
    write_settings(home, Ports(bolt=7001, http=7002))
    rows = (home.folder / "conf" / "neo4j.conf").read_text().splitlines()
    settings = dict(row.split("=", 1) for row in rows)
    assert len(settings) == len(rows)
    assert settings["server.default_listen_address"] == "127.0.0.1"
    assert settings["server.bolt.listen_address"] == "127.0.0.1:7001"
    assert settings["server.http.listen_address"] == "127.0.0.1:7002"
    assert settings["dbms.usage_report.enabled"] == "false"
    assert settings["db.tx_log.preallocate"] == "false"


def test_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ATLAS_HEAP", raising=False)
    assert memory_size("ATLAS_HEAP", "1g") == "1g"
    monkeypatch.setenv("ATLAS_HEAP", "4g")
    assert memory_size("ATLAS_HEAP", "1g") == "4g"
    monkeypatch.setenv("ATLAS_HEAP", "4g -Dx=y")
    with pytest.raises(BadParameter, match="ATLAS_HEAP is '4g -Dx=y', which is no size of memory"):
        memory_size("ATLAS_HEAP", "1g")
