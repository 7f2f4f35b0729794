"""Data specifications: what each reads, and what each refuses."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
import torch

from atlas.errors import BadParameter, DataMismatch, UnknownName, UnreadableFile
from ingest.data import read_data, with_split

TWO_IMAGES = bytes([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 255, 51, 102])
TWO_LABELS = bytes([0, 0, 8, 1, 0, 0, 0, 2, 7, 3])


@pytest.fixture
def mnist(tmp_path: Path) -> Path:
    """Two test images of 1 x 2 pixels, labelled 7 and 3."""
    (tmp_path / "t10k-images-idx3-ubyte.gz").write_bytes(gzip.compress(TWO_IMAGES))
    (tmp_path / "t10k-labels-idx1-ubyte").write_bytes(TWO_LABELS)
    return tmp_path


def test_digits_halves() -> None:
    train, test = read_data("digits:train"), read_data("digits")
    assert (train.inputs.shape, test.inputs.shape) == ((898, 64), (899, 64))  # 1,797 in all
    assert (test.inputs.min(), test.inputs.max(), test.n_classes) == (0.0, 1.0, 10)
    assert (train.labels[:3].tolist(), test.text) == ([0, 1, 2], "digits:test")


def test_mnist_unit_interval(mnist: Path) -> None:
    data = read_data(f"mnist:{mnist}")
    np.testing.assert_allclose(data.inputs.reshape(2, 2), [[0, 1], [0.2, 0.4]], rtol=1e-6)
    assert (data.labels.tolist(), data.n_classes, data.text) == ([7, 3], 10, f"mnist:{mnist}:test")


def test_standardised(mnist: Path) -> None:
    data = read_data(f"fashion:{mnist}:test:0.5,0.25")
    np.testing.assert_allclose(data.inputs.reshape(2, 2), [[-2, 2], [-1.2, -0.4]], rtol=1e-6)
    assert data.text == f"fashion:{mnist}:test:0.5,0.25"


def test_relative_folder(mnist: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(mnist.parent)
    assert read_data(f"mnist:{mnist.name}:test").text == f"mnist:{mnist}:test"


def test_split_missing(mnist: Path) -> None:
    with pytest.raises(UnreadableFile, match="train-images-idx3-ubyte"):
        read_data(f"mnist:{mnist}:train")


def test_label_too_large(mnist: Path) -> None:
    (mnist / "t10k-labels-idx1-ubyte").write_bytes(TWO_LABELS[:-1] + bytes([12]))
    with pytest.raises(DataMismatch, match="label 12, but only 10 classes"):
        read_data(f"mnist:{mnist}")


def test_idx_lengths_differ(mnist: Path) -> None:
    (mnist / "t10k-labels-idx1-ubyte").write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 1, 7]))
    with pytest.raises(DataMismatch, match="2 inputs and 1 labels"):
        read_data(f"mnist:{mnist}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("mnist", "names no folder"),
        ("mnist:test", "names no folder"),
        ("digits:tset", "Write 'digits:train' or 'digits:test'"),
        ("mnist:there:1,0", "STD must be above 0"),
        ("mnist:there:1.2.3,1", "not two numbers MEAN,STD"),
    ],
)
def test_malformed(text: str, message: str) -> None:
    with pytest.raises(BadParameter, match=message):
        read_data(text)


def test_unknown() -> None:
    with pytest.raises(UnknownName, match=r"'digit'\. Did you mean 'digits'"):
        read_data("digit")


def test_npz(tmp_path: Path) -> None:
    np.savez(tmp_path / "d.npz", x=np.eye(3), y=np.array([0, 2, 1]))
    data = read_data(str(tmp_path / "d.npz"))
    assert (data.inputs.dtype, data.n_classes, data.labels.tolist()) == (np.float64, 3, [0, 2, 1])


def test_path(tmp_path: Path) -> None:
    np.savez(tmp_path / "d.npz", x=np.eye(3), y=np.array([0, 2, 1]))
    assert read_data(tmp_path / "d.npz").text == str(tmp_path / "d.npz")
    with pytest.raises(UnknownName, match="Did you mean 'digits'"):
        read_data(Path("digit"))


def test_npz_without_y(tmp_path: Path) -> None:
    np.savez(tmp_path / "d.npz", x=np.eye(3))
    with pytest.raises(UnreadableFile, match="no array 'y'"):
        read_data(str(tmp_path / "d.npz"))


def test_npz_missing(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"none\.npz'.*No such file"):
        read_data(str(tmp_path / "none.npz"))


def test_npz_objects(tmp_path: Path) -> None:
    np.savez(tmp_path / "d.npz", x=np.array([{"a": 1}], dtype=object), y=np.array([0]))
    with pytest.raises(UnreadableFile, match=r"d\.npz'.*holds Python objects"):
        read_data(str(tmp_path / "d.npz"))


@pytest.mark.parametrize("n_kept", [0, 3, 40, 300])
def test_npz_truncated(tmp_path: Path, n_kept: int) -> None:
    path = tmp_path / "d.npz"
    np.savez(path, x=np.eye(3), y=np.arange(3))
    path.write_bytes(path.read_bytes()[:n_kept])
    with pytest.raises(UnreadableFile, match=r"d\.npz' is truncated"):
        read_data(str(path))


def test_npz_is_npy(tmp_path: Path) -> None:
    np.save(tmp_path / "d.npy", np.eye(3))
    (tmp_path / "d.npy").rename(tmp_path / "d.npz")
    with pytest.raises(UnreadableFile, match=r"d\.npz'"):
        read_data(str(tmp_path / "d.npz"))


def test_function() -> None:
    data = read_data("networks:xor_data")
    assert (data.labels.tolist(), data.text) == ([0, 1, 1, 0], "networks:xor_data")


@pytest.mark.parametrize("text", ["no_such_module:f", "networks:no_such_function", "networks:Trials"])
def test_function_fails(text: str) -> None:
    with pytest.raises(DataMismatch, match=f"'{text}'"):
        read_data(text)


def test_function_exits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "leaving_data.py").write_text("import sys\ndef trials():\n    sys.exit(3)\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(DataMismatch, match=r"'leaving_data:trials' cannot be made: SystemExit: 3\. "):
        read_data("leaving_data:trials")


def test_tensors_and_arrays_alike() -> None:
    x, y = torch.eye(2), torch.tensor([1, 0])
    assert read_data((x, y)).sha256 == read_data((x.numpy(), y.numpy())).sha256
    assert read_data((x, y)).sha256 != read_data((x, 1 - y)).sha256


def test_whole_floats_are_classes() -> None:
    data = read_data((np.eye(3), np.array([0.0, 2.0, 1.0], dtype=np.float32)))
    assert (data.labels.tolist(), data.n_classes, data.values) == ([0, 2, 1], 3, None)
    assert data.sha256 == read_data((np.eye(3), [0, 2, 1])).sha256


@pytest.mark.parametrize(
    ("y", "values"),
    [([0.5, 1.0], [[0.5], [1.0]]), ([[0.0], [1.0]], [[0.0], [1.0]]), ([[0.0, 1.5], [1.0, 2.0]], [[0, 1.5], [1, 2]])],
    ids=["fractions", "column", "two outputs"],
)
def test_values(y: list[float], values: list[list[float]], tmp_path: Path) -> None:
    np.savez(tmp_path / "d.npz", x=np.eye(2), y=np.array(y))
    data = read_data(str(tmp_path / "d.npz"))
    assert data.values is not None
    assert (data.values.tolist(), data.labels.tolist(), data.n_classes) == (values, [0, 0], 0)
    assert data.sha256 == read_data((torch.eye(2, dtype=torch.float64), torch.tensor(y, dtype=torch.float64))).sha256


def test_record_given_back() -> None:
    data = read_data((np.eye(2), [0, 1]))
    assert read_data(data) is data


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (np.eye(3), [0, 1], "3 inputs and 2 labels"),
        (np.zeros((0, 2)), np.zeros(0, dtype=int), "0 inputs and 0 labels"),
        (np.eye(2), [0.5, np.nan], "values y .* 1 NaN or infinite values, the first in trial 1"),
        (np.eye(2), np.zeros((3, 1)), "2 inputs and 3 values"),
        (np.eye(2), np.zeros((2, 1, 1)), "shape 2 x 1 x 1. They must be whole numbers"),
        (np.eye(2), ["a", "b"], "They must be whole numbers"),
        (np.eye(2), np.eye(2, dtype=int), "shape 2 x 2. They must be whole numbers"),
        (np.eye(2), [0, -1], "hold -1. Classes count from 0"),
        (np.eye(2), [0.0, -1.0], "hold -1. Classes count from 0"),
        (np.array([[0.0], [np.nan], [np.inf]]), [0, 1, 0], "2 NaN or infinite values, the first in trial 1"),
        (np.array(["a", "b"]), [0, 1], "must be real numbers"),
        (np.array([1j, 2j]), [0, 1], "must be real numbers"),
    ],
    ids=[
        "lengths",
        "empty",
        "values nan",
        "values lengths",
        "cube",
        "words",
        "one-hot",
        "negative",
        "negative floats",
        "nan",
        "text",
        "complex",
    ],
)
def test_bad_arrays(x: object, y: object, message: str) -> None:
    with pytest.raises(DataMismatch, match=message) as caught:
        read_data((x, y))
    assert "data given" in str(caught.value)


def test_no_pair() -> None:
    with pytest.raises(DataMismatch, match=r"^The data given are a ndarray, not a pair \(x, y\)"):
        read_data(np.eye(2))  # type: ignore[arg-type]


def test_other_split() -> None:
    assert with_split("digits", "train") == "digits:train"
    assert with_split("mnist:/m:test:0.5,0.5", "train") == "mnist:/m:train:0.5,0.5"
    with pytest.raises(BadParameter, match=r"'a\.npz' have no train and test part"):
        with_split("a.npz", "train")
