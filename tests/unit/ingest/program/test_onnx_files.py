"""ONNX files that are damaged, hostile or beyond what is read: each refused by name."""

from __future__ import annotations

import builtins
import os
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from atlas.errors import UnreadableFile, UnsafeFile, UnsupportedLayer
from ingest.program.onnx_program import program_of_onnx

N = helper.make_node
RELU = [N("Relu", ["x"], ["y"])]
WEIGHTS = np.arange(6, dtype=np.float32).reshape(2, 3)


def test_damaged(saved) -> None:
    whole = saved([N("MatMul", ["x", "w"], ["y"])], {"w": WEIGHTS})
    content = whole.read_bytes()
    for number, damaged in enumerate((content[:-20], b"", b"PK\x03\x04 no model", b"\x80\x02c__builtin__\neval\n.")):
        path = whole.with_name(f"{number}.onnx")
        path.write_bytes(damaged)
        with pytest.raises(UnreadableFile, match=rf"{number}\.onnx.*Export it again"):
            program_of_onnx(path)
    with pytest.raises(UnreadableFile, match="Check the path"):
        program_of_onnx(whole.with_name("none.onnx"))


def test_tensor_cut_short(saved) -> None:
    path = saved([N("MatMul", ["x", "w"], ["y"])], {"w": WEIGHTS})
    model = onnx.load(path)
    model.graph.initializer[0].raw_data = model.graph.initializer[0].raw_data[:-4]
    path.write_bytes(model.SerializeToString())
    with pytest.raises(UnreadableFile, match="no valid ONNX"):
        program_of_onnx(path)


@pytest.mark.parametrize("opset", [6, 999])
def test_opset(saved, opset: int) -> None:
    path = saved(RELU, {})
    model = onnx.load(path)
    model.opset_import[0].version = opset
    path.write_bytes(model.SerializeToString())
    with pytest.raises(UnreadableFile, match=f"operator set {opset}; 7 to"):
        program_of_onnx(path)


def test_old_opset(saved) -> None:
    """Before operator set 13 a softmax goes over all axes from the second on."""
    nodes = [N("Softmax", ["x"], ["s"]), N("Squeeze", ["s"], ["y"], axes=[1])]
    program = program_of_onnx(saved(nodes, {}, shape=("batch", 1, 2), opset=11))
    y = program.run({"x": np.zeros((3, 1, 2), np.float32)}, ["y"])["y"]
    assert y.tolist() == [[0.5, 0.5]] * 3


def test_not_installed(saved, monkeypatch: pytest.MonkeyPatch) -> None:
    path, real = saved(RELU, {}), builtins.__import__

    def without(name, *rest):
        if name == "onnxruntime":
            raise ImportError(name=name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UnreadableFile, match=r"onnxruntime is not installed. .*network-atlas\[onnx\]"):
        program_of_onnx(path)


def external(folder: Path, location: str, **entries: int) -> Path:
    """Write a network whose weights stand in another file."""
    tensor = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=(2, 3), data_location=TensorProto.EXTERNAL)
    for key, value in {"location": location, **entries}.items():
        tensor.external_data.add(key=key, value=str(value))
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, ("batch", 2))]
    outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, ("batch", 3))]
    graph = helper.make_graph([N("MatMul", ["x", "w"], ["y"])], "g", inputs, outputs, [tensor])
    folder.mkdir(exist_ok=True)
    path = folder / "n.onnx"
    path.write_bytes(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)]).SerializeToString())
    return path


def test_weights_beside(tmp_path: Path) -> None:
    path = external(tmp_path / "n", "weights/w.bin")
    (tmp_path / "n/weights").mkdir()
    (tmp_path / "n/weights/w.bin").write_bytes(WEIGHTS.tobytes())
    (linear,) = program_of_onnx(path).operations
    assert linear.tensors["weight"].tolist() == WEIGHTS.T.tolist()


def test_weights_outside(tmp_path: Path) -> None:
    secret = tmp_path / "secret.bin"
    secret.write_bytes(WEIGHTS.tobytes())
    folder = tmp_path / "n"
    for location in ("../secret.bin", "a/../../secret.bin", str(secret), "..\\secret.bin", "C:/secret.bin", ""):
        with pytest.raises(UnsafeFile, match="outside its own folder"):
            program_of_onnx(external(folder, location))
    (folder / "link.bin").symlink_to(secret)
    (folder / "deep").symlink_to(tmp_path)
    for location in ("link.bin", "deep/secret.bin"):
        with pytest.raises(UnsafeFile, match="a link"):
            program_of_onnx(external(folder, location))


def test_weights_missing(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"'w\.bin' with the tensor 'w'"):
        program_of_onnx(external(tmp_path / "n", "w.bin"))
    os.mkfifo(tmp_path / "n/w.bin")
    with pytest.raises(UnreadableFile, match=r"'w\.bin' with the tensor 'w'"):
        program_of_onnx(external(tmp_path / "n", "w.bin"))


@pytest.mark.parametrize("entries", [{"offset": -4}, {"offset": 8, "length": 24}, {"length": 8}])
def test_weights_at_odds(tmp_path: Path, entries: dict[str, int]) -> None:
    path = external(tmp_path / "n", "w.bin", **entries)
    (tmp_path / "n/w.bin").write_bytes(WEIGHTS.tobytes())
    with pytest.raises(UnreadableFile, match=r"no valid ONNX|does not fill its shape"):
        program_of_onnx(path)


def test_weights_beyond_the_file(tmp_path: Path) -> None:
    path = external(tmp_path / "n", "w.bin", length=10**12)
    (tmp_path / "n/w.bin").write_bytes(WEIGHTS.tobytes())
    with pytest.raises(UnsafeFile, match="asks for 1000000000000 bytes"):
        program_of_onnx(path)


def test_too_large(saved) -> None:
    """A few bytes that ask for terabytes."""
    nodes = [N("ConstantOfShape", ["s"], ["c"]), N("ReduceSum", ["c"], ["t"]), N("Add", ["x", "t"], ["y"])]
    with pytest.raises(UnsupportedLayer, match=r"'c' has 1000000000000 elements"):
        program_of_onnx(saved(nodes, {"s": np.array([10**6, 10**6])}))
    nodes = [N("Pow", ["s", "two"], ["p"]), N("ConstantOfShape", ["p"], ["c"]), *nodes[1:]]
    with pytest.raises(UnsupportedLayer, match="ConstantOfShape"):
        program_of_onnx(saved(nodes, {"s": np.array([10**6]), "two": np.array(2)}))


def test_functions(saved) -> None:
    twice = helper.make_function(
        "own", "Twice", ["a"], ["b"], [N("Add", ["a", "a"], ["b"])], [helper.make_opsetid("", 18)]
    )
    program = program_of_onnx(saved([N("Twice", ["x"], ["y"], domain="own")], {}, functions=[twice]))
    assert program.run({"x": np.float32([[1, 2]])}, ["y"])["y"].tolist() == [[2, 4]]


def test_functions_that_grow(saved) -> None:
    """Forty functions, each calling the next twice, would be a million million nodes."""
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid("own", 1)]
    functions = [helper.make_function("own", "F40", ["a"], ["b"], [N("Relu", ["a"], ["b"])], opsets)]
    for number in range(40):
        calls = [N(f"F{number + 1}", ["a"], ["c"], domain="own"), N(f"F{number + 1}", ["c"], ["b"], domain="own")]
        functions.append(helper.make_function("own", f"F{number}", ["a"], ["b"], calls, opsets))
    with pytest.raises(UnsupportedLayer, match="200000 is the most"):
        program_of_onnx(saved([N("F0", ["x"], ["y"], domain="own")], {}, functions=functions))


REFUSED = {
    "custom": ([N("Evil", ["x"], ["y"], domain="own")], "own.Evil"),
    "random": ([N("RandomNormalLike", ["x"], ["r"]), N("Add", ["x", "r"], ["y"])], "RandomNormalLike, which draws"),
    "training": ([N("BatchNormalization", ["x", *"gbmv"], ["y", "n", "w"], training_mode=1)], "training mode"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(saved, name: str) -> None:
    nodes, message = REFUSED[name]
    constants = {letter: np.ones(2, np.float32) for letter in "gbmv"} if name == "training" else {}
    with pytest.raises(UnsupportedLayer, match=message):
        program_of_onnx(saved(nodes, constants, out=("batch", 2)))


def test_loop(saved) -> None:
    def value(name: str, dtype: int, *shape: str | int) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, dtype, shape)

    turn, go = value("i", TensorProto.INT64), value("go", TensorProto.BOOL)
    nodes = [N("Identity", ["go"], ["on"]), N("Relu", ["v"], ["w"])]
    outputs = [value("on", TensorProto.BOOL), value("w", TensorProto.FLOAT, "b", 2)]
    body = helper.make_graph(nodes, "body", [turn, go, value("v", TensorProto.FLOAT, "b", 2)], outputs)
    constants = {"n": np.array(2**62), "yes": np.array(True)}
    with pytest.raises(UnsupportedLayer, match="loops are not followed"):
        program_of_onnx(saved([N("Loop", ["n", "yes", "x"], ["y"], body=body)], constants, out=("batch", 2)))


def test_inputs(tmp_path: Path) -> None:
    two = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ("batch", 2)) for name in ("a", "b")]
    out = [helper.make_tensor_value_info("y", TensorProto.FLOAT, ("batch", 2))]
    graph = helper.make_graph([N("Add", ["a", "b"], ["y"])], "g", two, out)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)]), tmp_path / "n.onnx")
    with pytest.raises(UnsupportedLayer, match=r"2 inputs \('a', 'b'\)"):
        program_of_onnx(tmp_path / "n.onnx")


def test_old_inputs(tmp_path: Path) -> None:
    """Old files name their weights among the inputs."""
    two = [helper.make_tensor_value_info("x", TensorProto.FLOAT, ("batch", 2)),
           helper.make_tensor_value_info("w", TensorProto.FLOAT, (2, 3))]  # fmt: skip
    out = [helper.make_tensor_value_info("y", TensorProto.FLOAT, ("batch", 3))]
    held = [numpy_helper.from_array(WEIGHTS, "w")]
    graph = helper.make_graph([N("MatMul", ["x", "w"], ["y"])], "g", two, out, held)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 9)], ir_version=3), tmp_path / "n.onnx")
    assert [each.kind for each in program_of_onnx(tmp_path / "n.onnx").operations] == ["linear"]


@pytest.mark.parametrize(("shape", "message"), [(("batch", "length"), r"axes \[0, 1\]"), ((3, 4), "takes 3 trials")])
def test_open_shapes(saved, shape: tuple[str | int, ...], message: str) -> None:
    nodes = [N("Reshape", ["x", "s"], ["y"])]
    with pytest.raises(UnsupportedLayer, match=message):
        program_of_onnx(saved(nodes, {"s": np.array([6, 2])}, shape=shape))
