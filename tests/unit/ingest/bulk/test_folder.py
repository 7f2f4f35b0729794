"""Folders: which files are networks, in which order, under which keys; what leads outside is refused."""

import pytest

from atlas.errors import BadParameter, UnreadableFile
from ingest import Opening
from ingest.bulk import read_entries


def test_in_the_order_of_their_numbers(save, tmp_path):
    for name in ("step_10.pt", "step_2.pt", "step_1.pt", "readme.txt", "below/step_3.pt"):
        save(name)
    entries = read_entries(tmp_path, opening=Opening(chain="a,b"), data="digits")
    assert [entry.key for entry in entries] == ["step_1", "step_2", "step_10"]
    assert [entry.origin.training_step for entry in entries] == [1, 2, 10]
    assert {(entry.opening.chain, entry.data) for entry in entries} == {("a,b", "digits")}
    assert entries[0].file == tmp_path / "step_1.pt"


def test_pattern(save, tmp_path):
    for name in ("b/step_1.pt", "a/step_1.pt", "a/step_1.pth", "other.bin"):
        save(name)
    assert [entry.key for entry in read_entries(tmp_path, pattern="**/*.pt")] == ["a-step_1", "b-step_1"]
    assert [entry.key for entry in read_entries(tmp_path, pattern="*.bin")] == ["other"]


def test_one_key_for_two(save, tmp_path):
    save("a b.pt")
    save("a-b.pt")
    with pytest.raises(BadParameter, match=r"key 'a-b': '.*a b\.pt' and '.*a-b\.pt'"):
        read_entries(tmp_path)


def test_links(save, tmp_path):
    outside = save("outside/secret.pt")
    inside = save("folder/real.pt")
    (tmp_path / "folder" / "also.pt").symlink_to(inside)
    assert [entry.key for entry in read_entries(tmp_path / "folder")] == ["also", "real"]
    (tmp_path / "folder" / "link.pt").symlink_to(outside)
    with pytest.raises(BadParameter, match=r"link\.pt' leads outside the folder .*secret\.pt'"):
        read_entries(tmp_path / "folder")
    (tmp_path / "folder" / "link.pt").unlink()
    (tmp_path / "folder" / "below").symlink_to(tmp_path / "outside")
    with pytest.raises(BadParameter, match=r"secret\.pt' lies outside the folder"):
        read_entries(tmp_path / "folder", pattern="*/*.pt")


def test_links_in_a_circle(save, tmp_path):
    (tmp_path / "a.pt").symlink_to(tmp_path / "b.pt")
    (tmp_path / "b.pt").symlink_to(tmp_path / "a.pt")
    with pytest.raises(UnreadableFile, match=r"[ab]\.pt' lead in a circle"):
        read_entries(tmp_path)


@pytest.mark.parametrize("pattern", ["*.onnx", "../*.pt", "/etc/*", ""])
def test_nothing_there(pattern, save, tmp_path):
    save("above.pt")
    save("folder/a.pt")
    with pytest.raises(BadParameter, match=r"pattern|matches|outside the folder"):
        read_entries(tmp_path / "folder", pattern=pattern)


def test_neither_folder_nor_manifest(save, tmp_path):
    with pytest.raises(BadParameter, match="neither a folder nor a manifest"):
        read_entries(save("a.pt"))
    with pytest.raises(UnreadableFile, match=r"missing\.csv"):
        read_entries(tmp_path / "missing.csv")
