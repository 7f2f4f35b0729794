"""A class archive is used only while it is the one that was taken over."""

import hashlib
from pathlib import Path

import pytest

from atlas.server.archive import Archive, is_sound


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    archive = Archive(base=tmp_path / "java.jsa", file=tmp_path / "neo4j.jsa", draft=tmp_path / "draft.jsa")
    archive.file.write_bytes(b"classes")
    archive.file.with_suffix(".sha256").write_text(hashlib.sha256(b"classes").hexdigest())
    return archive


def test_sound(archive: Archive) -> None:
    assert is_sound(archive.file)
    assert archive.flags() == (f"-XX:SharedArchiveFile={archive.base}:{archive.file}",)


@pytest.mark.parametrize("content", [b"", b"class", b"classez"])
def test_damaged(archive: Archive, content: bytes) -> None:
    archive.file.write_bytes(content)
    assert not is_sound(archive.file)
    assert archive.flags() == (f"-XX:SharedArchiveFile={archive.base}", f"-XX:ArchiveClassesAtExit={archive.draft}")


def test_not_made_yet(tmp_path: Path) -> None:
    archive = Archive(base=None, file=tmp_path / "neo4j.jsa", draft=tmp_path / "draft.jsa")
    assert archive.flags() == (f"-XX:ArchiveClassesAtExit={archive.draft}",)
