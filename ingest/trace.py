"""Find the linear layers and nonlinearities of a torch module that is a plain chain."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from torch import fx, nn

from atlas.errors import UnsupportedLayer
from ingest.activation import FUNCTIONS, IDENTITY, NORMALISERS, Activation
from ingest.mlp import LinearLayer

_RULE = (
    "A chain of linear layers and pointwise activations is understood. "
    "Save the state dict and name its linear layers by a chain, or leave this operation out."
)
_MODULES: Mapping[type[nn.Module], Callable[[Any], Activation]] = {
    nn.ReLU: lambda _: Activation("relu"),
    nn.ReLU6: lambda _: Activation("relu6"),
    nn.Tanh: lambda _: Activation("tanh"),
    nn.Sigmoid: lambda _: Activation("sigmoid"),
    nn.GELU: lambda gelu: Activation(_gelu(gelu.approximate)),
    nn.SiLU: lambda _: Activation("silu"),
    nn.Mish: lambda _: Activation("mish"),
    nn.SELU: lambda _: Activation("selu"),
    nn.Softsign: lambda _: Activation("softsign"),
    nn.LeakyReLU: lambda leaky: Activation("leaky_relu", leaky.negative_slope),
    nn.ELU: lambda elu: Activation("elu", elu.alpha),
    nn.Softplus: lambda softplus: Activation("softplus", softplus.beta),
}
_SILENT = (nn.Identity, nn.Dropout, nn.AlphaDropout)
_KEYWORDS = {"leaky_relu": "negative_slope", "elu": "alpha", "softplus": "beta"}
_RESHAPES = ("view", "reshape", "flatten", "contiguous")


@dataclass(frozen=True)
class _Step:
    """What one operation of the forward pass is to a chain: a layer, an activation, or no change."""

    layer: LinearLayer | None = None
    activation: Activation | None = None
    normalises: bool = False


def trace_chain(module: nn.Module) -> tuple[tuple[LinearLayer, ...], bool]:
    """Read the layers of a module off its forward pass, and whether a softmax ends it.

    Raises
    ------
    UnsupportedLayer
        The forward pass is no chain of linear layers and pointwise activations.
    """
    root = nn.Sequential(module) if isinstance(module, nn.Linear) else module
    layers: list[LinearLayer] = []
    normalised = False
    for operation in _operations(root):
        step = _read(operation, root)
        if normalised and (step.layer or step.activation):
            raise unsupported(f"{_name(operation)!r} after a softmax")
        if step.layer is not None:
            layers.append(step.layer)
        if step.activation is not None:
            _activate(layers, step.activation, operation)
        normalised |= step.normalises
    if not layers:
        raise unsupported(f"no linear layer in {type(module).__name__!r}")
    return tuple(layers), normalised


def _operations(root: nn.Module) -> Iterator[fx.Node]:
    """Give the operations one after the other; each must take in what the one before puts out, and nothing else."""
    try:
        graph = fx.Tracer().trace(root)
    except Exception as error:  # a forward pass may raise anything when traced
        raise unsupported(f"{type(root).__name__!r}, which cannot be traced ({one_line(error)})") from error
    current: fx.Node | None = None
    sizes: set[fx.Node] = set()
    for operation in graph.nodes:
        inputs = [source for source in operation.all_input_nodes if source not in sizes]
        if operation.op == "placeholder" and current is None:
            current = operation
        elif _asks_size(operation):
            sizes.add(operation)
        elif not operation.users and operation.op != "output":
            continue
        elif current is None or inputs != [current]:
            raise unsupported(f"{_name(operation)!r}, which joins or branches")
        elif operation.op != "output":
            yield operation
            current = operation


def _asks_size(operation: fx.Node) -> bool:
    return operation.op in ("call_method", "call_function") and (
        _name(operation) in ("size", "getitem") or (_name(operation) == "getattr" and str(operation.args[1]) == "shape")
    )


def _read(operation: fx.Node, root: nn.Module) -> _Step:
    if operation.op == "call_module":
        return _read_module(str(operation.target), root.get_submodule(str(operation.target)))
    name = _name(operation)
    if name in FUNCTIONS:
        return _Step(activation=_function_activation(name, operation))
    if name in NORMALISERS:
        return _Step(normalises=True)
    if name in _RESHAPES or (name == "dropout" and operation.kwargs.get("training") is False):
        return _Step()
    raise unsupported(repr(name))


def _read_module(name: str, part: nn.Module) -> _Step:
    if isinstance(part, nn.Linear):
        return _Step(layer=LinearLayer(name=name, weight=part.weight, bias=part.bias))
    if type(part) in _MODULES:
        return _Step(activation=_MODULES[type(part)](part))
    if isinstance(part, (nn.Softmax, nn.LogSoftmax)):
        return _Step(normalises=True)
    if isinstance(part, (*_SILENT, nn.Flatten)):
        return _Step()
    raise unsupported(f"{name!r} ({type(part).__name__})")


def _function_activation(name: str, operation: fx.Node) -> Activation:
    if name == "gelu":
        return Activation(_gelu(str(operation.kwargs.get("approximate", "none"))))
    keyword = _KEYWORDS.get(name)
    if keyword is None:
        return Activation(name)
    value = operation.args[1] if len(operation.args) > 1 else operation.kwargs.get(keyword)
    return Activation(name, float(value) if isinstance(value, (int, float)) else None)


def _activate(layers: list[LinearLayer], activation: Activation, operation: fx.Node) -> None:
    if not layers or layers[-1].activation != IDENTITY:
        raise unsupported(f"{_name(operation)!r}, which stands after no linear layer")
    layers[-1] = replace(layers[-1], activation=activation)


def _name(operation: fx.Node) -> str:
    target = operation.target
    return (target if isinstance(target, str) else getattr(target, "__name__", str(target))).rstrip("_")


def _gelu(approximate: str) -> str:
    return "gelu_tanh" if approximate == "tanh" else "gelu"


def unsupported(operation: str) -> UnsupportedLayer:
    """Say which operation is no part of a chain, and what can be done."""
    return UnsupportedLayer(f"The network has {operation}. {_RULE}")


def one_line(error: Exception) -> str:
    """Write what a foreign error says in one line."""
    return " ".join(str(error).split())
