"""ReLU networks rescaled neuron by neuron, so that equal functions have equal weights."""

from __future__ import annotations

import math
from itertools import pairwise

import torch
from torch import nn

from atlas.errors import BadParameter, UnsupportedLayer
from ingest.clusterability.chain import ChainLayer, chain_of

_BETWEEN = (  # f(a x) = a f(x) for every a > 0, channel by channel
    nn.ReLU,
    nn.LeakyReLU,
    nn.Identity,
    nn.Flatten,
    nn.modules.dropout._DropoutNd,
    nn.modules.pooling._MaxPoolNd,
    nn.modules.pooling._AvgPoolNd,
    nn.modules.pooling._AdaptiveMaxPoolNd,
    nn.modules.pooling._AdaptiveAvgPoolNd,
)


def normalise_neurons(torch_module: nn.Module, norm: float = math.sqrt(2)) -> None:
    """Rescale what comes into every hidden neuron to one norm and what goes out of it inversely, in place.

    A ReLU network computes the same before and after. Its graph of weights does change, so the clusterability of
    networks can only be compared, or trained for, after this; the paper does it before every batch. A neuron whose
    incoming weights and bias are all 0 stays as it is.

    Parameters
    ----------
    torch_module
        Dense layers and convolutions, registered in the order in which they run, with ReLU, leaky ReLU, pooling or
        dropout between them. An activation that is called inside `forward` is not visible: it must be one of these.
    norm
        Euclidean norm of a neuron's incoming weights and its bias.

    Raises
    ------
    BadParameter
        The norm is not above 0.
    UnsupportedLayer
        The module is no chain, or has an activation that does not scale with its input.

    References
    ----------
    Filan, Casper, Hod, Wild, Critch and Russell (2021), arXiv 2103.03386, section 5.
    """
    if not (math.isfinite(norm) and norm > 0):
        raise BadParameter(f"The norm is {norm}. It must be above 0. The paper takes the square root of 2.")
    chain = chain_of(torch_module)
    _check_scaling(torch_module, chain)
    for layer, after in pairwise(chain):
        incoming = _incoming(layer)
        factor = torch.where(incoming > 0, norm / incoming, 1.0)
        layer.multiply(factor[:, None])
        if layer.bias is not None:
            with torch.no_grad():
                layer.bias.mul_(factor)
        after.multiply(1 / factor[None, :])


def _incoming(layer: ChainLayer) -> torch.Tensor:
    """Give the norm of every neuron's incoming weights and bias, shape (n_neurons,)."""
    parts = [layer.weight.detach().flatten(1)]
    if layer.bias is not None:
        parts.append(layer.bias.detach()[:, None])
    return torch.cat(parts, dim=1).square().sum(dim=1).sqrt()


def _check_scaling(torch_module: nn.Module, chain: list[ChainLayer]) -> None:
    """Refuse activations between layers that are not known to scale with their input; after the last, any may stand."""
    names = [layer.name for layer in chain]
    for name, part in torch_module.named_modules():
        if name == names[-1]:
            return
        if name not in names and not list(part.children()) and not isinstance(part, _BETWEEN):
            raise UnsupportedLayer(
                f"The part {name!r} is a {type(part).__name__}. Neurons can be rescaled where the activation scales "
                "with its input, as ReLU does. Leave such networks as they are."
            )
