"""Jars come from the network only as the lock says, on a small one."""

import dataclasses
from pathlib import Path

import pytest

from atlas.server.jars import JarRefused, checksum, fetch_jars
from atlas.server.lock import LINES, Jar

SMALL = "org.reactivestreams:reactive-streams"


@pytest.fixture(scope="module")
def jar() -> Jar:
    return next(jar for jar in LINES["5.26"].jars if jar.coordinate.startswith(SMALL))


def test_fetched_and_told(jar: Jar, tmp_path: Path) -> None:
    told = []
    (file,) = fetch_jars([jar], tmp_path, progress=lambda *step: told.append(step))
    assert checksum(file) == jar.sha256
    assert told == [("fetching the server", 0, 1), ("fetching the server", 1, 1)]


def test_half_a_file_is_fetched_anew(jar: Jar, tmp_path: Path) -> None:
    file = tmp_path / "jars" / jar.path
    file.parent.mkdir(parents=True)
    file.write_bytes(b"half")
    assert fetch_jars([jar], tmp_path) == (file,)
    assert checksum(file) == jar.sha256


def test_wrong_checksum_is_refused(jar: Jar, tmp_path: Path) -> None:
    other = dataclasses.replace(jar, sha256="0" * 64)
    with pytest.raises(JarRefused, match=f"{jar.coordinate}.*its checksum is {jar.sha256} instead of 0000"):
        fetch_jars([other], tmp_path)
    assert not (tmp_path / "jars" / jar.path).exists()
