"""Put a network into an atlas, ready to be analysed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atlas.progress import Progress, silent
from ingest.data import DataSource, read_data
from ingest.forward import MlpForward
from ingest.reading import Source, read_mlp
from ingest.record import MAX_WEIGHTS, Origin, record

if TYPE_CHECKING:
    from atlas.client import Atlas, Network


def forward(source: Source, *, key: str, data: DataSource, chain: str | None = None) -> MlpForward:
    """Make a network that can be run on its trials, to analyse the network `key` of an atlas.

    Parameters and errors are those of `read_mlp` and `read_data`.
    """
    return MlpForward(read_mlp(source, chain=chain), network=key, data=read_data(data))


def add(
    atlas: Atlas,
    source: Source,
    *,
    key: str,
    data: DataSource,
    chain: str | None = None,
    origin: Origin | None = None,
    max_weights: int = MAX_WEIGHTS,
    progress: Progress = silent,
) -> Network:
    """Load a network into an atlas, and give it back ready to be partitioned, ablated and informed.

    Parameters
    ----------
    atlas
        Where it goes.
    source, chain
        The network, as in `read_mlp`.
    key
        Its name in the atlas.
    data
        Trials to run it on, as in `read_data`.
    origin
        What is known of how it came to be.
    max_weights
        Above so many, only the strongest are kept, as in `record`.

    Raises
    ------
    AtlasError
        Everything that `read_mlp`, `read_data` and `record` refuse, and what the store cannot do.
    """
    mlp, trials = read_mlp(source, chain=chain), read_data(data)
    running = MlpForward(mlp, network=key, data=trials)
    atlas.load(record(mlp, key=key, data=trials, origin=origin, max_weights=max_weights), progress=progress)
    return atlas.network(key, forward=running)
