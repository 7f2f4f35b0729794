"""Files of tensors: read as they are, checkpoints unwrapped with a note for everything done."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from atlas.errors import BadParameter, UnknownName, UnreadableFile, UnsafeFile
from ingest.sources import read_tensors

TENSORS = {"fc.weight": torch.tensor([[1.0, 2.0]])}
OTHER = {"fc.weight": torch.tensor([[3.0, 4.0]])}
DATA = Path(os.environ.get("ATLAS_DATA") or Path(__file__).parents[5] / "shared" / "data")


@pytest.mark.parametrize("suffix", [".pt", ".pth", ".ckpt", ".safetensors"])
def test_read(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"n{suffix}"
    save_file(TENSORS, path) if suffix == ".safetensors" else torch.save(TENSORS, path)
    file = read_tensors(path)
    assert {name: tensor.tolist() for name, tensor in file.tensors.items()} == {"fc.weight": [[1.0, 2.0]]}
    assert (file.path, file.notes, dict(file.found)) == (path, (), {})
    assert file.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
def test_link(tmp_path: Path, suffix: str) -> None:
    """A link to a file without an ending, as download caches keep them."""
    blob = tmp_path / "f3ab"
    save_file(TENSORS, blob) if suffix == ".safetensors" else torch.save(TENSORS, blob)
    (tmp_path / f"n{suffix}").symlink_to(blob)
    file = read_tensors(tmp_path / f"n{suffix}")
    assert (file.path, read_tensors(file.path).sha256) == (blob, file.sha256)


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize(
    "dtype", [torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.int8, torch.uint8, torch.bool]
)
def test_types(tmp_path: Path, dtype: torch.dtype, zipped: bool) -> None:
    torch.save({"a": torch.tensor([0, 1]).to(dtype)}, tmp_path / "n.pt", _use_new_zipfile_serialization=zipped)
    assert read_tensors(tmp_path / "n.pt").tensors["a"].tolist() == [0, 1]


def test_shared_values(tmp_path: Path) -> None:
    """Tied weights, views and transposed tensors share one storage."""
    tensor = torch.arange(6.0).reshape(2, 3)
    torch.save({"a": tensor, "b": tensor, "c": tensor.T, "d": tensor[1]}, tmp_path / "n.pt")
    read = read_tensors(tmp_path / "n.pt").tensors
    assert (read["c"].tolist(), read["d"].tolist()) == ([[0, 3], [1, 4], [2, 5]], [3, 4, 5])


def test_module_with_buffers(tmp_path: Path) -> None:
    module = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2))
    torch.save(module.state_dict(), tmp_path / "n.pt")
    assert list(read_tensors(tmp_path / "n.pt").tensors) == list(module.state_dict())


@pytest.mark.parametrize(
    ("content", "notes", "found"),
    [
        ({**TENSORS, "epoch": 3}, ["took 1 tensors; left out 'epoch'"], {"epoch": 3}),
        ({**TENSORS, "epoch": -1}, ["took 1 tensors; left out 'epoch'"], {}),
        (
            {"model": TENSORS, "optimizer": {"state": {0: {"m": torch.ones(1)}}}, "global_step": 70, "seed": 5},
            ["took the entry 'model'; left out 'optimizer', 'global_step', 'seed'"],
            {"step": 70, "seed": 5},
        ),
        ({"state_dict": TENSORS, "ema": OTHER}, ["took the entry 'state_dict'; left out 'ema'"], {}),
        ({"generator": TENSORS, "loss": 0.5}, ["took the entry 'generator'; left out 'loss'"], {}),
        (
            {"checkpoint": {"model_state_dict": TENSORS}},
            ["took the entry 'checkpoint'", "took the entry 'model_state_dict'"],
            {},
        ),
        ({"module.fc.weight": TENSORS["fc.weight"]}, ["took 'module.' off the names"], {}),
        ({"_orig_mod.fc.weight": TENSORS["fc.weight"]}, ["took '_orig_mod.' off the names"], {}),
        (
            {"net": {"module._orig_mod.fc.weight": TENSORS["fc.weight"]}},
            ["took the entry 'net'", "took '_orig_mod.' off the names", "took 'module.' off the names"],
            {},
        ),
        (
            {"n_averaged": torch.tensor(3), "module.fc.weight": TENSORS["fc.weight"]},
            ["took 'module.' off the names", "left out 'n_averaged'"],
            {},
        ),
        ([OTHER, TENSORS], ["took state dict 1 of 2, counted from 0: the last"], {}),
        (
            (OTHER, {"model": TENSORS}),
            ["took state dict 1 of 2, counted from 0: the last", "took the entry 'model'"],
            {},
        ),
        (OrderedDict(TENSORS), [], {}),
    ],
)  # fmt: skip
def test_unwrapped(tmp_path: Path, content: object, notes: list[str], found: dict[str, int]) -> None:
    torch.save(content, tmp_path / "n.pt")
    file = read_tensors(tmp_path / "n.pt")
    assert {name: tensor.tolist() for name, tensor in file.tensors.items()} == {"fc.weight": [[1.0, 2.0]]}
    assert (list(file.notes), dict(file.found)) == (notes, found)


def test_lightning(tmp_path: Path) -> None:
    content = {
        "epoch": 9,
        "global_step": 400,
        "pytorch-lightning_version": "2.0.0",
        "state_dict": {"model.fc.weight": torch.ones(1, 2)},
        "loops": {"fit_loop": {}},
        "callbacks": {},
        "optimizer_states": [{"state": {0: {"exp_avg": torch.ones(1, 2)}}}],
    }
    torch.save(content, tmp_path / "n.ckpt")
    file = read_tensors(tmp_path / "n.ckpt")
    assert (list(file.tensors), dict(file.found)) == (["model.fc.weight"], {"epoch": 9, "step": 400})


@pytest.mark.parametrize("part", [0, "ema"])
def test_part(tmp_path: Path, part: int | str) -> None:
    torch.save([OTHER, TENSORS] if part == 0 else {"model": TENSORS, "ema": OTHER}, tmp_path / "n.pt")
    assert read_tensors(tmp_path / "n.pt", part=part).tensors["fc.weight"].tolist() == [[3.0, 4.0]]


@pytest.mark.parametrize(
    ("content", "part", "error", "message"),
    [
        ([OTHER, TENSORS], 2, BadParameter, "holds 2 state dicts. The part 2 must be from 0 to 1"),
        ({"model": TENSORS}, "modle", UnknownName, "'modle'.*Did you mean 'model'"),
        ({"actor": TENSORS, "critic": OTHER}, None, BadParameter, "several state dicts: 'actor', 'critic'. Choose one"),
        (TENSORS, 1, BadParameter, "holds one state dict. Leave the part 1 out"),
    ],
)
def test_no_such_part(tmp_path: Path, content: object, part: int | None, error: type[Exception], message: str) -> None:
    torch.save(content, tmp_path / "n.pt")
    with pytest.raises(error, match=message):
        read_tensors(tmp_path / "n.pt", part=part)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ([torch.ones(2)], "holds a list, no tensors by name"),
        (torch.ones(2), "holds a Tensor, no tensors by name"),
        ({}, "it is empty"),
        ([], "holds a list"),
        ({"epoch": 3}, "'epoch' is no tensor"),
        ({"state": {0: {"m": torch.ones(1)}}, "param_groups": []}, "'state' is no tensor"),
        ({1: torch.ones(1), "1": torch.ones(1)}, "two tensors of one name"),
    ],
)
def test_no_tensors(tmp_path: Path, content: object, message: str) -> None:
    torch.save(content, tmp_path / "n.pt")
    with pytest.raises(UnreadableFile, match=message):
        read_tensors(tmp_path / "n.pt")


@pytest.mark.parametrize(
    ("content", "asked"),
    [
        (torch.nn.Linear(1, 1), "torch.nn.modules.linear.Linear"),
        ({"w": np.ones(2)}, "_reconstruct"),
        ({"net": torch.nn.Linear(1, 1)}, "Linear"),
    ],
)
def test_needs_code(tmp_path: Path, content: object, asked: str) -> None:
    torch.save(content, tmp_path / "n.pt")
    with pytest.raises(UnsafeFile, match=f"would run code when opened: it asks for '.*{asked}'"):
        read_tensors(tmp_path / "n.pt")


def test_stable_baselines(tmp_path: Path) -> None:
    stream = io.BytesIO()
    torch.save(TENSORS, stream)
    with zipfile.ZipFile(tmp_path / "n.zip", "w") as archive:
        archive.writestr("data", '{"policy_class": {":serialized:": "gASV"}}')
        archive.writestr("policy.pth", stream.getvalue())
        archive.writestr("_stable_baselines3_version", "2.3.0")
    assert read_tensors(tmp_path / "n.zip").tensors["fc.weight"].tolist() == [[1.0, 2.0]]


def test_exported_misnamed(tmp_path: Path) -> None:
    torch.export.save(torch.export.export(torch.nn.Linear(1, 1), (torch.ones(1, 1),)), tmp_path / "n.pt2")
    (tmp_path / "n.pt2").rename(tmp_path / "n.pt")
    with pytest.raises(UnreadableFile, match=r"is an exported program. Give it the ending \.pt2"):
        read_tensors(tmp_path / "n.pt")


@pytest.mark.published
@pytest.mark.parametrize("file", sorted((DATA / "networks").glob("*.p*")), ids=lambda path: path.stem)
def test_published(file: Path) -> None:
    """All networks of the data folder are plain state dicts of 3 to 12 tensors."""
    read = read_tensors(file)
    assert (read.notes, 3 <= len(read.tensors) <= 12) == ((), True)
