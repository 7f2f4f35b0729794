"""Published networks of other kinds, through their files and our own forward pass."""

from __future__ import annotations

import os
from pathlib import Path

import gymnasium
import numpy as np
import pytest
import torch
from architectures import CifarCnn, cifar_cnn, modular_addition
from torch.nn import functional

from atlas.errors import UnsupportedLayer
from atlas.records import Replacement
from ingest import Opening, forward, inspect, read_network

pytestmark = pytest.mark.published

DATA = Path(os.environ.get("ATLAS_DATA") or Path(__file__).parents[3] / "shared" / "data") / "networks"
CNN, ADDITION = DATA / "captum_cifar10_cnn.pt", DATA / "clockpizza_modadd59_transformer.pt"
POLICY = DATA / "sb3_ppo_cartpole_policy.pth"
ACTOR = "mlp_extractor.policy_net.0:tanh,mlp_extractor.policy_net.2:tanh,action_net"


def test_modular_addition() -> None:
    """Zhong et al. (2023), The Clock and the Pizza: all 3,481 pairs are answered rightly."""
    pairs = np.array([(a, b) for a in range(59) for b in range(59)])
    opening = Opening(factory="architectures:modular_addition", input="tokens:2")
    network = forward(ADDITION, key="addition", data=(pairs, pairs.sum(axis=1) % 59), opening=opening)
    assert network.accuracy_percent == 100.0
    heads = next(name for name in network.hidden if network.activations(name).shape == (3481, 4))
    silenced = network.outputs({heads: Replacement(numbers=np.array([2]), method="zero")}, trials=np.arange(50))
    module = modular_addition()
    module.load_state_dict(torch.load(ADDITION, map_location="cpu", weights_only=True))
    with torch.no_grad():
        module.blocks[0].attn.W_O[:, 64:96] = 0
        np.testing.assert_allclose(silenced, module(torch.tensor(pairs[:50])), atol=1e-3)


def test_heads() -> None:
    """Strength from a head to a dimension: what its slice of the output projection sums to."""
    walked = read_network(ADDITION, Opening(factory="architectures:modular_addition", input="tokens:2")).walked
    assert [(layer.kind, layer.n_neurons) for layer in walked.layers] == [
        ("input", 1),
        ("embedding", 128),
        ("attention", 4),
        ("linear", 128),
        ("linear", 512),
        ("linear", 128),
        ("linear", 59),
    ]
    tensors = torch.load(ADDITION, map_location="cpu", weights_only=True)
    blocks = {(block.source, block.target): block for block in walked.blocks}
    names = [layer.name for layer in walked.layers]
    slices = tensors["blocks.0.attn.W_O"].abs().reshape(128, 4, 32).sum(dim=2)
    np.testing.assert_allclose(blocks[names[2], names[3]].strength, slices.T, rtol=1e-5)
    assert blocks[names[2], names[3]].value is None
    reading = sum(tensors[f"blocks.0.attn.W_{part}"].abs().sum(dim=1) for part in "QKV")
    np.testing.assert_allclose(blocks[names[1], names[2]].strength, reading.T, rtol=1e-5)


def test_channels() -> None:
    network = read_network(CNN, Opening(factory="architectures:cifar_cnn", input="3x32x32"))
    blocks = {(block.source, block.target): block for block in network.walked.blocks}
    tensors = torch.load(CNN, map_location="cpu", weights_only=True)
    np.testing.assert_allclose(blocks["conv1", "conv2"].value, tensors["conv2.weight"].sum(dim=(2, 3)).T, atol=1e-5)
    by_channel = tensors["fc1.weight"].abs().reshape(120, 16, 25).sum(dim=2)
    np.testing.assert_allclose(blocks["conv2", "fc1"].strength, by_channel.T, rtol=1e-5)
    images = np.random.default_rng(0).uniform(-1, 1, (20, 3, 32, 32)).astype(np.float32)
    running = forward(network, key="cnn", data=(images, np.arange(20) % 10))
    module = cifar_cnn()
    module.load_state_dict(tensors)
    with torch.no_grad():
        np.testing.assert_allclose(running.outputs({}), module(torch.tensor(images)), atol=1e-5)


class Averaged(CifarCnn):
    """The same weights, with averages in the place of the largest elements."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = functional.avg_pool2d(functional.relu(self.conv1(x)), 2)
        x = functional.avg_pool2d(functional.relu(self.conv2(x)), 2)
        return self.fc3(functional.relu(self.fc2(functional.relu(self.fc1(x.flatten(1))))))


def test_channels_taken_apart() -> None:
    """As it stands from behind the max-pooling only; with average pooling as a whole."""
    images = np.random.default_rng(0).uniform(-1, 1, (20, 3, 32, 32)).astype(np.float32)
    opening, data = Opening(factory="architectures:cifar_cnn", input="3x32x32"), (images, np.arange(20) % 10)
    network = forward(CNN, key="cnn", data=data, opening=opening)
    with pytest.raises(UnsupportedLayer, match="After layer 'conv1', on the way to 'conv2', stands max-pooling"):
        network.staged()
    assert [layer.layer for layer in network.staged("fc1")] == ["fc2", "fc3"]
    module = Averaged().eval()
    module.load_state_dict(torch.load(CNN, map_location="cpu", weights_only=True))
    averaged = forward(module, key="averaged", data=data, opening=Opening(input="3x32x32"))
    x, layers = images.reshape(20, -1).astype(np.float64), averaged.staged()
    for layer in layers:
        (stage,) = layer.stages
        x = (stage.weight @ x.T).T + stage.bias
        x = np.maximum(x, 0) if stage.activation == "relu" else x
        np.testing.assert_allclose(x, averaged.all_steps(layer.layer).reshape(20, -1), atol=1e-5)
    assert [np.shape(layer.stages[0].weight) for layer in layers[:2]] == [(4704, 3072), (1600, 4704)]


def test_cartpole() -> None:
    """The policy keeps the pole up for all 500 steps; its answers come from our forward pass."""
    program = read_network(POLICY, Opening(chain=ACTOR)).program
    world, returns = gymnasium.make("CartPole-v1"), []
    for seed in range(20):
        state, _ = world.reset(seed=seed)
        total, over = 0.0, False
        while not over:
            given = {program.input.value: state[None].astype(np.float32)}
            action = int(program.run(given, [program.output])[program.output].argmax())
            state, reward, ended, cut, _ = world.step(action)
            total, over = total + float(reward), ended or cut
        returns.append(total)
    assert returns == [500.0] * 20


def test_policy_is_recognised() -> None:
    assert "mlp_extractor.policy_net.0:tanh" in inspect(POLICY).command
