"""How badly a network falls into clusters, as a number that training can lower."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import numpy as np
import torch
from scipy import linalg
from scipy.sparse.linalg import LinearOperator, eigsh
from torch import nn
from torch.autograd.function import once_differentiable

from atlas.errors import BadParameter, EmptySelection, NonFiniteWeights
from atlas.records import FloatArray
from ingest.clusterability.chain import chain_of

_DENSE = 500  # neurons; measured on one core: up to here the whole matrix is solved faster, above it Lanczos is
Blocks = Sequence[FloatArray]  # strengths between layers that follow each other, shape (n_source, n_target)


def clusterability_penalty(torch_module: nn.Module, *, n_eigenvalues: int = 3) -> torch.Tensor:
    """Give the mean of the smallest eigenvalues of the network's graph but the first, from 0 to 2.

    The eigenvalues are those of L = 1 - D^-1/2 A D^-1/2, with A the magnitudes of the weights without direction (of a
    kernel their sum) and D the sums of its rows. The first is 0; the sum of the k smallest is never above the
    normalised cut of any k clusters. Added to the loss, times lambda (the paper takes 0.1), the penalty makes training
    look for a network that falls apart into `n_eigenvalues` + 1 clusters.

    The gradient of an eigenvalue by the magnitude of the weight between neurons m and n is
    (u_m - u_n)^2 - eigenvalue (u_m^2 + u_n^2), with u = D^-1/2 v and v its eigenvector of length 1. Where eigenvalues
    coincide within the chosen ones, their sum has this gradient all the same. Where the last chosen one coincides with
    the next, there is none, only slopes that differ by direction: one of them is given. A neuron without weights is
    not part of the graph, and its weights get no gradient; nor does a weight of 0.

    Parameters
    ----------
    torch_module
        Dense layers and convolutions, registered in the order in which they run.
    n_eigenvalues
        How many eigenvalues are averaged.

    Returns
    -------
    torch.Tensor
        Shape (), with the type of the weights; computed in double precision, on the processor. Costs one eigenvalue
        problem: about 60 ms for 784-256-256-256-256-10 on one core.

    Raises
    ------
    BadParameter
        `n_eigenvalues` is below 1, or the graph has no more neurons than that.
    EmptySelection
        All weights are 0.
    NonFiniteWeights
        A weight is NaN or infinite.
    UnsupportedLayer
        The module is no chain of dense layers and convolutions.

    References
    ----------
    Filan, Casper, Hod, Wild, Critch and Russell (2021), arXiv 2103.03386, section 5.
    """
    if n_eigenvalues < 1:
        raise BadParameter(f"n_eigenvalues is {n_eigenvalues}. It must be 1 or more. The paper takes 3.")
    strengths = [layer.strength() for layer in chain_of(torch_module)]
    penalty: torch.Tensor = _MeanEigenvalue.apply(n_eigenvalues, *strengths)
    return penalty


class _MeanEigenvalue(torch.autograd.Function):
    """The mean eigenvalue by the strengths of the blocks; the slope is known as soon as the value is."""

    @staticmethod
    def forward(ctx: Any, n_eigenvalues: int, *strengths: torch.Tensor) -> torch.Tensor:
        blocks = [strength.detach().cpu().double().numpy() for strength in strengths]
        values, layers = smallest_eigenvalues(blocks, n_eigenvalues + 1)
        slopes = _slopes(values, layers)
        ctx.save_for_backward(*(torch.from_numpy(slope / n_eigenvalues).to(strengths[0]) for slope in slopes))
        return strengths[0].new_tensor(values.sum() / n_eigenvalues)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, outer: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        return (None, *(outer * slope for slope in ctx.saved_tensors))


def smallest_eigenvalues(blocks: Blocks, n_values: int) -> tuple[FloatArray, list[FloatArray]]:
    """Give the smallest eigenvalues of L, shape (n_values,), and u = D^-1/2 v of every layer's neurons.

    Each u has shape (n_neurons, n_values); it is 0 where a neuron has no weights.
    """
    degree = _degrees(blocks)
    joined = [own > 0 for own in degree]
    _check(degree, n_values)
    rooted = [own[kept] ** -0.5 for own, kept in zip(degree, joined, strict=True)]
    scaled = [
        rooted[place][:, None] * block[np.ix_(joined[place], joined[place + 1])] * rooted[place + 1]
        for place, block in enumerate(blocks)
    ]
    similar, vectors = (_all_at_once if sum(map(len, rooted)) <= _DENSE else _by_lanczos)(scaled, n_values)
    layers: list[FloatArray] = [np.zeros((len(kept), n_values)) for kept in joined]
    for layer, kept, own, part in zip(layers, joined, rooted, _split(scaled, vectors), strict=True):
        layer[kept] = own[:, None] * part
    return 1.0 - similar, layers


def _all_at_once(scaled: Blocks, n_values: int) -> tuple[FloatArray, FloatArray]:
    """Give the largest eigenvalues of the scaled strengths, largest first, and their vectors."""
    ends = _ends(scaled)
    matrix = np.zeros((ends[-1], ends[-1]))
    for block, first, middle, last in zip(scaled, ends, ends[1:], ends[2:], strict=False):
        matrix[first:middle, middle:last] = block
    top = len(matrix) - 1
    values, vectors = linalg.eigh(matrix, lower=False, subset_by_index=(top - n_values + 1, top))
    return values[::-1], vectors[:, ::-1]


def _by_lanczos(scaled: Blocks, n_values: int) -> tuple[FloatArray, FloatArray]:
    """Give the same, without laying the strengths out as one matrix."""

    def times(vector: FloatArray) -> FloatArray:
        parts = _split(scaled, vector.ravel())
        product = [np.zeros_like(part) for part in parts]
        for place, block in enumerate(scaled):
            product[place] += block @ parts[place + 1]
            product[place + 1] += parts[place] @ block
        return np.concatenate(product)

    n_neurons = _ends(scaled)[-1]
    operator = LinearOperator((n_neurons, n_neurons), matvec=times, dtype=np.float64)
    start = np.random.default_rng(0).standard_normal(n_neurons)
    values, vectors = eigsh(operator, k=n_values, which="LA", v0=start)
    order = np.argsort(-values, kind="stable")
    return values[order], vectors[:, order]


def _ends(blocks: Blocks) -> list[int]:
    """Give the number of every layer's first neuron, and of the one after the last."""
    return list(accumulate([*map(len, blocks), blocks[-1].shape[1]], initial=0))


def _split(blocks: Blocks, rows: FloatArray) -> list[FloatArray]:
    """Cut rows, one for each neuron, into those of the layers."""
    return np.split(rows, _ends(blocks)[1:-1])


def _slopes(values: FloatArray, layers: Sequence[FloatArray]) -> Blocks:
    """Give the derivative of the sum of the eigenvalues by every strength, block by block.

    `layers` holds the rows of u of each. The first eigenvalue stays 0 whatever the strengths; it is summed with the
    others because its vector cannot be told from theirs where the graph falls apart.
    """
    own = [layer**2 @ (1.0 - values) for layer in layers]
    return [
        own[place][:, None] + own[place + 1] - 2.0 * layers[place] @ layers[place + 1].T
        for place in range(len(layers) - 1)
    ]


def _degrees(blocks: Blocks) -> list[FloatArray]:
    """Sum the strengths of every layer's neurons, in and out."""
    degrees = [*(block.sum(axis=1) for block in blocks), np.zeros(blocks[-1].shape[1])]
    for degree, block in zip(degrees[1:], blocks, strict=True):
        degree += block.sum(axis=0)
    return degrees


def _check(degrees: Sequence[FloatArray], n_values: int) -> None:
    degree = np.concatenate(degrees)
    if not np.isfinite(degree).all():
        raise NonFiniteWeights("A weight is NaN or infinite. Clusterability needs numbers. Lower the learning rate.")
    n_joined = int((degree > 0).sum())
    if n_joined == 0:
        raise EmptySelection("All weights are 0. A graph needs weights. Give a network that has some.")
    if n_joined < n_values:
        raise BadParameter(
            f"n_eigenvalues is {n_values - 1}, and {n_joined} neurons have weights. There must be more neurons than "
            "eigenvalues. Ask for fewer."
        )
