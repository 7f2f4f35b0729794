"""Tensor files: read without running anything, refused with a reason."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from atlas.errors import UnreadableFile, UnsafeFile
from ingest.files import read_tensors

TENSORS = {"fc.weight": torch.tensor([[1.0, 2.0]])}


class Intruder:
    """Makes a file when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(self.mark),)


@pytest.mark.parametrize("suffix", [".pt", ".pth", ".safetensors"])
def test_read(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"n{suffix}"
    save_file(TENSORS, path) if suffix == ".safetensors" else torch.save(TENSORS, path)
    file = read_tensors(path)
    assert {name: tensor.tolist() for name, tensor in file.tensors.items()} == {"fc.weight": [[1.0, 2.0]]}
    assert file.path == path


def test_sha256(tmp_path: Path) -> None:
    import hashlib

    torch.save(TENSORS, tmp_path / "n.pt")
    assert read_tensors(tmp_path / "n.pt").sha256 == hashlib.sha256((tmp_path / "n.pt").read_bytes()).hexdigest()


@pytest.mark.parametrize("protocol", [0, 2, 4, 5])
def test_pickled_code(tmp_path: Path, protocol: int) -> None:
    path = tmp_path / "n.pt"
    path.write_bytes(pickle.dumps(Intruder(tmp_path / "ran"), protocol=protocol))
    with pytest.raises(UnsafeFile, match=r"n\.pt'.* run code when opened.*Save tensors only"):
        read_tensors(path)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("zipped", [True, False])
def test_code_among_tensors(tmp_path: Path, zipped: bool) -> None:
    content = {**TENSORS, "more": Intruder(tmp_path / "ran")}
    torch.save(content, tmp_path / "n.pt", _use_new_zipfile_serialization=zipped)
    with pytest.raises(UnsafeFile, match=r"it asks for '(posix|nt)\.mkdir'"):
        read_tensors(tmp_path / "n.pt")
    assert not (tmp_path / "ran").exists()


def test_whole_module(tmp_path: Path) -> None:
    torch.save(torch.nn.Linear(1, 1), tmp_path / "n.pt")
    with pytest.raises(UnsafeFile, match=r"it asks for 'torch\.nn\.modules\.linear\.Linear'"):
        read_tensors(tmp_path / "n.pt")


@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.99])
def test_truncated(tmp_path: Path, suffix: str, share: float) -> None:
    path = tmp_path / f"n{suffix}"
    save_file(TENSORS, path) if suffix == ".safetensors" else torch.save(TENSORS, path)
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(UnreadableFile, match=rf"n{suffix}' is truncated"):
        read_tensors(path)


def test_other_format(tmp_path: Path) -> None:
    (tmp_path / "n.pt").write_bytes(b"\x89PNG\r\n\x1a\n and so on")
    with pytest.raises(UnreadableFile, match="no file of tensors"):
        read_tensors(tmp_path / "n.pt")


def test_missing(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"none\.pt': No such file or directory. Check the path"):
        read_tensors(tmp_path / "none.pt")


def test_folder(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="Is a directory"):
        read_tensors(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({**TENSORS, "epoch": 3}, r"'epoch' is no tensor \(1 such entries\)"),
        ({"state_dict": TENSORS}, "'state_dict' is no tensor"),
        ([torch.ones(2)], "holds a list, no tensors by name"),
        ({}, "it is empty"),
    ],
    ids=["number", "nested", "list", "empty"],
)
def test_more_than_tensors(tmp_path: Path, content: object, message: str) -> None:
    torch.save(content, tmp_path / "n.pt")
    with pytest.raises(UnreadableFile, match=message):
        read_tensors(tmp_path / "n.pt")


def test_numpy_inside(tmp_path: Path) -> None:
    torch.save({"w": np.ones(2)}, tmp_path / "n.pt")
    with pytest.raises(UnsafeFile, match="_reconstruct"):
        read_tensors(tmp_path / "n.pt")
