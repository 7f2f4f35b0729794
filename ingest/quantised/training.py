"""Train a network of few levels as the paper does, and keep what it is at chosen epochs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from atlas.analysis.seeds import check_whole
from atlas.errors import BadParameter
from atlas.progress import Progress, silent
from ingest.cores import one_core
from ingest.data import DataSource, read_data
from ingest.trials import described_data

State = dict[str, torch.Tensor]
_PER_DECADE = 10


def checkpoint_epochs(n_epochs: int) -> tuple[int, ...]:
    """List the epochs at which the paper keeps a network: 0, 1, 2, 3, 4, 5, 6, 8, 10, 13, ... and the last.

    Examples
    --------
    >>> checkpoint_epochs(30)
    (0, 1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25, 30)
    """
    check_whole(n_epochs=n_epochs)
    steps = np.arange(_PER_DECADE * len(str(n_epochs)))
    epochs = {0, n_epochs, *np.rint(10 ** (steps / _PER_DECADE)).astype(int).tolist()}
    return tuple(sorted(epoch for epoch in epochs if epoch <= n_epochs))


def train_quantised(
    network: nn.Sequential,
    data: DataSource,
    *,
    n_epochs: int,
    checkpoints: Sequence[int] | None = None,
    learning_rate: float = 0.01,
    batch_size: int = 64,
    seed: int = 0,
    progress: Progress = silent,
) -> dict[int, State]:
    """Train a network by stochastic gradient descent without momentum, in place, and give its states on the way.

    Torch's global random state stays as it is. The same for the same arguments on the same machine. About 0.6 ms a
    step for six small layers, on one core.

    Parameters
    ----------
    network
        As `quantised_network` makes it; in evaluation mode afterwards.
    data
        Trials with classes, as in `read_data`.
    n_epochs
        How often every trial is shown.
    checkpoints
        Epochs after which the state is kept, 0 before the first; None takes `checkpoint_epochs`.
    seed
        Of the order of the trials and of the rounding.

    Returns
    -------
    dict[int, State]
        Weights and biases by their names, by epoch, ascending.

    Raises
    ------
    BadParameter
        A number outside its range, a checkpoint after the last epoch, or data that do not fit the network.
    AtlasError
        All that `read_data` refuses.
    """
    kept = sorted(set(checkpoint_epochs(n_epochs) if checkpoints is None else checkpoints))
    _check(kept, n_epochs, learning_rate)
    check_whole(least=1, batch_size=batch_size)
    check_whole(seed=seed)
    x, y = _trials(network, data)
    states: dict[int, State] = {}
    with one_core(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network.train()
        for epoch in range(n_epochs + 1):
            if epoch > 0:
                _train_epoch(network, x, y, learning_rate=learning_rate, batch_size=batch_size)
            if epoch in kept:
                states[epoch] = {name: tensor.clone() for name, tensor in network.state_dict().items()}
            progress("train", epoch, n_epochs)
    network.eval()
    return states


def _train_epoch(
    network: nn.Sequential, x: torch.Tensor, y: torch.Tensor, *, learning_rate: float, batch_size: int
) -> None:
    """Show every trial once; written out, for at these sizes an optimiser costs more than what it does."""
    weights = list(network.parameters())
    for batch in torch.split(torch.randperm(len(x)), batch_size):
        loss = nn.functional.cross_entropy(network(x[batch]), y[batch])
        slopes = torch.autograd.grad(loss, weights)
        with torch.no_grad():
            for weight, slope in zip(weights, slopes, strict=True):
                weight.sub_(slope, alpha=learning_rate)


def _trials(network: nn.Sequential, data: DataSource) -> tuple[torch.Tensor, torch.Tensor]:
    record = read_data(data)
    linear = [part for part in network if isinstance(part, nn.Linear)]
    x = torch.tensor(record.inputs.reshape(len(record.inputs), -1), dtype=linear[0].weight.dtype)
    if x.shape[1] != linear[0].in_features or not 0 < record.n_classes <= linear[-1].out_features:
        raise BadParameter(
            f"The {described_data(record.text)} have {x.shape[1]} values a trial and {record.n_classes} classes, the "
            f"network takes in {linear[0].in_features} and puts out {linear[-1].out_features}. Give data that fit."
        )
    return x, torch.tensor(record.labels)


def _check(kept: Sequence[int], n_epochs: int, learning_rate: float) -> None:
    if kept and not 0 <= kept[0] <= kept[-1] <= n_epochs:
        raise BadParameter(f"The checkpoints are {list(kept)}. They are epochs from 0 to the last, {n_epochs}.")
    if not 0 < learning_rate < float("inf"):
        raise BadParameter(f"The learning rate is {learning_rate}. It is above 0. The paper takes 0.01.")
