"""Looking into files: tensors, a guess, and a command that a shell reads as it was meant."""

from __future__ import annotations

import io
import os
import shlex
from pathlib import Path

import pytest
import torch
from torch import nn

from atlas.errors import UnreadableFile
from ingest.sources import inspect

pytestmark = pytest.mark.filterwarnings("ignore")
DATA = Path(os.environ.get("ATLAS_DATA") or Path(__file__).parents[5] / "shared" / "data")


def mlp() -> nn.Module:
    return nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))


def test_tensors(tmp_path: Path) -> None:
    torch.save({"a": torch.tensor([[1.0, float("nan")]]), "n": torch.tensor(3)}, tmp_path / "n.pt")
    assert inspect(tmp_path / "n.pt").to_frame().to_numpy().tolist() == [
        ["a", "1 x 2", "float32", 2, False],
        ["n", "", "int64", 1, True],
    ]


def test_command_is_quoted(tmp_path: Path) -> None:
    path = tmp_path / "it's a $(file).pt"
    torch.save({"model": mlp().state_dict(), "seed": 7, "step": 90}, path)
    options = ["--key", "it-s-a-file", "--chain", "0:relu,2", "--seed", "7", "--training-step", "90"]
    assert shlex.split(inspect(path).command) == ["atlas", "ingest", str(path), *options]


@pytest.mark.parametrize(
    ("module", "guess", "argument"),
    [
        (mlp(), "perceptron 4-3-2: the shapes form a chain; relu is a guess", "0:relu,2"),
        (
            nn.Sequential(nn.Linear(4, 3), nn.Linear(4, 3)),
            "unknown: the shapes form no chain",
            "package.module:factory",
        ),
        (nn.Conv1d(1, 2, 3), "convolutional network: 1 convolutions, 1-d, and 0 linear", "package.module:factory"),
        (nn.GRU(3, 5, num_layers=2), "recurrent network: GRU, 2 layers, 5 neurons", "package.module:factory"),
        (nn.LSTMCell(3, 5), "recurrent network: LSTM, 1 layer, 5 neurons", "package.module:factory"),
        (nn.MultiheadAttention(8, 2), "transformer: attention in 'in_proj_weight'", "package.module:factory"),
    ],
)
def test_guess(tmp_path: Path, module: nn.Module, guess: str, argument: str) -> None:
    torch.save(module.state_dict(), tmp_path / "n.pt")
    seen = inspect(tmp_path / "n.pt")
    given = (
        ["--factory", argument, "--input", "SHAPE"] if argument == "package.module:factory" else ["--chain", argument]
    )
    assert (seen.guess[: len(guess)], shlex.split(seen.command)[5:]) == (guess, given)


def test_exported(tmp_path: Path) -> None:
    torch.export.save(torch.export.export(mlp(), (torch.ones(1, 4),)), tmp_path / "n.pt2")
    seen = inspect(tmp_path / "n.pt2")
    assert [tensor.name for tensor in seen.tensors] == ["0.weight", "0.bias", "2.weight", "2.bias"]
    assert seen.guess == "exported program of 3 operations"
    assert seen.command == f"atlas ingest {tmp_path / 'n.pt2'} --key n"


def onnx_bytes(*, dims: list[int], values: bytes) -> bytes:
    onnx = pytest.importorskip("onnx")
    tensor = onnx.TensorProto(name="w", data_type=onnx.TensorProto.FLOAT, dims=dims, raw_data=values)
    given = onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [1, 2])
    made = onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [1, 2])
    graph = onnx.helper.make_graph([onnx.helper.make_node("Add", ["x", "w"], ["y"])], "g", [given], [made], [tensor])
    stream = io.BytesIO()
    onnx.save(onnx.helper.make_model(graph), stream)
    return stream.getvalue()


def test_onnx(tmp_path: Path) -> None:
    (tmp_path / "n.onnx").write_bytes(onnx_bytes(dims=[1, 2], values=torch.ones(2).numpy().tobytes()))
    seen = inspect(tmp_path / "n.onnx")
    assert seen.to_frame().to_numpy().tolist() == [["w", "1 x 2", "float32", 2, True]]
    assert (seen.guess, seen.command) == ("ONNX graph of 1 operations", f"atlas ingest {tmp_path / 'n.onnx'} --key n")


@pytest.mark.parametrize("dims", [[1 << 40], [3], [-1, 0]])
def test_onnx_damaged_tensor(tmp_path: Path, dims: list[int]) -> None:
    (tmp_path / "n.onnx").write_bytes(onnx_bytes(dims=dims, values=bytes(8)))
    with pytest.raises(UnreadableFile, match=r"n\.onnx': the tensor 'w' is damaged"):
        inspect(tmp_path / "n.onnx")


@pytest.mark.parametrize("content", [b"hello\n", b"\x08\x07", b"PK\3\4", bytes(100)])
def test_onnx_damaged(tmp_path: Path, content: bytes) -> None:
    pytest.importorskip("onnx")
    (tmp_path / "n.onnx").write_bytes(content)
    with pytest.raises(UnreadableFile, match="no ONNX file"):
        inspect(tmp_path / "n.onnx")


def test_onnx_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "onnx", None)
    (tmp_path / "n.onnx").write_bytes(b"x")
    with pytest.raises(UnreadableFile, match=r"pip install 'network-atlas\[onnx\]'"):
        inspect(tmp_path / "n.onnx")


@pytest.mark.published
@pytest.mark.parametrize(
    ("file", "guess"),
    [
        ("meyes_mnist_mlp_20_10_trained.pt", "perceptron 784-20-10-10: the shapes form a chain; relu is a guess"),
        ("hintze_mnist_tanh_20_full.pt", "perceptron 784-20-10: the shapes form a chain; relu is a guess"),
        ("captum_cifar10_cnn.pt", "convolutional network: 2 convolutions, 2-d, and 3 linear layers"),
        ("sb3_ppo_cartpole_policy.pth", "actor-critic of Stable-Baselines3; the actor is 4-64-64-2; tanh is a guess"),
        (
            "clockpizza_modadd59_transformer.pt",
            "transformer: attention in 'blocks.0.attn.W_K', embedding 128 x 59; 4 heads",
        ),
    ],
)
def test_published(file: str, guess: str) -> None:
    assert inspect(DATA / "networks" / file).guess == guess
