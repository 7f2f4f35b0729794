"""Weights that begin with modules: stronger within them, weaker across."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import nn

from atlas.analysis.seeds import generator
from atlas.errors import BadParameter
from atlas.keys import INPUT_LAYER
from atlas.records import IntArray
from ingest.clusterability.chain import chain_of


def make_clusterable(
    torch_module: nn.Module,
    *,
    n_modules: int = 10,
    across: float = 0.6,
    within: float | None = None,
    seed: int = 0,
    first_layer: bool = False,
) -> dict[str, IntArray]:
    """Give every neuron a module at random, and multiply the weights in place: up within a module, down across.

    To be called on an untrained network. Outputs get the modules 0, 1, ... in order, beginning again after the last.

    Parameters
    ----------
    torch_module
        Dense layers and convolutions, registered in the order in which they run.
    n_modules
        How many modules there are.
    across
        Factor of weights from one module to another; the paper takes 0.6, and 0.8 in convolutional networks.
    within
        Factor of weights inside a module; None: 1 + (1 - across)(n_modules - 1), so that the mean strength stays as it
        is. The normalised cut of modules of equal size is then expected to be (n_modules - 1) * across.
    seed
        Of the modules.
    first_layer
        Whether the inputs have modules, and their weights are multiplied, too.

    Returns
    -------
    dict[str, IntArray]
        Module of every neuron, shape (n_neurons,), by the layer's name; with `first_layer` also those of `input`.

    Raises
    ------
    BadParameter
        `n_modules` is below 1, or a factor is negative or no number.
    UnsupportedLayer
        The module is no chain of dense layers and convolutions.

    References
    ----------
    Filan, Casper, Hod, Wild, Critch and Russell (2021), arXiv 2103.03386, section 5.
    """
    chain = chain_of(torch_module)
    inside = 1 + (1 - across) * (n_modules - 1) if within is None else within
    _check(n_modules, across, inside)
    draws = generator(seed)
    sizes = {INPUT_LAYER: chain[0].n_inputs, **{layer.name: layer.n_neurons for layer in chain}}
    modules: dict[str, IntArray] = {name: draws.integers(n_modules, size=size) for name, size in sizes.items()}
    modules[chain[-1].name] = np.arange(chain[-1].n_neurons) % n_modules
    for before, layer in zip(modules, chain, strict=False):
        if before != INPUT_LAYER or first_layer:
            same = modules[layer.name][:, None] == modules[before]
            layer.multiply(torch.from_numpy(np.where(same, inside, across)))
    if not first_layer:
        del modules[INPUT_LAYER]
    return modules


def _check(n_modules: int, across: float, within: float) -> None:
    if n_modules < 1:
        raise BadParameter(f"n_modules is {n_modules}. There must be one or more. The paper takes 10.")
    for name, factor in (("across", across), ("within", within)):
        if not (math.isfinite(factor) and factor >= 0):
            raise BadParameter(f"The factor {name!r} is {factor}. It must be 0 or above. The paper takes across=0.6.")
