"""A tanh rounded to a few levels, at random while it is trained."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import nn

from atlas.analysis.seeds import check_whole
from atlas.errors import BadParameter

N_LEVELS = 8  # of the paper
GAIN = 5 / 3  # torch's for tanh
_LARGEST = 256  # levels, as many as a state of a neuron may have


class QuantisedTanh(nn.Module):
    """A tanh rounded to levels from -1 to 1, the lowest and the highest with half as wide a range as the others.

    In evaluation mode to the nearest level; this has no slope. In training mode to one of the two nearest, the upper
    with the share of the way that lies below, so that the mean is the tanh; the slope is that of the tanh. Draws come
    from torch's global random state.

    Parameters
    ----------
    n_levels
        From 2 to 256.

    Raises
    ------
    BadParameter
        `n_levels` outside of this.

    References
    ----------
    Ehrlich, Schneider, Priesemann, Wibral and Makkeh (2023), TMLR, "A Measure of the Complexity of Neural
    Representations based on Partial Information Decomposition".
    """

    def __init__(self, n_levels: int = N_LEVELS) -> None:
        super().__init__()
        check_levels(n_levels)
        self.n_levels = n_levels

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Apply it."""
        if not self.training:
            return rounded_tanh(x, self.n_levels)
        tanh, half = torch.tanh(x), (self.n_levels - 1) / 2
        still = tanh.detach()
        numbers = torch.rand_like(still).add_(still, alpha=half).add_(half).floor_()
        numbers.clamp_(max=self.n_levels - 1)  # a draw just below 1 on top of a tanh of 1 rounds to the number beyond
        return numbers.sub_(half).div_(half).add_(tanh - still)  # exactly the levels, with the slope of the tanh

    def extra_repr(self) -> str:
        """Tell the number of levels."""
        return f"n_levels={self.n_levels}"


def rounded_tanh(x: torch.Tensor, n_levels: float = N_LEVELS) -> torch.Tensor:
    """Round a tanh to the nearest of so many levels from -1 to 1."""
    half = (n_levels - 1) / 2
    return (torch.round((torch.tanh(x) + 1) * half) - half) / half


def check_levels(n_levels: float) -> None:
    """Refuse a number of levels that is not whole, or not from 2 to 256."""
    if n_levels not in range(2, _LARGEST + 1):
        raise BadParameter(
            f"The number of levels is {n_levels}. It is whole, from 2 to {_LARGEST}. The paper takes {N_LEVELS}."
        )


def quantised_network(sizes: Sequence[int], *, n_levels: int = N_LEVELS, seed: int = 0) -> nn.Sequential:
    """Make an untrained network of dense layers `fc1`, `fc2`, ..., all but the last with a quantised tanh.

    Weights are Glorot's (uniform, gain 5/3), biases torch's own. Torch's global random state stays as it is.

    Parameters
    ----------
    sizes
        Neurons of every layer, from the input to the output: 784, 50, 10, 5, 5, 5, 10 in the paper.
    seed
        Of weights and biases.

    Raises
    ------
    BadParameter
        Fewer than two layers, a layer without neurons, or a number of levels or a seed outside its range.
    """
    if len(sizes) < 2:
        raise BadParameter(f"The sizes are {list(sizes)}. There are at least two, of the input and of the output.")
    check_whole(least=1, **{f"Size {number}": size for number, size in enumerate(sizes)})
    check_whole(seed=seed)
    parts: OrderedDict[str, nn.Module] = OrderedDict()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for number, (n_in, n_out) in enumerate(pairwise(sizes), start=1):
            parts[f"fc{number}"] = linear = nn.Linear(n_in, n_out)
            nn.init.xavier_uniform_(linear.weight, gain=GAIN)
            parts[f"quantised{number}"] = QuantisedTanh(n_levels)
    parts.popitem()
    return nn.Sequential(parts)
