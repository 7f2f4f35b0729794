"""Recurrent layers of ONNX networks: torch's order of gates, all their outputs, states replaced step by step."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from onnx import helper
from torch import nn

from ingest.program.onnx_program import program_of_onnx

N = helper.make_node
LAYERS = {"RNN": nn.RNN, "LSTM": nn.LSTM, "GRU": nn.GRU}
TO_ONNX = {"RNN": [0], "LSTM": [0, 3, 1, 2], "GRU": [1, 0, 2]}  # places of i o f c among i f g o; of z r h among r z n
WAYS = {"forward": 1, "reverse": 1, "bidirectional": 2}


def layer_and_constants(kind: str, direction: str):
    """A torch layer of 3 inputs and 2 hidden neurons, and its weights as ONNX has them."""
    torch.manual_seed(0)
    layer = LAYERS[kind](3, 2, bidirectional=direction == "bidirectional")
    state = {name: array.detach().numpy() for name, array in layer.named_parameters()}

    def turned(name: str) -> np.ndarray:
        parts = np.split(state[name], len(TO_ONNX[kind]))
        return np.concatenate([parts[place] for place in TO_ONNX[kind]])

    ends = ["_l0", "_l0_reverse"][: WAYS[direction]]
    return layer, {
        "r.w": np.stack([turned(f"weight_ih{end}") for end in ends]),
        "r.r": np.stack([turned(f"weight_hh{end}") for end in ends]),
        "r.b": np.stack([np.concatenate([turned(f"bias_ih{end}"), turned(f"bias_hh{end}")]) for end in ends]),
    }


def node(kind: str, direction: str, outputs: list[str]):
    options = {"linear_before_reset": 1} if kind == "GRU" else {}
    return N(kind, ["x", "r.w", "r.r", "r.b"], outputs, hidden_size=2, direction=direction, **options)


@pytest.mark.parametrize("direction", WAYS)
@pytest.mark.parametrize("kind", LAYERS)
def test_every_step(saved, kind: str, direction: str) -> None:
    layer, constants = layer_and_constants(kind, direction)
    program = program_of_onnx(saved([node(kind, direction, ["y"])], constants, shape=(5, "batch", 3)))
    (recurrent,) = (each for each in program.operations if each.kind == "recurrent")
    assert (recurrent.name, recurrent.options["steps"], recurrent.options["cell"]) == (
        "r", 0, {"RNN": "rnn_tanh", "LSTM": "lstm", "GRU": "gru"}[kind],
    )  # fmt: skip
    assert np.array_equal(recurrent.tensors["weight_ih"], layer.weight_ih_l0.detach().numpy())
    assert np.array_equal(recurrent.tensors["weight_hh"], layer.weight_hh_l0.detach().numpy())
    x = torch.randn(5, 4, 3, generator=torch.Generator().manual_seed(0))
    shown = x.flip(0) if direction == "reverse" else x
    with torch.no_grad():
        states = layer(shown)[0]
    states = states.flip(0) if direction == "reverse" else states
    expected = states.reshape(5, 4, WAYS[direction], 2).swapaxes(1, 2).numpy()
    np.testing.assert_allclose(run(program, x, "y"), expected, atol=1e-6)
    hooked = run(program, x, "y", hooks={recurrent.output: lambda state: state})
    np.testing.assert_allclose(hooked, expected, atol=1e-6)


def run(program, x, value, hooks=None):
    """Show trials that lie along the second axis."""
    return program.run({program.input.value: x.numpy().swapaxes(0, 1)}, [value], hooks=hooks)[value]


def test_trials_first(saved) -> None:
    """Trials come along the first axis, whichever the file has them on."""
    _, constants = layer_and_constants("RNN", "forward")
    program = program_of_onnx(saved([node("RNN", "forward", ["y"])], constants, shape=(5, "batch", 3)))
    assert (program.input.value, program.input.shape) == ("x.trials_first", (5, 3))
    assert program.shapes["y"] == (5, 1, 1, 2)


@pytest.mark.parametrize("direction", WAYS)
@pytest.mark.parametrize("kind", LAYERS)
def test_last_state(saved, kind: str, direction: str) -> None:
    layer, constants = layer_and_constants(kind, direction)
    program = program_of_onnx(saved([node(kind, direction, ["", "y"])], constants, shape=(5, "batch", 3)))
    x = torch.randn(5, 4, 3, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        last = layer(x.flip(0) if direction == "reverse" else x)[1]
    expected = (last[0] if kind == "LSTM" else last).numpy()
    np.testing.assert_allclose(run(program, x, "y"), expected, atol=1e-6)


def test_state_replaced(saved) -> None:
    """h' = relu(x + h): a neuron held at 0 forgets, the other goes on counting."""
    constants = {"w": np.eye(2, dtype=np.float32)[None], "r": np.eye(2, dtype=np.float32)[None]}
    nodes = [N("RNN", ["x", "w", "r"], ["y"], hidden_size=2, activations=["Relu"])]
    program = program_of_onnx(saved(nodes, constants, shape=(3, "batch", 2)))
    (recurrent,) = (each for each in program.operations if each.kind == "recurrent")
    seen = []

    def second_at_zero(state):
        seen.append(state.shape)
        return state * np.float32([1, 0])

    x = torch.ones(3, 1, 2)
    states = run(program, x, recurrent.output, hooks={recurrent.output: second_at_zero})
    assert states[:, 0].tolist() == [[1, 0], [2, 0], [3, 0]]
    assert seen == [(1, 1, 2)] * 3
    assert run(program, x, "y")[:, 0, 0].tolist() == [[1, 1], [2, 2], [3, 3]]


def test_state_replaced_one_by_one(saved) -> None:
    """A file for one trial: all trials are stepped through side by side, so that a hook may exchange their states."""
    constants = {"w": np.eye(2, dtype=np.float32)[None], "r": np.eye(2, dtype=np.float32)[None], "s": np.array([1, 6])}
    nodes = [N("RNN", ["t", "w", "r"], ["h"], hidden_size=2, activations=["Relu"]), N("Reshape", ["h", "s"], ["y"])]
    program = program_of_onnx(saved([N("Transpose", ["x"], ["t"], perm=[1, 0, 2]), *nodes], constants, shape=(1, 3, 2)))
    assert not program.together
    (recurrent,) = (each for each in program.operations if each.kind == "recurrent")
    x = np.float32([[[1, 1]] * 3, [[2, 5]] * 3])
    y = program.run({"x": x}, ["y"], hooks={recurrent.output: lambda state: state[::-1]})["y"]
    # first step: (1,1), (2,5) exchanged: (2,5), (1,1); then 1+2, 1+5 and 2+1, 5+1 exchanged; ...
    assert y.tolist() == [[2, 5, 3, 6, 5, 11], [1, 1, 3, 6, 4, 7]]


def test_gate_before_product(saved) -> None:
    """ONNX's own GRU resets the state before it is multiplied."""
    _, constants = layer_and_constants("GRU", "forward")
    nodes = [N("GRU", ["x", "r.w", "r.r", "r.b"], ["y"], hidden_size=2)]
    program = program_of_onnx(saved(nodes, constants, shape=(5, "batch", 3)))
    (recurrent,) = (each for each in program.operations if each.kind == "recurrent")
    assert recurrent.options["linear_before_reset"] is False
    x = torch.randn(5, 4, 3, generator=torch.Generator().manual_seed(0))
    hooked = run(program, x, "y", hooks={recurrent.output: lambda state: state})
    np.testing.assert_allclose(hooked, run(program, x, "y"), atol=1e-6)


def test_memory_read(saved) -> None:
    """A network that reads an LSTM's memory cannot be followed."""
    _, constants = layer_and_constants("LSTM", "forward")
    program = program_of_onnx(saved([node("LSTM", "forward", ["", "", "y"])], constants, shape=(5, "batch", 3)))
    assert [(each.kind, each.options.get("operation")) for each in program.operations][-1] == ("opaque", "LSTM")
