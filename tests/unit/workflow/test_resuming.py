import numpy as np
import pytest

from atlas.analysis.mapping import in_blocks, one_by_one
from atlas.workflow.resuming import Resumed, folder_of, forget


@pytest.fixture
def squares():
    """Square the numbers of a block, and count how often that is done."""

    class Squares:
        def __init__(self):
            self.calls = []

        def __call__(self, block):
            self.calls.append(list(block))
            return {"square": np.square(block)}

    return Squares()


def found(arrays):
    return [one["square"].tolist() for one in arrays]


def test_what_was_computed_is_not_computed_again(tmp_path, squares):
    blocks = in_blocks(range(5), 2)
    begun = Resumed(one_by_one, tmp_path / "run")(squares, blocks)
    assert next(begun)["square"].tolist() == [0, 1]
    begun.close()  # killed after the first block
    assert found(Resumed(one_by_one, tmp_path / "run")(squares, blocks)) == [[0, 1], [4, 9], [16]]
    assert squares.calls == [[0, 1], [2, 3], [4]]


def test_half_a_file_is_no_block(tmp_path, squares):
    (tmp_path / "0.npz").write_bytes(b"PK\x03\x04 half")
    assert found(Resumed(one_by_one, tmp_path)(squares, [[3]])) == [[9]]
    assert found(Resumed(one_by_one, tmp_path)(squares, [[3]])) == [[9]]
    assert squares.calls == [[3]]
    assert [file.name for file in tmp_path.iterdir()] == ["0.npz"]


def test_a_run_has_its_own_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("ATLAS_CACHE", str(tmp_path))
    assert folder_of("mine/run/ablate-1") == tmp_path / "sweeps" / "mine_run_ablate-1"
    folder_of("mine/run/ablate-1").mkdir(parents=True)
    forget("mine/run/ablate-1")
    assert list((tmp_path / "sweeps").iterdir()) == []


def test_sweeps_of_two_parts(tmp_path, squares):
    for _ in range(2):
        mapper = Resumed(one_by_one, tmp_path)
        assert found(mapper(squares, [[1], [2]])) == [[1], [4]]
        assert found(mapper(squares, [[3]])) == [[9]]
    assert squares.calls == [[1], [2], [3]]
