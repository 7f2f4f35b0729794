"""Trained networks and their data, read, run, and handed to an atlas.

In a notebook::

    with connect() as atlas:
        network = ingest.add(atlas, module, key="mine", data=(x, y))
"""

from ingest.adding import add, forward
from ingest.clusterability import clusterability_penalty, make_clusterable, normalise_neurons
from ingest.data import DataSource, read_data
from ingest.demo import DemoNetwork, demo_network, train
from ingest.estimate import Estimate, estimate
from ingest.initial import initial_record
from ingest.keep import MAX_WEIGHTS, Keep, parse_keep
from ingest.masked import ProgramForward
from ingest.network import Source, TrainedNetwork, read_network
from ingest.opening import Opening
from ingest.quantised import QuantisedTanh, checkpoint_epochs, quantised_network, train_quantised
from ingest.record import Origin, record
from ingest.reopen import reopen
from ingest.sources import Inspection, inspect

__all__ = [
    "MAX_WEIGHTS",
    "DataSource",
    "DemoNetwork",
    "Estimate",
    "Inspection",
    "Keep",
    "Opening",
    "Origin",
    "ProgramForward",
    "QuantisedTanh",
    "Source",
    "TrainedNetwork",
    "add",
    "checkpoint_epochs",
    "clusterability_penalty",
    "demo_network",
    "estimate",
    "forward",
    "initial_record",
    "inspect",
    "make_clusterable",
    "normalise_neurons",
    "parse_keep",
    "quantised_network",
    "read_data",
    "read_network",
    "record",
    "reopen",
    "train",
    "train_quantised",
]
