"""Mean and covariance through affine maps and nonlinearities, in torch, so that networks can be trained on them.

Tensors have a leading axis of Gaussians: means (n_parts, n), covariances (n_parts, n, n). The same numbers as
`atlas.analysis.correlation` gives; formulas from Fischer et al. (2022), Phys. Rev. Research 4, 043143.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import nn

from ingest.statistics.quadratic import Quadratic
from ingest.statistics.rectifying import relu_moments


class Moments(NamedTuple):
    """Mean and covariance of Gaussians."""

    mean: torch.Tensor  # shape (n_parts, n)
    covariance: torch.Tensor  # shape (n_parts, n, n)


class Cumulants(NamedTuple):
    """Higher cumulants of what goes into the first layer; of few inputs only, for they are whole."""

    third: torch.Tensor  # shape (n_parts, n, n, n)
    fourth: torch.Tensor  # shape (n_parts, n, n, n, n)


def affine_moments(linear: nn.Linear, given: Moments) -> Moments:
    """Take moments through a linear layer: exact, of any distribution."""
    return Moments(linear(given.mean), _sandwich(linear.weight, given.covariance))


def closed_moments(nonlinearity: nn.Module | None, given: Moments) -> Moments:
    """Take the moments of Gaussians through a nonlinearity: exact of Gaussians."""
    if nonlinearity is None:
        return given
    if isinstance(nonlinearity, Quadratic):
        return quadratic_moments(given, nonlinearity.alpha)
    return Moments(*relu_moments(given.mean, given.covariance))


def quadratic_moments(given: Moments, alpha: float) -> Moments:
    """Take the moments of Gaussians through z + alpha z^2."""
    mean, covariance = given
    slope = 1 + 2 * alpha * mean
    variance = covariance.diagonal(dim1=-2, dim2=-1)
    return Moments(
        mean + alpha * (mean**2 + variance),
        slope[..., :, None] * slope[..., None, :] * covariance + 2 * alpha**2 * covariance**2,
    )


def higher_orders(linear: nn.Linear, mean: torch.Tensor, higher: Cumulants, alpha: float) -> torch.Tensor:
    """Give what third and fourth cumulants of the input add to the covariance behind one quadratic layer: exact.

    alpha (a_j K_iij + a_i K_ijj) + alpha^2 K_iijj, with a = 1 + 2 alpha mean and the cumulants K and the mean those of
    the pre-activation. Shape (n_parts, n_out, n_out).
    """
    weight, n_in = linear.weight, linear.in_features
    twice = (weight[:, :, None] * weight[:, None, :]).reshape(len(weight), n_in**2)
    third = twice @ higher.third.reshape(-1, n_in**2, n_in) @ weight.T
    fourth = twice @ higher.fourth.reshape(-1, n_in**2, n_in**2) @ twice.T
    sloped = third * (1 + 2 * alpha * mean)[..., None, :]
    return alpha * (sloped + sloped.mT) + alpha**2 * fourth


def _sandwich(weight: torch.Tensor, covariance: torch.Tensor) -> torch.Tensor:
    """Give weight @ covariance @ weight.T; of a covariance that is given, the slope costs no further large product."""
    if covariance.requires_grad:
        return weight @ covariance @ weight.T
    return _Sandwich.apply(weight, covariance)  # type: ignore[no-any-return]


class _Sandwich(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, weight: torch.Tensor, covariance: torch.Tensor) -> torch.Tensor:
        half = covariance @ weight.T
        ctx.save_for_backward(half)
        return weight @ half

    @staticmethod
    def backward(ctx: Any, slope: torch.Tensor) -> tuple[torch.Tensor, None]:
        (half,) = ctx.saved_tensors
        return ((slope + slope.mT) @ half.mT).sum(dim=0), None
