"""The demonstration network: repeatable, saved once, better than chance by far."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from atlas.errors import BadParameter, DataMismatch, UnreadableFile
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


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"seed": -1}, "seed is -1"),
        ({"seed": "a"}, "seed is 'a'"),
        ({"epochs": 0}, "epochs is 0. It must be a whole number, 1 or above"),
        ({"epochs": 1.5}, "epochs is 1.5"),
        ({"hidden": 32}, "hidden is 32. It lists"),
        ({"hidden": "32"}, "hidden is '32'. It lists"),
        ({"hidden": (4, 0)}, r"hidden\[1\] is 0"),
        ({"hidden": (2.5,)}, r"hidden\[0\] is 2.5"),
    ],
    ids=str,
)
def test_bad_parameters(given: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(BadParameter, match=f"^{message}"):
        train("digits:train", **given)
    if "epochs" not in given:
        with pytest.raises(BadParameter, match=f"^{message}"):
            demo_network(tmp_path, **given)


def test_data_as_text() -> None:
    network = train("digits:train", hidden=np.array([4]), seed=np.int64(0), epochs=np.int64(1))  # type: ignore[arg-type]
    expected = train(read_data("digits:train"), hidden=(4,), epochs=1)
    assert torch.equal(network[0].weight, expected[0].weight)


def test_no_classes() -> None:
    with pytest.raises(DataMismatch, match=r"^The data given have no classes\. "):
        train((np.eye(2), np.eye(2)))


def test_no_text(tmp_path: Path) -> None:
    with pytest.raises(BadParameter, match="no train and test part"):
        demo_network(tmp_path, (np.eye(2), [0, 1]))  # type: ignore[arg-type]
