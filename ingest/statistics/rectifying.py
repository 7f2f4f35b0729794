"""Mean and covariance of Gaussians behind a ReLU, with slopes that stay finite where a variance is 0 or r is +-1.

m is mean / sd of the pre-activation, r a correlation, q = sqrt(1 - r^2); Phi and phi are of the standard normal.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch.autograd.function import once_differentiable

_N_NODES = {0.0: 12, 0.9: 24, 0.98: 64}  # of Gauss-Legendre, by the |r| from which on as many are needed
_FARTHEST = 100.0  # sds from 0, beyond which Phi is 0 or 1 in any precision


def relu_moments(mean: torch.Tensor, covariance: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Give mean and covariance behind a ReLU, from those of Gaussians before it; differentiable once.

    cov_ij = s_i s_j [r Phi(m_i) Phi(m_j) + 1/(2 pi) int_0^(asin r) (r - sin t) e(t) dt] with
    e(t) = exp(-(m_i^2 - 2 m_i m_j sin t + m_j^2) / (2 cos^2 t)), by Gauss-Legendre; slopes by Price's theorem.

    Parameters
    ----------
    mean
        Shape (n_parts, n).
    covariance
        Shape (n_parts, n, n); its symmetric part is taken. Where a variance is 0, the element is its mean, rectified.
    """
    return _Relu.apply(mean, covariance)  # type: ignore[no-any-return]


class _Relu(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, mean: torch.Tensor, covariance: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        covariance = (covariance + covariance.mT) / 2
        sd = covariance.diagonal(dim1=-2, dim2=-1).clamp(min=0).sqrt()
        m = _scaled(mean, sd)
        below, density = torch.special.ndtr(m), _density(m)
        r = _correlations(covariance, sd)
        e_plain, e_weighted = _integrals(m, r)
        products = below[..., :, None] * below[..., None, :]
        closed = sd[..., :, None] * sd[..., None, :] * (r * products + e_weighted)
        up, down = density + m * below, density - m * torch.special.ndtr(-m)  # E[relu(x + m)], E[relu(-x - m)]
        closed.diagonal(dim1=-2, dim2=-1).copy_(sd**2 * (below - up * down).clamp(min=0))
        closed_mean = mean * below + sd * density
        ctx.save_for_backward(mean, sd, m, r, products + e_plain, closed_mean)
        return closed_mean, closed

    @staticmethod
    @once_differentiable
    def backward(
        ctx: Any, mean_slope: torch.Tensor, covariance_slope: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        mean, sd, m, r, both, closed_mean = ctx.saved_tensors
        below, rate = torch.special.ndtr(m), _rate(m, sd)
        own = covariance_slope.diagonal(dim1=-2, dim2=-1)
        pairs = covariance_slope + covariance_slope.mT
        pairs.diagonal(dim1=-2, dim2=-1).zero_()
        by_mean, by_variance = _pair_slopes(mean, sd, m, r, both, closed_mean)
        to_mean = (pairs * by_mean).sum(dim=-1) + own * 2 * closed_mean * (1 - below) + mean_slope * below
        to_covariance = pairs * both / 2
        to_variance = (pairs * by_variance).sum(dim=-1) + own * (below - closed_mean * rate) + mean_slope * rate / 2
        to_covariance.diagonal(dim1=-2, dim2=-1).copy_(to_variance)
        return to_mean, to_covariance


def _pair_slopes(
    mean: torch.Tensor,
    sd: torch.Tensor,
    m: torch.Tensor,
    r: torch.Tensor,
    both: torch.Tensor,
    closed_mean: torch.Tensor,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Give the slopes of cov_ij by the mean of i, and by the variance of i; `both` is P(z_i > 0, z_j > 0)."""
    q = ((1 - r) * (1 + r)).sqrt()
    away = m[..., None, :] - r * m[..., :, None]  # of j, given that i is 0
    given = (away / q.clamp(min=torch.finfo(q.dtype).tiny)).clamp(-_FARTHEST, _FARTHEST)
    below_given = torch.special.ndtr(given)
    cut = _density(m)[..., :, None] * below_given  # phi(m_i) P(z_j > 0 | z_i = 0)
    sd_j, mean_j = sd[..., None, :], closed_mean[..., None, :]
    met = mean[..., None, :] * both + sd_j * (cut.mT + r * cut)  # E[relu(z_j), z_i > 0]
    met_given = sd_j * (away * below_given + q * _density(given))  # E[relu(z_j) | z_i = 0]
    rate = _rate(m, sd)[..., :, None]
    return met - torch.special.ndtr(m)[..., :, None] * mean_j, rate / 2 * (met_given - mean_j)


def _scaled(mean: torch.Tensor, sd: torch.Tensor) -> torch.Tensor:
    fixed = torch.sign(mean) * _FARTHEST
    return torch.where(sd > 0, mean / torch.where(sd > 0, sd, 1.0), fixed).clamp(-_FARTHEST, _FARTHEST)


def _density(m: torch.Tensor) -> torch.Tensor:
    return torch.exp(-(m**2) / 2) / math.sqrt(2 * math.pi)


def _rate(m: torch.Tensor, sd: torch.Tensor) -> torch.Tensor:
    """Give the density of the pre-activation at 0; of one without variance 0."""
    return torch.where(sd > 0, _density(m) / torch.where(sd > 0, sd, 1.0), 0.0)


def _correlations(covariance: torch.Tensor, sd: torch.Tensor) -> torch.Tensor:
    """Give correlations from -1 to 1, 0 with an element that does not vary and on the diagonal, which is not read."""
    safe = torch.where(sd > 0, sd, torch.inf)
    r = (covariance / safe[..., :, None] / safe[..., None, :]).clamp(-1, 1)
    r.diagonal(dim1=-2, dim2=-1).zero_()
    return r


def _integrals(m: torch.Tensor, r: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Give the integrals of e(t) and of (r - sin t) e(t) from 0 to asin r, over 2 pi; more nodes where |r| is high."""
    m_i, m_j = (one.expand_as(r) for one in (m[..., :, None], m[..., None, :]))
    plain, weighted = _by_nodes(m_i, m_j, r, _N_NODES[0.0])
    for least, n_nodes in list(_N_NODES.items())[1:]:
        high = r.abs() > least
        if high.any():
            plain[high], weighted[high] = _by_nodes(m_i[high], m_j[high], r[high], n_nodes)
    return plain, weighted


def _by_nodes(m_i: torch.Tensor, m_j: torch.Tensor, r: torch.Tensor, n_nodes: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Integrate, the exponent as (m_i - m_j)^2 / (2 cos^2 t) + m_i m_j / (1 + sin t): exact where |r| is near 1."""
    r, m_j, sign = r.abs(), m_j * torch.sign(r), torch.sign(r)  # e(t) of -r is that of r with -m_j
    half = torch.asin(r) / 2
    apart, product = (m_i - m_j) ** 2 / 2, m_i * m_j
    plain, weighted = torch.zeros_like(r), torch.zeros_like(r)
    for node, weight in zip(*np.polynomial.legendre.leggauss(n_nodes), strict=True):
        sine = torch.sin(half * (1 + float(node)))
        e = torch.exp(-apart / (1 - sine**2) - product / (1 + sine)).mul_(float(weight))
        plain.add_(e)
        weighted.add_(e.mul_(r - sine))
    scale = half / (2 * math.pi)
    return plain.mul_(scale * sign), weighted.mul_(scale)
