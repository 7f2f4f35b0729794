"""The network before it was trained, to compare its weights with."""

from __future__ import annotations

from collections.abc import Mapping

from atlas.records import NetworkRecord, Parameter
from ingest.keep import Keep
from ingest.network import read_network
from ingest.record import record
from ingest.reopen import opening_of


def initial_record(opened: Mapping[str, Parameter], *, key: str, file: str) -> NetworkRecord:
    """Read another state of a network of the atlas from a file, opened as the network was when it was ingested.

    Parameters
    ----------
    opened
        What the network's record says: the fields of an `Opening`.
    key
        The network's.
    file
        Where the other state lies.

    Raises
    ------
    UnreadableFile, UnsafeFile, TensorMismatch, NonFiniteWeights
        The file cannot be read, or holds another network.
    """
    return record(read_network(file, opening_of(opened)), key=key, keep=Keep("all"))
