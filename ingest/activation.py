"""Pointwise nonlinearities: their names, as a chain writes them, and what they compute."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch.nn import functional

from atlas.errors import BadParameter, UnknownName
from ingest.quantised.quantiser import N_LEVELS, check_levels, rounded_tanh

Function = Callable[[torch.Tensor, float], torch.Tensor]

QUANTISED = "quantised_tanh"  # its parameter is the number of levels

FUNCTIONS: Mapping[str, tuple[Function, float | None]] = {  # name: what it computes, its parameter's default
    "identity": (lambda x, _: x, None),
    "relu": (lambda x, _: torch.relu(x), None),
    "relu6": (lambda x, _: functional.relu6(x), None),
    "tanh": (lambda x, _: torch.tanh(x), None),
    "sigmoid": (lambda x, _: torch.sigmoid(x), None),
    "gelu": (lambda x, _: functional.gelu(x), None),
    "gelu_tanh": (lambda x, _: functional.gelu(x, approximate="tanh"), None),
    "silu": (lambda x, _: functional.silu(x), None),
    "mish": (lambda x, _: functional.mish(x), None),
    "selu": (lambda x, _: torch.selu(x), None),
    "softsign": (lambda x, _: functional.softsign(x), None),
    "erf": (lambda x, _: torch.erf(x), None),
    "leaky_relu": (lambda x, slope: functional.leaky_relu(x, slope), 0.01),
    "elu": (lambda x, alpha: functional.elu(x, alpha), 1.0),
    "softplus": (lambda x, beta: functional.softplus(x, beta), 1.0),
    "quadratic": (lambda x, alpha: x + alpha * x * x, 0.5),
    QUANTISED: (rounded_tanh, N_LEVELS),
}
NORMALISERS = ("softmax", "log_softmax")  # after the last layer they change no answer
_TEXT = re.compile(r"([a-z0-9_]+)(?:\(([^()]+)\))?")


@dataclass(frozen=True)
class Activation:
    """One nonlinearity, applied to every neuron of a layer alike."""

    name: str = "identity"
    parameter: float | None = None

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """Apply it."""
        function, default = FUNCTIONS[self.name]
        return function(x, (default or 0.0) if self.parameter is None else self.parameter)

    def __str__(self) -> str:
        """Write it as a chain does: `relu`, `leaky_relu(0.2)`."""
        default = FUNCTIONS[self.name][1]
        return self.name if self.parameter in (None, default) else f"{self.name}({self.parameter})"


IDENTITY = Activation()


def quadratic_of(x: torch.Tensor, values: torch.Tensor) -> Activation | None:
    """Find the quadratic x + alpha x^2 that has these values to single precision; None where there is none.

    Its alpha is rounded to the seven digits of single precision.
    """
    if x.shape != values.shape or not bool(values.isfinite().all()):
        return None
    squares = x * x
    alpha = float(((values - x) * squares).sum() / (squares * squares).sum())
    found = Activation("quadratic", float(f"{alpha:.7g}"))
    return found if torch.allclose(values, found(x), rtol=1e-5, atol=1e-6) else None


def parse_activation(text: str) -> Activation:
    """Read an activation as a chain writes it.

    Raises
    ------
    UnknownName
        No such activation.
    BadParameter
        A parameter that is no number, or that this activation does not take.
    """
    match = _TEXT.fullmatch(text)
    name, parameter = match.groups() if match else (text, None)
    if name not in FUNCTIONS:
        raise UnknownName("activation", name, FUNCTIONS)
    if parameter is None:
        return Activation(name)
    if FUNCTIONS[name][1] is None:
        raise BadParameter(f"The activation {text!r} has a parameter; {name!r} takes none. Write {name!r}.")
    try:
        activation = Activation(name, float(parameter))
    except ValueError as error:
        raise BadParameter(f"The activation {text!r} needs a number in its brackets, as in 'elu(1.0)'.") from error
    if name == QUANTISED:
        check_levels(float(parameter))
    return activation
