"""Files are held against the lock's checksums."""

from pathlib import Path

import pytest

from atlas.server.jars import checksum, missing_jars
from atlas.server.lock import Jar, parse_lock_line

# SHA-256 of the three letters abc: FIPS 180-2, appendix B.1
ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.fixture
def jar(tmp_path: Path) -> Jar:
    jar = parse_lock_line(f"a.b:c:1 {ABC}")
    (tmp_path / jar.path).parent.mkdir(parents=True)
    return jar


def test_checksum(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abc")
    assert checksum(tmp_path / "file") == ABC
    assert checksum(tmp_path / "other") is None


def test_good_file(jar: Jar, tmp_path: Path) -> None:
    (tmp_path / jar.path).write_bytes(b"abc")
    assert missing_jars([jar], tmp_path) == []


def test_changed_file(jar: Jar, tmp_path: Path) -> None:
    (tmp_path / jar.path).write_bytes(b"abd")
    assert missing_jars([jar], tmp_path) == [jar]


def test_absent_file(jar: Jar, tmp_path: Path) -> None:
    assert missing_jars([jar], tmp_path) == [jar]
