"""Torch modules whose tensors are named as in the published files of the data folder; factories for `--factory`."""

from __future__ import annotations

import math

import torch
from torch import nn
from torch.nn import functional


class CifarCnn(nn.Module):
    """The LeNet-like network of captum's tutorial: 3 x 32 x 32, two convolutions with pooling, 120, 84, 10."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(3, 6, 5), nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2, self.fc3 = nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = functional.max_pool2d(functional.relu(self.conv1(x)), 2)
        x = functional.max_pool2d(functional.relu(self.conv2(x)), 2)
        return self.fc3(functional.relu(self.fc2(functional.relu(self.fc1(x.flatten(1))))))


class ModularAddition(nn.Module):
    """One block of four heads and a perceptron, no layer norm; answers (a + b) mod 59 at the last position."""

    N_TOKENS, WIDTH, N_HEADS, HEAD, HIDDEN = 59, 128, 4, 32, 512
    ATTENTION = 0.8041592198855598  # `attn_coeff` of the published settings: the rest of a head attends to everything

    def __init__(self) -> None:
        super().__init__()
        tensors = {
            "embed": {"W_E": (self.WIDTH, self.N_TOKENS)},
            "pos_embed": {"W_pos": (2, self.WIDTH)},
            "unembed": {"W_U": (self.WIDTH, self.N_TOKENS)},
        }
        for name, shapes in tensors.items():
            setattr(self, name, _parameters(shapes))
        heads = (self.N_HEADS, self.HEAD, self.WIDTH)
        block = nn.Module()
        block.attn = _parameters({"W_K": heads, "W_Q": heads, "W_V": heads, "W_O": (self.WIDTH, self.WIDTH)})
        block.attn.register_buffer("mask", torch.zeros(2, 2))  # in the file, and not applied
        block.mlp = _parameters(
            {
                "W_in": (self.HIDDEN, self.WIDTH),
                "b_in": (self.HIDDEN,),
                "W_out": (self.WIDTH, self.HIDDEN),
                "b_out": (self.WIDTH,),
            }
        )
        self.blocks = nn.ModuleList([block])

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        x = functional.embedding(tokens, self.embed.W_E.T) + self.pos_embed.W_pos
        x = x + functional.linear(self._mixed(x), self.blocks[0].attn.W_O)
        mlp = self.blocks[0].mlp
        x = x + functional.linear(functional.relu(functional.linear(x, mlp.W_in, mlp.b_in)), mlp.W_out, mlp.b_out)
        return (x @ self.unembed.W_U)[:, -1]

    def _mixed(self, x: torch.Tensor) -> torch.Tensor:
        attention = self.blocks[0].attn
        q, k, v = (torch.einsum("hdw,bpw->bhpd", w, x) for w in (attention.W_Q, attention.W_K, attention.W_V))
        pattern = torch.softmax(q @ k.transpose(-1, -2) / math.sqrt(self.HEAD), dim=-1)
        mixed = (pattern * self.ATTENTION + (1 - self.ATTENTION)) @ v
        return mixed.transpose(1, 2).reshape(x.shape[0], 2, self.WIDTH)


def _parameters(shapes: dict[str, tuple[int, ...]]) -> nn.Module:
    module = nn.Module()
    for name, shape in shapes.items():
        module.register_parameter(name, nn.Parameter(torch.zeros(shape)))
    return module


def cifar_cnn() -> nn.Module:
    """Build the network of `captum_cifar10_cnn.pt`."""
    return CifarCnn().eval()


def modular_addition() -> nn.Module:
    """Build the network of `clockpizza_modadd59_transformer.pt`."""
    return ModularAddition().eval()
