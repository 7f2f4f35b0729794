"""Replace activations of neurons or clusters in the forward pass, and measure the accuracy lost."""

from atlas.analysis.ablation.clusters import effects_of_clusters
from atlas.analysis.ablation.curves import cumulative_ablation
from atlas.analysis.ablation.neurons import effects_of_neurons
from atlas.analysis.ablation.pairing import count_pairs
from atlas.analysis.ablation.pairs import effects_of_pairs
from atlas.analysis.ablation.sets import effect_of_set

__all__ = [
    "count_pairs",
    "cumulative_ablation",
    "effect_of_set",
    "effects_of_clusters",
    "effects_of_neurons",
    "effects_of_pairs",
]
