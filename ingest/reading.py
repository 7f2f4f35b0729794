"""Read a perceptron from whatever holds one."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike, fspath

import torch
from torch import nn

from ingest.chain import layers_of_chain, missing_chain
from ingest.comparison import check_answers, evaluating
from ingest.files import read_tensors
from ingest.mlp import Mlp, assemble
from ingest.trace import trace_chain

Source = str | PathLike[str] | nn.Module | Mapping[str, torch.Tensor] | Mlp


def read_mlp(source: Source, *, chain: str | None = None) -> Mlp:
    """Read a multi-layer perceptron.

    Parameters
    ----------
    source
        A tensors-only file (.pt, .pth, .safetensors), a state dict, or a torch module: `nn.Sequential`, or any
        whose forward pass is a chain of linear layers and pointwise activations. Flattening, dropout and a
        softmax at the end are left out: they change no answer.
    chain
        Linear layers in order, each with its activation, as in `fc1:relu,fc2:relu,fc3`. A file and a state
        dict need it; a module only when its layers are part of something larger.

    Raises
    ------
    UnreadableFile, UnsafeFile
        The file cannot be read, or would run code.
    UnsupportedLayer
        The module is no plain chain.
    TensorMismatch, NonFiniteWeights
        Tensors that do not fit together, or with NaN or infinite values.
    BadParameter, UnknownName, BadKey
        A chain that is missing, malformed or does not fit the tensors.
    """
    if isinstance(source, Mlp):
        return source
    if isinstance(source, nn.Module):
        return _read_module(source) if chain is None else _read_state(source.state_dict(), chain)
    if isinstance(source, Mapping):
        return _read_state(source, chain)
    return _read_file(fspath(source), chain)


def _read_file(path: str, chain: str | None) -> Mlp:
    file = read_tensors(path)
    if chain is None:
        raise missing_chain(repr(str(file.path)), file.tensors)
    mlp = assemble(layers_of_chain(file.tensors, chain), sha256=file.sha256)
    return Mlp(linear=mlp.linear, sha256=mlp.sha256, opened={"file": str(file.path), "chain": mlp.chain})


def _read_state(tensors: Mapping[str, torch.Tensor], chain: str | None) -> Mlp:
    if chain is None:
        raise missing_chain("The state dict", tensors)
    return assemble(layers_of_chain(tensors, chain))


def _read_module(module: nn.Module) -> Mlp:
    with evaluating(module):
        layers, normalised = trace_chain(module)
        mlp = assemble(layers)
        check_answers(module, layers, normalised=normalised)
    return mlp
