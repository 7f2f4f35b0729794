"""A quadratic nonlinearity: of means and covariances it makes means and covariances in closed form."""

from __future__ import annotations

import math

import torch
from torch import nn

from atlas.errors import BadParameter

ALPHA = 0.5


class Quadratic(nn.Module):
    """z + alpha z^2, of each element alone.

    Parameters
    ----------
    alpha
        A finite number; 0 is the identity. Deep networks with a large alpha are hard to train.

    Raises
    ------
    BadParameter
        `alpha` is no finite number.

    References
    ----------
    Fischer, Rene, Keup, Layer, Dahmen and Helias (2022), Phys. Rev. Research 4, 043143.
    """

    def __init__(self, alpha: float = ALPHA) -> None:
        super().__init__()
        if not math.isfinite(alpha):
            raise BadParameter(f"alpha is {alpha}. It is a finite number. The paper takes {ALPHA}.")
        self.alpha = float(alpha)

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        """Apply it."""
        return z + self.alpha * z**2

    def extra_repr(self) -> str:
        """Tell alpha."""
        return f"alpha={self.alpha}"
