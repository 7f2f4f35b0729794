"""The demonstration network: trained on digits or MNIST in a few seconds, the same for the same seed."""

from __future__ import annotations

import io
import math
import os
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import torch
from torch import nn

from atlas.errors import BadParameter, DataMismatch, UnreadableFile, shown
from atlas.progress import Progress, silent
from ingest.cores import one_core
from ingest.data import DataSource, read_data, with_split
from ingest.given import whole_number
from ingest.trials import described_data

HIDDEN = (32, 32)
_BATCH = 64
_RATE = 3e-3
_STEPS = 1500  # measured: 93.8 % on digits, 95.7 % on MNIST, 2 s on one core


@dataclass(frozen=True, kw_only=True)
class DemoNetwork:
    """The trained network on disk, and how to ingest it."""

    path: Path
    chain: str
    data: str  # specification of the test trials
    reused: bool  # it was there already
    seed: int


def train(
    data: DataSource,
    *,
    hidden: Sequence[int] = HIDDEN,
    seed: int = 0,
    epochs: int | None = None,
    progress: Progress = silent,
) -> nn.Sequential:
    """Train a ReLU network, layers `fc1`, `fc2`, ..., on one core.

    Parameters
    ----------
    data
        Trials to train on, as in `read_data`; each with its class.
    hidden
        Neurons of each hidden layer.
    seed
        Of the first weights and of the order of the trials.
    epochs
        How often every trial is shown; None: as often as 1,500 steps of 64 trials need.

    Returns
    -------
    nn.Sequential
        In evaluation mode. The same for the same arguments on the same machine.

    Raises
    ------
    BadParameter
        A number that is not whole, or too small.
    DataMismatch
        The trials have values, not classes.
    """
    sizes, seed = _sizes(hidden), whole_number(seed, "seed")
    trials = read_data(data)
    if trials.values is not None:
        raise DataMismatch(f"The {described_data(trials.text)} have no classes. Give whole numbers from 0 as y.")
    x = torch.tensor(trials.inputs.reshape(len(trials.inputs), -1), dtype=torch.float32)
    y = torch.tensor(trials.labels, dtype=torch.int64)
    usual = max(1, round(_STEPS * _BATCH / len(x)))
    n_epochs = usual if epochs is None else whole_number(epochs, "epochs", least=1)
    with _repeatable(seed):
        network = _untrained((x.shape[1], *sizes, trials.n_classes))
        optimizer = torch.optim.Adam(network.parameters(), lr=_RATE)
        for epoch in range(n_epochs):
            progress("train", epoch, n_epochs)
            for batch in torch.split(torch.randperm(len(x)), _BATCH):
                optimizer.zero_grad()
                torch.autograd.backward(nn.functional.cross_entropy(network(x[batch]), y[batch]))
                optimizer.step()
    progress("train", n_epochs, n_epochs)
    return network.eval()


def demo_network(
    folder: str | Path,
    data_spec: str = "digits",
    *,
    hidden: Sequence[int] = HIDDEN,
    seed: int = 0,
    progress: Progress = silent,
) -> DemoNetwork:
    """Train the demonstration network and save it, or find it where it was saved before.

    Parameters
    ----------
    folder
        Where the tensors-only file is kept; made if missing.
    data_spec
        `digits`, `mnist:FOLDER` or `fashion:FOLDER`; trained on the train part, to be measured on the test part.

    Raises
    ------
    BadParameter
        Data without train and test parts, or a number that is not whole or too small.
    UnreadableFile
        The data cannot be read, or the folder not written.
    """
    hidden, seed = _sizes(hidden), whole_number(seed, "seed")
    data = read_data(with_split(data_spec, "train"))
    sizes = (math.prod(data.inputs.shape[1:]), *hidden, data.n_classes)
    name = f"{data_spec.partition(':')[0]}-{'-'.join(map(str, sizes))}-seed{seed}-{data.sha256[:8]}.pt"
    path = Path(folder).expanduser().absolute() / name
    reused = path.exists()
    if not reused:
        _save(path, train(data, hidden=hidden, seed=seed, progress=progress))
    return DemoNetwork(path=path, chain=_chain(sizes), data=with_split(data_spec, "test"), reused=reused, seed=seed)


def _sizes(hidden: Sequence[int]) -> tuple[int, ...]:
    """Check how many neurons each hidden layer has."""
    if isinstance(hidden, str) or not isinstance(hidden, Iterable):
        raise BadParameter(f"hidden is {shown(hidden)}. It lists the neurons of each hidden layer, as in (32, 32).")
    return tuple(whole_number(size, f"hidden[{place}]", least=1) for place, size in enumerate(hidden))


def _untrained(sizes: Sequence[int]) -> nn.Sequential:
    parts: OrderedDict[str, nn.Module] = OrderedDict()
    for number, (n_in, n_out) in enumerate(pairwise(sizes), start=1):
        parts[f"fc{number}"] = nn.Linear(n_in, n_out)
        parts[f"relu{number}"] = nn.ReLU()
    parts.popitem()
    return nn.Sequential(parts)


def _chain(sizes: Sequence[int]) -> str:
    n_linear = len(sizes) - 1
    return ",".join([*(f"fc{number}:relu" for number in range(1, n_linear)), f"fc{n_linear}"])


@contextmanager
def _repeatable(seed: int) -> Iterator[None]:
    """Seed torch for a while, and keep it on one core."""
    with one_core(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield


def _save(path: Path, network: nn.Sequential) -> None:
    """Write the whole file or none; through memory, because torch writes the file's name into the file."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    content = io.BytesIO()
    torch.save(network.state_dict(), content)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content.getvalue())
        part.replace(path)
    except OSError as error:
        raise UnreadableFile(f"Cannot write {str(path)!r}: {error.strerror}. Choose another folder.") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
