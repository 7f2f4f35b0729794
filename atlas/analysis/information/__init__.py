"""Count what neurons, layers and clusters tell about targets, in bits."""

from atlas.analysis.information.label import cluster_information, label_information, layer_information
from atlas.analysis.information.pairwise import pairwise_bias, pairwise_information, pairwise_p

__all__ = [
    "cluster_information",
    "label_information",
    "layer_information",
    "pairwise_bias",
    "pairwise_information",
    "pairwise_p",
]
