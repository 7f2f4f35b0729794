"""Trained networks and their data, read, run, and handed to an atlas.

In a notebook::

    with connect() as atlas:
        network = ingest.add(atlas, module, key="mine", data=(x, y))
"""

from ingest.adding import add, forward
from ingest.data import DataSource, read_data
from ingest.demo import DemoNetwork, demo_network, train
from ingest.estimate import Estimate, estimate
from ingest.forward import MlpForward
from ingest.mlp import Mlp
from ingest.reading import Source, read_mlp
from ingest.record import MAX_WEIGHTS, Origin, record
from ingest.reopen import reopen

__all__ = [
    "MAX_WEIGHTS",
    "DataSource",
    "DemoNetwork",
    "Estimate",
    "Mlp",
    "MlpForward",
    "Origin",
    "Source",
    "add",
    "demo_network",
    "estimate",
    "forward",
    "read_data",
    "read_mlp",
    "record",
    "reopen",
    "train",
]
