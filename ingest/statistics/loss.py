"""The squared loss of a network as means and covariances have it, differentiable by its weights."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from atlas.errors import BadParameter, ShapeError
from atlas.records import FloatArray
from ingest.statistics.closure import Cumulants, Moments, affine_moments, closed_moments, higher_orders
from ingest.statistics.given import ClassStatistics
from ingest.statistics.network import Step, steps_of
from ingest.statistics.quadratic import Quadratic


class Given(NamedTuple):
    """Statistics as tensors."""

    moments: Moments
    weights: torch.Tensor  # shape (n_parts,)
    targets: torch.Tensor  # of every part, shape (n_parts, n_outputs)
    higher: Cumulants | None = None


def closure_loss(network: nn.Sequential, given: ClassStatistics, *, targets: FloatArray | None = None) -> torch.Tensor:
    """Predict the squared distance of outputs to targets, summed over outputs, mean over trials; differentiable.

    sum_t p_t [ |mean_t - target_t|^2 + trace of cov_t ], each part of a class taken for a Gaussian, layer by layer.

    Parameters
    ----------
    network
        As `dense_network` makes it.
    given
        Of the inputs. Third and fourth cumulants make it exact for any distribution behind one quadratic layer.
    targets
        What is to be put out for each class, shape (n_classes, n_outputs); None is 1 for the class, 0 for others.

    Raises
    ------
    UnsupportedLayer
        The network has other parts than Linear, ReLU and Quadratic.
    ShapeError
        Statistics or targets that do not fit the network.
    BadParameter
        Third or fourth cumulants with another network than one of a single, quadratic nonlinearity.

    References
    ----------
    Fischer et al. (2022), Phys. Rev. Research 4, 043143.
    """
    steps = steps_of(network)
    return loss_of(steps, as_given(steps, given, targets))


def as_given(steps: tuple[Step, ...], given: ClassStatistics, targets: FloatArray | None) -> Given:
    """Check statistics and targets against a network, and make tensors of its type of them."""
    weight = steps[0].linear.weight
    check_inputs(steps, given.means.shape[1])
    wanted = targets_of(steps, given.n_classes, targets)
    moments = Moments(*(torch.tensor(one, dtype=weight.dtype) for one in (given.means, given.covariances)))
    weights = torch.tensor(given.weights, dtype=weight.dtype)
    return Given(moments, weights, wanted[torch.tensor(given.classes)], _cumulants(steps, given))


def check_inputs(steps: tuple[Step, ...], n_inputs: int) -> None:
    """Refuse another number of inputs than the network takes in."""
    if n_inputs != steps[0].linear.in_features:
        raise ShapeError(
            f"There are {n_inputs} inputs, and the network takes in {steps[0].linear.in_features}. Give what fits."
        )


def targets_of(steps: tuple[Step, ...], n_classes: int, targets: FloatArray | None) -> torch.Tensor:
    """Give what is to be put out for each class, shape (n_classes, n_outputs)."""
    last = steps[-1].linear
    wanted = np.eye(max(n_classes, last.out_features))[:, : last.out_features] if targets is None else targets
    if (targets is None and n_classes > last.out_features) or wanted.shape[1:] != (last.out_features,):
        shape = (n_classes, n_classes) if targets is None else wanted.shape
        raise ShapeError(
            f"The targets are of shape {shape}, and the network has {last.out_features} outputs. Give `targets` of "
            "shape (n_classes, n_outputs)."
        )
    if len(wanted) < n_classes:
        raise ShapeError(f"There are {len(wanted)} targets and {n_classes} classes. Give one for each class.")
    return torch.tensor(wanted, dtype=last.weight.dtype)


def loss_of(steps: tuple[Step, ...], given: Given) -> torch.Tensor:
    """Predict the squared loss behind these steps."""
    moments = given.moments
    for number, step in enumerate(steps):
        before = affine_moments(step.linear, moments)
        moments = closed_moments(step.nonlinearity, before)
        if number == 0 and given.higher is not None and isinstance(step.nonlinearity, Quadratic):
            added = higher_orders(step.linear, before.mean, given.higher, step.nonlinearity.alpha)
            moments = Moments(moments.mean, moments.covariance + added)
    variances = moments.covariance.diagonal(dim1=-2, dim2=-1)
    return given.weights @ ((moments.mean - given.targets) ** 2 + variances).sum(dim=1)


def _cumulants(steps: tuple[Step, ...], given: ClassStatistics) -> Cumulants | None:
    if given.third is None and given.fourth is None:
        return None
    first, *others = (step.nonlinearity for step in steps)
    if not isinstance(first, Quadratic) or any(others):
        raise BadParameter(
            "Third and fourth cumulants are of use where the only nonlinearity is the first layer's, and quadratic. "
            "Leave them out, or take parts of each class."
        )
    n_parts, n_in = given.means.shape
    third, fourth = (
        np.zeros((n_parts, *(n_in,) * order)) if values is None else values
        for order, values in ((3, given.third), (4, given.fourth))
    )
    return Cumulants(*(torch.tensor(one, dtype=steps[0].linear.weight.dtype) for one in (third, fourth)))
