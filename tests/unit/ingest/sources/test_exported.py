"""Exported programs: opened when they are plain, and computing what the module computes."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from atlas.errors import UnreadableFile
from ingest.sources import read_exported

pytestmark = pytest.mark.filterwarnings("ignore")


class TwoInputs(nn.Module):
    """Embedding, attention and convolution, with a keyword and two results."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(10, 8)
        self.block = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
        self.convolution = nn.Conv2d(1, 2, 3)

    def forward(self, x: torch.Tensor, y: torch.Tensor) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        return self.block(self.embedding(x)), {"z": self.convolution(y.view(y.shape[0], 1, 4, -1))}


def saved(module: nn.Module, path: Path, *inputs: torch.Tensor, sizes: object = None, **named: torch.Tensor) -> Path:
    torch.export.save(torch.export.export(module.eval(), inputs, named, dynamic_shapes=sizes), path)
    return path


MODULES = {
    "mlp": (nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2)), torch.ones(2, 4)),
    "convolution": (nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.MaxPool2d(2)), torch.ones(2, 1, 6, 6)),
    "recurrent": (nn.LSTM(3, 4), torch.ones(5, 2, 3)),
    "attention": (nn.TransformerEncoderLayer(8, 2, 16, batch_first=True), torch.ones(2, 3, 8)),
}


@pytest.mark.parametrize("name", MODULES)
def test_same_answers(tmp_path: Path, name: str) -> None:
    module, x = MODULES[name]
    program = read_exported(saved(module, tmp_path / "n.pt2", x))
    torch.testing.assert_close(program.module()(x), module(x))
    assert program.state_dict.keys() == module.state_dict().keys()


def test_symbolic_sizes(tmp_path: Path) -> None:
    batch, width = torch.export.Dim("batch", min=2, max=99), torch.export.Dim("width", min=4, max=100)
    sizes = {"x": {0: batch}, "y": {0: batch, 1: 4 * width}}
    module, x, y = TwoInputs(), torch.ones(3, 2, dtype=torch.int64), torch.ones(3, 16)
    program = read_exported(saved(module, tmp_path / "n.pt2", x, sizes=sizes, y=y))
    assert program.module()(x[:2], y=y[:2])[1]["z"].shape == (2, 2, 2, 2)


def test_without_program(tmp_path: Path) -> None:
    torch.save({"a": torch.ones(1)}, tmp_path / "n.pt2")
    with pytest.raises(UnreadableFile, match="no exported program: it holds no program"):
        read_exported(tmp_path / "n.pt2")
