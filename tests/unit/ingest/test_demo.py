"""The demonstration network: repeatable, saved once, better than chance by far."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from atlas.errors import BadParameter, UnreadableFile
from ingest import Opening, demo_network, read_data, read_network, record, train


def test_repeatable() -> None:
    data = read_data("digits:train")
    torch.manual_seed(1)
    first = train(data, epochs=1).state_dict()
    torch.manual_seed(2)
    again, other = train(data, epochs=1).state_dict(), train(data, epochs=1, seed=1).state_dict()
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["fc1.weight"], other["fc1.weight"])


def test_progress() -> None:
    seen: list[tuple[str, int, int]] = []
    train(read_data("digits:train"), epochs=2, progress=lambda *told: seen.append(told))
    assert seen == [("train", 0, 2), ("train", 1, 2), ("train", 2, 2)]


def test_saved_and_reused(tmp_path: Path) -> None:
    first = demo_network(tmp_path / "new", "digits")
    written = first.path.read_bytes()
    again = demo_network(tmp_path / "new", "digits")
    assert (first.reused, again.reused, again.path, again.path.read_bytes()) == (False, True, first.path, written)
    assert [path.name for path in (tmp_path / "new").iterdir()] == [first.path.name]
    network = record(read_network(first.path, Opening(chain=first.chain)), key="demo", data=read_data(first.data))
    assert network.architecture == "64-32-32-10 relu"
    assert network.accuracy_percent is not None
    assert network.accuracy_percent > 90  # chance: 10


def test_no_parts(tmp_path: Path) -> None:
    with pytest.raises(BadParameter, match="no train and test part"):
        demo_network(tmp_path, "networks:xor_data")


def test_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UnreadableFile, match="Cannot write"):
        demo_network(tmp_path / "file", "digits", hidden=(2,))


@pytest.mark.parametrize(("seed", "epochs"), [(-1, 1), (0, 0)])
def test_bad_parameters(seed: int, epochs: int) -> None:
    with pytest.raises(BadParameter, match=f"seed is {seed} and epochs {epochs}"):
        train(read_data("digits:train"), seed=seed, epochs=epochs)
