"""Networks that can be trained on statistics: dense layers with ReLU or a quadratic nonlinearity between them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import nn

from atlas.analysis.seeds import check_whole
from atlas.errors import BadParameter, UnsupportedLayer
from ingest.activation import parse_activation
from ingest.statistics.quadratic import ALPHA, Quadratic


class Step(NamedTuple):
    """A linear layer, and the nonlinearity that follows it."""

    linear: nn.Linear
    nonlinearity: nn.Module | None


def dense_network(sizes: Sequence[int], *, activation: str = "relu", seed: int = 0) -> nn.Sequential:
    """Make an untrained network of dense layers `fc1`, `fc2`, ..., all but the last with a nonlinearity.

    Weights and biases are torch's own. Torch's global random state stays as it is.

    Parameters
    ----------
    sizes
        Neurons of every layer, from the input to the output.
    activation
        As a chain writes it: `relu`, or `quadratic(0.5)` for z + 0.5 z^2.
    seed
        Of weights and biases.

    Raises
    ------
    BadParameter
        Fewer than two layers, a layer without neurons, another activation, or a seed below 0.
    """
    if len(sizes) < 2:
        raise BadParameter(f"The sizes are {list(sizes)}. There are at least two, of the input and of the output.")
    check_whole(least=1, **{f"Size {number}": size for number, size in enumerate(sizes)})
    check_whole(seed=seed)
    parts: OrderedDict[str, nn.Module] = OrderedDict()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for number, (n_in, n_out) in enumerate(pairwise(sizes), start=1):
            parts[f"fc{number}"] = nn.Linear(n_in, n_out)
            parts[f"nonlinearity{number}"] = _nonlinearity(activation)
    parts.popitem()
    return nn.Sequential(parts)


def steps_of(network: nn.Sequential) -> tuple[Step, ...]:
    """Take a network apart.

    Raises
    ------
    UnsupportedLayer
        It does not begin with a `Linear`, or has something else than `Linear`, `ReLU` and `Quadratic`, or two
        nonlinearities one after the other.
    """
    steps: list[Step] = []
    for name, part in network.named_children():
        if isinstance(part, nn.Linear):
            steps.append(Step(part, None))
        elif isinstance(part, (nn.ReLU, Quadratic)) and steps and steps[-1].nonlinearity is None:
            steps[-1] = Step(steps[-1].linear, part)
        else:
            raise UnsupportedLayer(
                f"Training on statistics cannot treat {name!r} ({type(part).__name__}). A network is Linear layers, "
                "each followed by at most one ReLU or Quadratic. Leave it out, or train on data."
            )
    if not steps:
        raise UnsupportedLayer("The network has no layer. Give a torch.nn.Sequential of Linear, ReLU and Quadratic.")
    return tuple(steps)


def _nonlinearity(text: str) -> nn.Module:
    activation = parse_activation(text)
    if activation.name == "relu":
        return nn.ReLU()
    if activation.name == "quadratic":
        return Quadratic(ALPHA if activation.parameter is None else activation.parameter)
    raise BadParameter(f"The activation is {text!r}. Give 'relu' or 'quadratic({ALPHA})'.")
