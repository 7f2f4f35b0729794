"""A state dict and a chain: `fc1:relu,fc2:relu,fc3` names the linear layers in order, each with its nonlinearity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

import torch
from torch import nn

from atlas.errors import BadParameter, TensorMismatch, UnknownName
from atlas.keys import INPUT_LAYER, check_segment
from ingest.activation import IDENTITY, NORMALISERS, Activation, parse_activation
from ingest.sources.regular import shown
from ingest.sources.tensors import check_weights, shape_text

_SHOWN = 12  # tensors listed in a message
_RESERVED = (INPUT_LAYER, "target", "run")  # other things stand under these names


@dataclass(frozen=True, kw_only=True)
class _Step:
    """One layer of a chain and the nonlinearity after it."""

    name: str
    activation: Activation


class Chain(nn.Module):
    """Linear layers one after the other, under the names they have in their file."""

    def __init__(self, steps: Sequence[tuple[str, nn.Linear, Activation]]) -> None:
        super().__init__()
        self._steps = [(linear, activation) for _, linear, activation in steps]
        self._takes = (steps[0][0], steps[0][1].in_features)
        for name, linear, _ in steps:
            _place(self, name, linear)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Compute what the last layer puts out; of every trial, all values are flattened."""
        x = x.flatten(1) if x.ndim > 2 else x
        for linear, activation in self._steps:
            x = linear(x)
            if activation != IDENTITY:
                x = activation(x)
        return x


def module_of_chain(tensors: Mapping[str, torch.Tensor], chain: str) -> Chain:
    """Make a module of the linear layers a chain names, with the layers under their names in the file.

    Parameters
    ----------
    tensors
        With `NAME.weight`, shape (n_out, n_in), and `NAME.bias` where the layer has one, for every layer named.
        Others are left out: a file may hold a second head, or a critic. A weight that was saved the other way round
        is not turned.
    chain
        Layers in order, each with its activation; without one, the layer's sums are its activations. A softmax
        or log_softmax after the last changes no answer and is left out.

    Returns
    -------
    Chain
        Weights are those given where they are of its type: all float32, or all float64 where one of them is.

    Raises
    ------
    BadParameter, UnknownName, BadKey
        A chain that is malformed, or names a layer or an activation that is not there or cannot be a key.
    TensorMismatch, NonFiniteWeights
        Tensors that do not fit together, or with NaN or infinite values.
    """
    steps = _parse(chain)
    _check_names(tensors, [step.name for step in steps])
    picked = {
        name: tensors[name]
        for step in steps
        for name in (f"{step.name}.weight", f"{step.name}.bias")
        if name in tensors
    }
    check_weights(picked, source="The chain")
    _check_shapes(picked, [step.name for step in steps])
    dtype = torch.float64 if any(tensor.dtype == torch.float64 for tensor in picked.values()) else torch.float32
    linear = {step.name: _linear(picked, step.name, dtype) for step in steps}
    return Chain([(step.name, linear[step.name], step.activation) for step in steps]).eval()


def first_layer(chain: Chain) -> tuple[str, int]:
    """Name the first layer of a chain, and how many numbers it takes in."""
    return chain._takes  # private: every other name may be that of a layer


def left_out(tensors: Mapping[str, torch.Tensor], chain: Chain) -> tuple[str, ...]:
    """Tell which tensors a chain does not name, in a line; none where it names all."""
    names = [shown(name) for name in tensors if name not in chain.state_dict()]
    if not names:
        return ()
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    listed = ", ".join(names[:_SHOWN])
    return (f"the chain leaves out {listed}{more}; if they belong to the network, name their layers in the chain",)


def missing_chain(source: str, tensors: Mapping[str, torch.Tensor]) -> BadParameter:
    """Say what a state dict holds, and how a chain for it might look."""
    names = linear_names(tensors)
    example = f"chain={','.join([*(f'{name}:relu' for name in names[:-1]), *names[-1:]])!r}" if names else "a chain"
    return BadParameter(
        f"{source} holds {_listed(tensors)}, but not the order of the layers nor their activations. "
        f"Give them, for example {example}."
    )


def linear_names(tensors: Mapping[str, torch.Tensor]) -> list[str]:
    """Name everything that looks like a linear layer, in the file's order."""
    return [
        name.removesuffix(".weight")
        for name, tensor in tensors.items()
        if name.endswith(".weight") and tensor.ndim == 2
    ]


def _parse(chain: str) -> list[_Step]:
    parts = [part.strip() for part in chain.split(",")]
    if not all(parts):
        raise BadParameter(f"The chain {chain!r} has an empty part. Write it as in 'fc1:relu,fc2:relu,fc3'.")
    return [_step(part, is_last=number == len(parts) - 1) for number, part in enumerate(parts)]


def _step(part: str, *, is_last: bool) -> _Step:
    name, _, activation = (text.strip() for text in part.partition(":"))
    if activation in NORMALISERS:
        if not is_last:
            raise BadParameter(f"The chain has {activation!r} after {name!r}. It may stand after the last layer only.")
        return _Step(name=name, activation=IDENTITY)
    return _Step(name=name, activation=parse_activation(activation) if activation else IDENTITY)


def _check_names(tensors: Mapping[str, torch.Tensor], names: Sequence[str]) -> None:
    for number, name in enumerate(names):
        if f"{name}.weight" not in tensors:
            known = linear_names(tensors)
            raise UnknownName("layer in the chain", name, known, remedy=f"The file holds {_listed(tensors)}.")
        check_segment(name, what="layer name")
        if name in _RESERVED or name in names[:number]:
            raise BadParameter(f"The layer name {name!r} is taken. Rename the layer in the network.")


def _check_shapes(tensors: Mapping[str, torch.Tensor], names: Sequence[str]) -> None:
    for name in names:
        for kind, n_dimensions in (("weight", 2), ("bias", 1)):
            tensor = tensors.get(f"{name}.{kind}")
            if tensor is not None and tensor.ndim != n_dimensions:
                raise TensorMismatch(
                    f"The tensor '{name}.{kind}' is {shape_text(tensor)}. The {kind} of a linear layer has "
                    f"{n_dimensions} dimension{'s' if n_dimensions > 1 else ''}. Leave this layer out of the chain."
                )
        weight, bias = tensors[f"{name}.weight"], tensors.get(f"{name}.bias")
        if bias is not None and len(bias) != len(weight):
            raise TensorMismatch(
                f"The layer {name!r} has {len(weight)} neurons but {len(bias)} biases. "
                "There must be one for each neuron. Check the file."
            )
    for source, target in pairwise(names):
        n_out, n_in = tensors[f"{source}.weight"].shape[0], tensors[f"{target}.weight"].shape[1]
        if n_out != n_in:
            raise TensorMismatch(
                f"The layer {source!r} puts out {n_out} values, but {target!r} takes in {n_in}. "
                "Layers that follow each other must fit. Correct the order of the chain."
            )


def _linear(tensors: Mapping[str, torch.Tensor], name: str, dtype: torch.dtype) -> nn.Linear:
    weight, bias = tensors[f"{name}.weight"], tensors.get(f"{name}.bias")
    linear = nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None, dtype=dtype, device="meta")
    linear.weight = nn.Parameter(weight.to(dtype), requires_grad=False)
    if bias is not None:
        linear.bias = nn.Parameter(bias.to(dtype), requires_grad=False)
    return linear


def _place(root: nn.Module, name: str, linear: nn.Linear) -> None:
    """Put a layer where its dotted name says."""
    *above, last = name.split(".")
    parent: nn.Module = root
    for part in above:
        parent = _inner(parent, part)
    before = parent._modules.get(last)
    for part, inner in () if before is None else before.named_children():
        linear.add_module(part, inner)
    _check_free(parent, last)
    parent.add_module(last, linear)


def _inner(parent: nn.Module, part: str) -> nn.Module:
    _check_free(parent, part)
    if part not in parent._modules:
        parent.add_module(part, nn.Module())
    return parent.get_submodule(part)


def _check_free(parent: nn.Module, part: str) -> None:
    if not part or (part not in parent._modules and hasattr(parent, part)):
        raise BadParameter(f"The layer name {part!r} is taken by torch. Rename the layer in the file.")


def _listed(tensors: Mapping[str, torch.Tensor]) -> str:
    shapes = [f"{shown(name)} {' x '.join(map(str, tensor.shape))}" for name, tensor in islice(tensors.items(), _SHOWN)]
    rest = len(tensors) - len(shapes)
    return ", ".join(shapes) + (f" and {rest} more" if rest else "")
