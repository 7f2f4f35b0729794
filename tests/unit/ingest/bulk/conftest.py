"""Checkpoints of a 2-2-2 network in files."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from networks import xor

CHAIN = "hidden:relu,output"


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., Path]:
    """Write a checkpoint to a file of the test's folder, with what else is to stand in it."""

    def write(name: str, **more: int) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        torch.save({"state_dict": xor().state_dict(), **more} if more else xor().state_dict(), path)
        return path

    return write
