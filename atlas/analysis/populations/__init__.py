"""Functional neuron populations: neurons of a layer that act alike, or whose loss is felt alike."""

from atlas.analysis.populations.ablation import populations_by_ablation
from atlas.analysis.populations.activation import populations_by_activation
from atlas.analysis.populations.partition import as_partition

__all__ = ["as_partition", "populations_by_ablation", "populations_by_activation"]
