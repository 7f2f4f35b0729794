"""Replace activations of neurons or clusters in the forward pass, and measure the accuracy lost."""

from atlas.analysis.ablation.clusters import effects_of_clusters
from atlas.analysis.ablation.neurons import effects_of_neurons

__all__ = ["effects_of_clusters", "effects_of_neurons"]
