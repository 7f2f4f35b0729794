"""Put a network into an atlas, ready to be analysed."""

from __future__ import annotations

import warnings
from functools import partial
from typing import TYPE_CHECKING

from atlas.progress import Progress, silent
from atlas.records import DataRecord
from ingest.data import DataSource, read_data
from ingest.given import check_key
from ingest.keep import Keep
from ingest.masked import ProgramForward
from ingest.network import Source, TrainedNetwork, read_network
from ingest.opening import Opening
from ingest.record import Origin, record

if TYPE_CHECKING:
    from atlas.client import Atlas, Network


def forward(source: Source, *, key: str, data: DataSource, opening: Opening | None = None) -> ProgramForward:
    """Make a network that can be run on its trials, to analyse the network `key` of an atlas.

    Parameters and errors are those of `read_network` and `read_data`.
    """
    check_key(key)
    trials = read_data(data)
    return _forward(source, read_network(source, opening, data=trials), key=key, trials=trials, opening=opening)


def _forward(
    source: Source, network: TrainedNetwork, *, key: str, trials: DataRecord, opening: Opening | None
) -> ProgramForward:
    for note in network.notes:
        warnings.warn(note, stacklevel=3)
    again = partial(forward, source, key=key, data=trials, opening=opening)
    return ProgramForward(
        network.program,
        network.walked,
        network=key,
        data=trials,
        again=None if isinstance(source, TrainedNetwork) else again,
    )


def add(
    atlas: Atlas,
    source: Source,
    *,
    key: str,
    data: DataSource,
    opening: Opening | None = None,
    origin: Origin | None = None,
    keep: Keep | None = None,
    progress: Progress = silent,
) -> Network:
    """Load a network into an atlas, and give it back ready to be partitioned, ablated and informed.

    Parameters
    ----------
    atlas
        Where it goes.
    source, opening
        The network, as in `read_network`; a torch module is taken in evaluation mode and stays as it is.
    key
        Its name in the atlas.
    data
        Trials to run it on, as in `read_data`.
    origin
        What is known of how it came to be.
    keep
        Which weights are kept, as in `record`.

    Raises
    ------
    AtlasError
        Everything that `read_network`, `read_data` and `record` refuse, and what the store cannot do.
    """
    check_key(key)
    trials = read_data(data)
    network = read_network(source, opening, data=trials)
    running = _forward(source, network, key=key, trials=trials, opening=opening)
    made = record(network, key=key, data=trials, origin=origin, keep=keep, forward=running)
    atlas.load(made, progress=progress)
    return atlas.network(key, forward=running)
