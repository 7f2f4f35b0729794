"""Count what neurons and clusters tell about targets, in bits."""

from atlas.analysis.information.label import cluster_information, label_information

__all__ = ["cluster_information", "label_information"]
