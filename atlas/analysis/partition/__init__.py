"""Put every neuron of the chosen layers in exactly one cluster, by structure alone."""

from atlas.analysis.partition.leiden import leiden

__all__ = ["leiden"]
