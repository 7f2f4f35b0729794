"""Guess from names and shapes what network a state dict belongs to. A guess is offered to a reader, never used."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import torch

from atlas.keys import SEGMENT
from ingest.sources.chain import linear_names

FACTORY: Final = ("--factory", "package.module:factory", "--input", "SHAPE")  # for the reader to fill in
_ACTOR = re.compile(r"mlp_extractor\.policy_net\.\d+$")
_RECURRENT = re.compile(r"(.*\.)?weight_hh(?:_l\d+)?$")
_CELLS = {1: "RNN", 3: "GRU", 4: "LSTM"}
_ATTENTION = re.compile(r"(?:^|[._])(?:in_proj_weight|q_proj|c_attn|qkv|query|W_Q|attn|attention)(?:$|[._])")
_EMBEDDING = re.compile(r"(?:^|[._])(?:W_E|wte|embed\w*|tok\w*)(?:$|[._])")


@dataclass(frozen=True, kw_only=True)
class Guess:
    """What a network may be, and what `atlas ingest` would have to be told."""

    text: str
    arguments: tuple[str, ...]


def guess(tensors: Mapping[str, torch.Tensor]) -> Guess:
    """Guess the architecture of a state dict."""
    for look in (_actor_critic, _recurrent, _transformer, _convolutional, _perceptron):
        found = look(tensors)
        if found is not None:
            return found
    return Guess(text="unknown: the shapes form no chain", arguments=FACTORY)


def _actor_critic(tensors: Mapping[str, torch.Tensor]) -> Guess | None:
    names = [name for name in linear_names(tensors) if _ACTOR.fullmatch(name)]
    if not names or "action_net.weight" not in tensors:
        return None
    names.append("action_net")
    if not _fits(tensors, names):
        return None
    text = f"actor-critic of Stable-Baselines3; the actor is {_sizes(tensors, names)}; tanh is a guess"
    return Guess(text=text, arguments=("--chain", _chain(names, "tanh")))


def _recurrent(tensors: Mapping[str, torch.Tensor]) -> Guess | None:
    layers = [name for name, tensor in tensors.items() if _RECURRENT.fullmatch(name) and tensor.ndim == 2]
    if not layers:
        return None
    rows, n_neurons = tensors[layers[0]].shape
    cell = _CELLS.get(rows // n_neurons if n_neurons else 0, "cells")
    return Guess(
        text=f"recurrent network: {cell}, {len(layers)} layer{'s' if len(layers) > 1 else ''}, {n_neurons} neurons",
        arguments=FACTORY,
    )


def _transformer(tensors: Mapping[str, torch.Tensor]) -> Guess | None:
    attention = [name for name in tensors if _ATTENTION.search(name)]
    if not attention:
        return None
    embedding = [tensor for name, tensor in tensors.items() if _EMBEDDING.search(name) and tensor.ndim == 2]
    size = f", embedding {' x '.join(map(str, embedding[0].shape))}" if embedding else ""
    heads = next((tensor.shape[0] for name, tensor in tensors.items() if "W_Q" in name and tensor.ndim == 3), None)
    told = f"{heads} heads" if heads else "the number of heads is not told"
    return Guess(text=f"transformer: attention in {attention[0]!r}{size}; {told}", arguments=FACTORY)


def _convolutional(tensors: Mapping[str, torch.Tensor]) -> Guess | None:
    kernels = [tensor for name, tensor in tensors.items() if name.endswith("weight") and 3 <= tensor.ndim <= 5]
    if not kernels:
        return None
    n_linear = len(linear_names(tensors))
    text = f"convolutional network: {len(kernels)} convolutions, {kernels[0].ndim - 2}-d, and {n_linear} linear layers"
    return Guess(text=text, arguments=FACTORY)


def _perceptron(tensors: Mapping[str, torch.Tensor]) -> Guess | None:
    names = linear_names(tensors)
    if not names or not _fits(tensors, names):
        return None
    text = f"perceptron {_sizes(tensors, names)}: the shapes form a chain"
    if not all(SEGMENT.fullmatch(name) for name in names):
        return Guess(text=f"{text}, but its names cannot be keys", arguments=FACTORY)
    return Guess(text=f"{text}; relu is a guess", arguments=("--chain", _chain(names, "relu")))


def _fits(tensors: Mapping[str, torch.Tensor], names: Sequence[str]) -> bool:
    shapes = [tensors[f"{name}.weight"].shape for name in names]
    return all(source[0] == target[1] for source, target in pairwise(shapes))


def _sizes(tensors: Mapping[str, torch.Tensor], names: Sequence[str]) -> str:
    shapes = [tensors[f"{name}.weight"].shape for name in names]
    return "-".join(str(size) for size in (shapes[0][1], *(shape[0] for shape in shapes)))


def _chain(names: Sequence[str], activation: str) -> str:
    return ",".join([*(f"{name}:{activation}" for name in names[:-1]), names[-1]])
