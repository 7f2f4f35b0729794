"""Factories: the user's own code from the current folder, with the weights of a file."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import torch

from atlas.errors import AtlasError, BadParameter, TensorMismatch, UnknownName, UnsupportedLayer
from ingest.sources import module_of_factory

CODE = """
import torch
from torch import nn

def small():
    return nn.Sequential(nn.Linear(2, 1, bias=False), nn.Dropout())

class Holder:
    make = staticmethod(small)

ready = nn.Linear(1, 1)
number = 3

def fails():
    raise RuntimeError("no weights\\nhere")

def leaves():
    raise SystemExit(3)

def text():
    return "a network"
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with a module, as the current one."""
    (tmp_path / "my_factories.py").write_text(CODE)
    (tmp_path / "my_broken.py").write_text("import torch.nothing_here")
    (tmp_path / "my_exit.py").write_text("import sys; sys.exit(1)")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    for name in ("my_factories", "my_broken", "my_exit"):
        monkeypatch.delitem(sys.modules, name, raising=False)


def test_made() -> None:
    module = module_of_factory("my_factories:small", tensors={"0.weight": torch.tensor([[2.0, 3.0]])})
    assert module(torch.tensor([[1.0, 10.0]])).tolist() == [[32.0]]  # and no dropout


@pytest.mark.parametrize("name", ["Holder.make", "ready"])
def test_found(name: str) -> None:
    assert isinstance(module_of_factory(f"my_factories:{name}"), torch.nn.Module)


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("my_factories", BadParameter, "malformed. Write it as in 'package.module:factory'"),
        ("my_factories:small()", BadParameter, "malformed"),
        ("__import__('os'):x", BadParameter, "malformed"),
        ("my_factorys:small", UnknownName, "module 'my_factorys'. Did you mean 'my_factories'"),
        ("my_factories.inner:small", UnknownName, "module 'my_factories.inner'"),
        ("my_factories:smal", UnknownName, "factory 'smal'. Did you mean 'small'"),
        ("my_factories:fails", UnsupportedLayer, "fails: RuntimeError: no weights here"),
        ("my_factories:leaves", UnsupportedLayer, "fails: SystemExit: 3"),
        ("my_factories:text", UnsupportedLayer, "returns a str. It must return a torch.nn.Module"),
        ("my_factories:number", UnsupportedLayer, "is a int, which cannot be called"),
        (
            "my_broken:small",
            UnsupportedLayer,
            "cannot be imported: ModuleNotFoundError: No module named 'torch.nothing",
        ),
        ("my_exit:small", UnsupportedLayer, "cannot be imported: SystemExit"),
    ],
)
def test_no_network(text: str, error: type[AtlasError], message: str) -> None:
    with pytest.raises(error, match=message.replace("(", r"\(")) as caught:
        module_of_factory(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("tensors", "message"),
    [
        ({}, r"the file lacks '0\.weight'"),
        ({"0.weight": torch.ones(1, 2), "x": torch.ones(1)}, "the network lacks 'x'"),
        ({"0.weight": torch.ones(2, 1)}, r"'0\.weight' is 2 x 1 in the file and 1 x 2 in the network"),
        ({"model.0.weight": torch.ones(1, 2)}, "All names in the file begin with 'model'"),
        ({f"x{i}": torch.ones(1) for i in range(9)}, r"lacks 'x0', 'x1', 'x2', 'x3' and 5 more"),
    ],
)
def test_tensors_do_not_fit(tensors: dict[str, torch.Tensor], message: str) -> None:
    with pytest.raises(TensorMismatch, match=message):
        module_of_factory("my_factories:small", tensors=tensors)
