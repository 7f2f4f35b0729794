"""Read a trained network from whatever holds one."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from os import PathLike, fspath
from pathlib import Path

import torch
from torch import nn

from atlas.errors import AtlasError, BadParameter, UnsupportedLayer
from atlas.records import DataRecord, Parameter
from ingest.given import check_kind, check_tensors, no_network
from ingest.input_shape import InputShape, inputs_for, parse_input
from ingest.opening import Opening
from ingest.program.operation import Program
from ingest.quantised import QuantisedTanh
from ingest.sources import check_weights, module_of_chain, module_of_factory, read_exported, read_tensors
from ingest.sources.chain import Chain, first_layer, left_out, missing_chain
from ingest.sources.regular import hash_file
from ingest.walk import Walked, walk


@dataclass(frozen=True, kw_only=True)
class TrainedNetwork:
    """A network that was read: its operations, ready to run, and its layers and weights."""

    program: Program
    walked: Walked
    sha256: str  # of the file, or of names, shapes and values
    opened: Mapping[str, Parameter] = field(default_factory=dict)  # how to open it again; empty in memory
    norm: str = "entrywise_l1"
    notes: tuple[str, ...] = ()  # what was unwrapped on the way, or taken otherwise than it came
    found: Mapping[str, int] = field(default_factory=dict)  # epoch, step and seed, where the file tells them


Source = str | PathLike[str] | nn.Module | Mapping[str, torch.Tensor] | TrainedNetwork


def read_network(
    source: Source,
    opening: Opening | None = None,
    *,
    data: DataRecord | None = None,
) -> TrainedNetwork:
    """Read a trained network of any kind, without running what its file may hold.

    Parameters
    ----------
    source
        A torch module; a state dict; a file of tensors (.pt, .pth, .ckpt, .safetensors, a Stable-Baselines3 .zip),
        with a chain or a factory; an exported program (.pt2); an ONNX file.
    opening
        What the file does not say.
    data
        Trials, whose shape tells what the network takes in.

    Raises
    ------
    UnreadableFile, UnsafeFile
        The file cannot be read, or would run code.
    UnsupportedLayer
        An operation is not understood, or the network has several inputs or outputs.
    TensorMismatch, NonFiniteWeights
        Tensors that do not fit together, or with NaN or infinite values.
    BadParameter, UnknownName, BadKey
        An opening that is missing, malformed or does not fit the tensors.
    """
    if isinstance(source, TrainedNetwork):
        return source
    opening = Opening() if opening is None else opening
    check_kind(opening, Opening, "Write opening=ingest.Opening(chain='fc1:relu,fc2').")
    if isinstance(source, nn.Module):
        return _of_memory(_checked(source), opening, data)
    if isinstance(source, Mapping):
        check_tensors(source)
        module, notes = _module(source, opening, "The state dict")
        network = _of_memory(module, opening, data)
        return replace(network, notes=(*network.notes, *notes))
    path = fspath(source) if isinstance(source, (str, PathLike)) else None
    if not isinstance(path, str):
        raise no_network(source)
    suffix = Path(path).suffix.lower()
    return _READERS[suffix](path, opening) if suffix in _READERS else _of_tensors(path, opening, data)


def _of_tensors(path: str, opening: Opening, data: DataRecord | None) -> TrainedNetwork:
    file = read_tensors(path, part=_part(opening.part))
    module, notes = _module(file.tensors, opening, repr(str(file.path)))
    # The tensors of a chain were read from the file, and nobody else has them.
    program, shape = _program(module, opening, data, own=opening.factory is None)
    how = {"chain": opening.chain, "factory": opening.factory, "part": opening.part, "input": str(shape)}
    network = _walked(program, opening, sha256=file.sha256, opened=_opened(file.path, opening, how))
    return replace(network, notes=(*file.notes, *notes), found=file.found)


def _of_memory(module: nn.Module, opening: Opening, data: DataRecord | None) -> TrainedNetwork:
    program, _ = _program(module, opening, data, own=False)
    network = _walked(program, opening, sha256=_values_sha256(module), opened={})
    return replace(network, notes=_training(module))


def _training(module: nn.Module) -> tuple[str, ...]:
    """Tell of layers that do otherwise in training than in the network that is read."""
    names = sorted({type(part).__name__ for part in module.modules() if part.training and _trains_otherwise(part)})
    if not names:
        return ()
    return (f"the module is in training mode; it was taken in evaluation mode ({', '.join(names)})",)


def _trains_otherwise(part: nn.Module) -> bool:
    if isinstance(part, (nn.RNNBase, nn.MultiheadAttention)):
        return part.dropout > 0
    return isinstance(part, (nn.modules.dropout._DropoutNd, nn.modules.batchnorm._NormBase, QuantisedTanh))


def _part(text: str | None) -> str | int | None:
    """Read a place in a list, or an entry's name."""
    return int(text) if text is not None and text.isdecimal() else text


def _module(tensors: Mapping[str, torch.Tensor], opening: Opening, source: str) -> tuple[nn.Module, tuple[str, ...]]:
    """Make the module of a state dict, and tell what of it was left out."""
    if opening.factory is not None:
        return _checked(module_of_factory(opening.factory, tensors=tensors)), ()
    tensors = {name: tensor for name, tensor in tensors.items() if isinstance(tensor, torch.Tensor)}
    if opening.chain is not None:
        chain = module_of_chain(tensors, opening.chain)
        return chain, left_out(tensors, chain)
    raise missing_chain(source, tensors)


def _of_exported(path: str, opening: Opening) -> TrainedNetwork:
    from ingest.program.torch_program import program_of_exported

    exported = read_exported(path)
    check_weights(_weights(exported.state_dict), source=repr(path))
    return _of_program(program_of_exported(exported), opening, path)


def _of_onnx(path: str, opening: Opening) -> TrainedNetwork:
    from ingest.program.onnx_program import program_of_onnx

    program = program_of_onnx(Path(path))
    check_weights(_tensors(program), source=repr(path))
    return _of_program(program, opening, path)


_READERS = {".onnx": _of_onnx, ".pt2": _of_exported}


def _of_program(program: Program, opening: Opening, path: str) -> TrainedNetwork:
    file = Path(path).expanduser().resolve()
    return _walked(program, opening, sha256=hash_file(file), opened=_opened(file, opening))


def _walked(program: Program, opening: Opening, *, sha256: str, opened: Mapping[str, Parameter]) -> TrainedNetwork:
    walked = walk(program, norm=opening.norm, allow_opaque=opening.allow_opaque)
    return TrainedNetwork(program=program, walked=walked, sha256=sha256, opened=opened, norm=opening.norm)


def _opened(file: Path, opening: Opening, how: Mapping[str, Parameter] | None = None) -> dict[str, Parameter]:
    named = {name: value for name, value in (how or {}).items() if value is not None}
    kept: dict[str, Parameter] = {"file": str(file), **named, "norm": opening.norm}
    return kept | ({"allow_opaque": True} if opening.allow_opaque else {})


def _program(module: nn.Module, opening: Opening, data: DataRecord | None, *, own: bool) -> tuple[Program, InputShape]:
    """Export the module for the first shape of inputs it runs on."""
    from ingest.program.torch_program import program_of_module

    shapes = _shapes(module, opening, data)
    failures: list[AtlasError] = []
    for shape in shapes:
        try:
            return program_of_module(module, shape.example(_dtype(module)), own=own), shape
        except AtlasError as error:
            failures.append(error)
    if opening.input is not None and isinstance(failures[0], UnsupportedLayer):
        raise UnsupportedLayer(
            f"{failures[0]} One trial was taken for {shapes[0]}, as --input says; if it is not, correct it."
        ) from failures[0]
    if opening.input is None and data is None and isinstance(failures[0], UnsupportedLayer):
        raise UnsupportedLayer(
            f"{failures[0]} One trial was taken for {shapes[0]}, after the first linear layer; "
            "if it is not, give --data, or its shape with --input, for example --input 3x32x32."
        ) from failures[0]
    raise failures[0]


def _shapes(module: nn.Module, opening: Opening, data: DataRecord | None) -> list[InputShape]:
    if opening.input is not None:
        given = parse_input(opening.input)
        if isinstance(module, Chain):
            _check_input(given, module)
        return [given]
    linear = (part.in_features for part in module.modules() if isinstance(part, nn.Linear))
    first = first_layer(module)[1] if isinstance(module, Chain) else next(linear, None)
    tokens = any(isinstance(part, nn.Embedding) for part in module.modules())
    shapes = list(inputs_for(data, first, tokens=tokens))
    if not shapes:
        raise BadParameter(
            "What the network takes in is not known. Give --data, or the shape of one trial with --input, "
            "for example --input 3x32x32 or --input tokens:16."
        )
    return shapes


def _check_input(given: InputShape, chain: Chain) -> None:
    name, n_inputs = first_layer(chain)
    if given.tokens or math.prod(given.shape) != n_inputs:
        raise BadParameter(
            f"The input {str(given)!r} does not fit '{name}.weight', which takes in {n_inputs} numbers a trial. "
            f"Write --input {n_inputs}, or leave --input out."
        )


def _dtype(module: nn.Module) -> torch.dtype:
    doubles = any(tensor.dtype == torch.float64 for tensor in module.state_dict().values())
    return torch.float64 if doubles else torch.float32


def _checked(module: nn.Module) -> nn.Module:
    check_weights(_weights(module.state_dict()), source=f"The module {type(module).__name__!r}")
    return module


def _tensors(program: Program) -> dict[str, torch.Tensor]:
    """Name the tensors of a program, but for constants that are added: a mask may hold infinity."""
    return {
        f"{operation.name or operation.output}.{name}": torch.tensor(values)
        for operation in program.operations
        for name, values in operation.tensors.items()
        if name != "offset"
    }


def _weights(tensors: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Leave out counters and masks."""
    return {name: tensor for name, tensor in tensors.items() if tensor.is_floating_point() or tensor.is_complex()}


def _values_sha256(module: nn.Module) -> str:
    digest = hashlib.sha256(str(module).encode())
    for name, tensor in module.state_dict().items():
        values = tensor.detach().cpu().contiguous()
        digest.update(f"{name}:{values.dtype}{tuple(values.shape)}".encode())
        digest.update(values.view(torch.uint8).numpy().tobytes() if values.ndim else repr(values.item()).encode())
    return digest.hexdigest()
