"""IDX files: the three packings read alike, and damage is named."""

from __future__ import annotations

import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from atlas.errors import UnreadableFile
from ingest.idx import find_idx, read_idx

PIXELS = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
IDX = bytes([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3]) + PIXELS.tobytes()
PACKERS: dict[str, Callable[[bytes], bytes]] = {"": bytes, ".gz": gzip.compress, ".xz": lzma.compress}


@pytest.mark.parametrize("suffix", PACKERS, ids=["plain", "gz", "xz"])
def test_read(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"images{suffix}").write_bytes(PACKERS[suffix](IDX))
    np.testing.assert_array_equal(read_idx(find_idx(tmp_path, "images"), n_dimensions=3), PIXELS)


@pytest.mark.parametrize("suffix", PACKERS, ids=["plain", "gz", "xz"])
@pytest.mark.parametrize("n_lost", [1, 20])
def test_truncated(tmp_path: Path, suffix: str, n_lost: int) -> None:
    path = tmp_path / f"images{suffix}"
    path.write_bytes(PACKERS[suffix](IDX)[:-n_lost])
    with pytest.raises(UnreadableFile, match=r"images.*truncated or damaged"):
        read_idx(path, n_dimensions=3)


def test_header_cut(tmp_path: Path) -> None:
    path = tmp_path / "images"
    path.write_bytes(IDX[:7])
    with pytest.raises(UnreadableFile, match="truncated"):
        read_idx(path, n_dimensions=3)


def test_bad_magic(tmp_path: Path) -> None:
    path = tmp_path / "labels.gz"
    path.write_bytes(gzip.compress(IDX))
    with pytest.raises(UnreadableFile, match=r"labels\.gz' begins with 00000803, not with 00000801"):
        read_idx(path, n_dimensions=1)


def test_no_gzip(tmp_path: Path) -> None:
    path = tmp_path / "labels.gz"
    path.write_bytes(b"<html>not found</html>")
    with pytest.raises(UnreadableFile, match=r"labels\.gz' is truncated or damaged"):
        read_idx(path, n_dimensions=1)


def test_missing(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"No file 'images' \(\.gz, \.xz or plain\)"):
        find_idx(tmp_path, "images")
