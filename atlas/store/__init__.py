"""Connection, load, read, annotate, remove: the only room that talks to Neo4j."""

from atlas.store.annotate import annotate_effects, annotate_information
from atlas.store.annotate_partition import annotate_partition
from atlas.store.clean import clean
from atlas.store.connection import Answer, CheckedQuery, Row, Store
from atlas.store.fingerprint import fingerprint
from atlas.store.load import load
from atlas.store.read import (
    Opened,
    layers,
    matrix,
    network_properties,
    networks,
    neurons,
    opened,
    read_network,
    weights,
)
from atlas.store.read_results import clusters, effects, information, members, partitions
from atlas.store.remove import remove_network, remove_run
from atlas.store.runs import begin, fail, finish, runs

__all__ = [
    "Answer",
    "CheckedQuery",
    "Opened",
    "Row",
    "Store",
    "annotate_effects",
    "annotate_information",
    "annotate_partition",
    "begin",
    "clean",
    "clusters",
    "effects",
    "fail",
    "fingerprint",
    "finish",
    "information",
    "layers",
    "load",
    "matrix",
    "members",
    "network_properties",
    "networks",
    "neurons",
    "opened",
    "partitions",
    "read_network",
    "remove_network",
    "remove_run",
    "runs",
    "weights",
]
