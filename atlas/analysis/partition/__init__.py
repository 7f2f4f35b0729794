"""Put every neuron of the chosen layers in exactly one cluster, by structure alone."""

from atlas.analysis.partition.method import Method
from atlas.analysis.partition.partitioning import partition

__all__ = ["Method", "partition"]
