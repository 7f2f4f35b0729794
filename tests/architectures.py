"""Torch modules larger than those checked by hand: published ones, named as their tensors are, and known shapes."""

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


class Residual(nn.Module):
    """Two convolutions, and the sum with what went in."""

    def __init__(self, n_in, n_out, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(n_in, n_out, 3, stride, 1, bias=False), nn.BatchNorm2d(n_out)
        self.conv2, self.bn2 = nn.Conv2d(n_out, n_out, 3, 1, 1, bias=False), nn.BatchNorm2d(n_out)
        same = stride == 1 and n_in == n_out
        down = [nn.Conv2d(n_in, n_out, 1, stride, bias=False), nn.BatchNorm2d(n_out)]
        self.down = nn.Identity() if same else nn.Sequential(*down)

    def forward(self, x):
        y = self.bn2(self.conv2(functional.relu(self.bn1(self.conv1(x)))))
        return functional.relu(y + self.down(x))


def resnet18():
    sizes = [(64, 64, 1), (64, 64, 1), (64, 128, 2), (128, 128, 1), (128, 256, 2), (256, 256, 1), (256, 512, 2)]
    stem = [nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
    stages = [Residual(*size) for size in [*sizes, (512, 512, 1)]]
    return nn.Sequential(*stem, *stages, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 1000))


class Block(nn.Module):
    """Attention and a perceptron beside the residual sum."""

    def __init__(self, width, n_heads):
        super().__init__()
        self.n_heads = n_heads
        self.ln1, self.ln2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.fc, self.proj = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        n, steps, width = x.shape
        parts = self.qkv(self.ln1(x)).chunk(3, -1)
        heads = [part.view(n, steps, self.n_heads, width // self.n_heads).transpose(1, 2) for part in parts]
        mixed = functional.scaled_dot_product_attention(*heads, is_causal=True)
        x = x + self.out(mixed.transpose(1, 2).reshape(n, steps, width))
        return x + self.proj(functional.gelu(self.fc(self.ln2(x))))


class Gpt(nn.Module):
    def __init__(self, n_words, width, n_heads, depth):
        super().__init__()
        self.wte, self.wpe = nn.Embedding(n_words, width), nn.Embedding(16, width)
        self.h = nn.ModuleList(Block(width, n_heads) for _ in range(depth))
        self.ln, self.head = nn.LayerNorm(width), nn.Linear(width, n_words, bias=False)

    def forward(self, x):
        y = self.wte(x) + self.wpe(torch.arange(x.shape[1]))
        for block in self.h:
            y = block(y)
        return self.head(self.ln(y))


class Vit(nn.Module):
    def __init__(self):
        super().__init__()
        self.patch, self.head = nn.Conv2d(3, 8, 4, 4), nn.Linear(8, 5)
        self.first, self.places = nn.Parameter(torch.randn(1, 1, 8)), nn.Parameter(torch.randn(1, 5, 8))
        self.blocks = nn.Sequential(Block(8, 2), Block(8, 2))

    def forward(self, x):
        x = self.patch(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.first.expand(x.shape[0], -1, -1), x], 1) + self.places
        return self.head(self.blocks(x)[:, 0])


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


def gpt2() -> nn.Module:
    """Build the shape of GPT-2, the small one, with random weights."""
    return Gpt(50257, 768, 12, 12).eval()
