"""Opening again what was ingested."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch
from networks import xor, xor_data

from atlas.errors import BadParameter, IngestError, UnreadableFile
from atlas.records import NetworkRecord
from ingest import Opening, read_data, read_network, record, reopen


@pytest.fixture
def ingested(tmp_path: Path) -> NetworkRecord:
    """Exclusive or, saved and read from its file."""
    torch.save(xor().state_dict(), tmp_path / "xor.pt")
    network = read_network(tmp_path / "xor.pt", Opening(chain="hidden:relu,output"))
    return record(network, key="xor", data=read_data("networks:xor_data"))


def test_same_network(ingested: NetworkRecord) -> None:
    network = reopen(ingested.opened, key="xor", file_sha256=ingested.file_sha256)
    assert (network.network, network.accuracy_percent, network.data.text) == ("xor", 100.0, "networks:xor_data")


def test_moved_file(ingested: NetworkRecord, tmp_path: Path) -> None:
    shutil.move(tmp_path / "xor.pt", tmp_path / "moved.pt")
    with pytest.raises(UnreadableFile, match=r"xor\.pt'.*No such file"):
        reopen(ingested.opened, key="xor", file_sha256=ingested.file_sha256)
    moved = str(tmp_path / "moved.pt")
    network = reopen(ingested.opened, key="xor", file_sha256=ingested.file_sha256, model=moved)
    assert network.predict().tolist() == [0, 1, 1, 0]


def test_changed_file(ingested: NetworkRecord, tmp_path: Path) -> None:
    module = xor()
    module.hidden.bias.data[0] = 7
    torch.save(module.state_dict(), tmp_path / "xor.pt")
    changed = read_network(tmp_path / "xor.pt", Opening(chain="hidden:relu,output")).sha256
    with pytest.raises(IngestError, match=f"{changed[:12]}, that of .* {ingested.file_sha256[:12]}.*--model"):
        reopen(ingested.opened, key="xor", file_sha256=ingested.file_sha256)


def test_other_data(ingested: NetworkRecord) -> None:
    x, y = xor_data()
    network = reopen(ingested.opened, key="xor", file_sha256=ingested.file_sha256, data=(x, 1 - y))
    assert network.accuracy_percent == 0.0


def test_data_not_recorded(tmp_path: Path) -> None:
    torch.save(xor().state_dict(), tmp_path / "xor.pt")
    network = read_network(tmp_path / "xor.pt", Opening(chain="hidden:relu,output"))
    for opened in (network.opened, {**network.opened, "data": "memory"}):
        with pytest.raises(BadParameter, match=r"data of the network 'xor' are not recorded.*--data"):
            reopen(opened, key="xor", file_sha256=network.sha256)


def test_from_memory() -> None:
    network = record(read_network(xor()), key="xor", data=read_data(xor_data()))
    with pytest.raises(IngestError, match=r"'xor' was ingested from memory.*pass the module"):
        reopen(network.opened, key="xor", file_sha256=network.file_sha256)
