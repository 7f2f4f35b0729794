"""How much room a disk has, and what is said when it has too little."""

import shutil
from pathlib import Path

import pytest

from atlas.errors import DiskFull
from atlas.server import disk
from atlas.server.disk import check_room, disk_errors, is_full, tells_full_disk

SAID = (
    "System is out of disk space for store file at: x. Call error: ErrorCode=28, errorMessage='No space left on device'"
)


def test_room(tmp_path: Path) -> None:
    check_room(tmp_path / "not" / "there" / "yet")
    assert not is_full(tmp_path)


def test_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free = shutil.disk_usage(tmp_path).free
    monkeypatch.setattr(disk, "_START_BYTES", 2 * free)
    with pytest.raises(
        DiskFull, match=rf"^The disk of '{tmp_path}' has no room left: [\d.]+ MB are free, .* Free some"
    ):
        check_room(tmp_path)
    assert not is_full(tmp_path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="writes to the device that is always full")
def test_full_while_writing(tmp_path: Path) -> None:
    with pytest.raises(DiskFull, match="Free some space"), disk_errors(tmp_path):
        Path("/dev/full").write_text("much")


def test_words_of_the_server() -> None:
    assert tells_full_disk(SAID)
    assert not tells_full_disk("The disk is fine.")
