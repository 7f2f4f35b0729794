"""The labels of partitions and their clusters."""

from __future__ import annotations

from atlas.schema.declaration import KEY, NETWORK, NodeKind, Property
from atlas.schema.headlines import COMPLEXITY, HEADLINES, LESION


def _beside(name: str, what: str) -> tuple[Property, ...]:
    """List what stands beside a score of a partition: the same method on shuffled weights."""
    return (
        Property(f"{name}_null_mean", "float", "", f"Mean {what} of the same method on shuffled weights."),
        Property(f"{name}_null_sd", "float", "", "Standard deviation of that null."),
        Property(f"{name}_z", "float", "", f"The {what} in standard deviations of that null above its mean."),
        Property(f"{name}_p", "float", "", "Share of that null, itself counted, at least as good."),
    )


def _same_clusters(name: str, what: str) -> tuple[Property, ...]:
    """List what stands beside a score of a cluster: the same neurons on shuffled weights."""
    return (
        Property(f"{name}_null_mean", "float", "", f"Mean {what} of the same neurons when weights are shuffled."),
        Property(f"{name}_null_sd", "float", "", "Standard deviation of that null."),
        Property(f"{name}_z", "float", "", f"The {what} in standard deviations of that null above its mean."),
        Property(f"{name}_p", "float", "", "Share of that null, itself counted, at least as good."),
    )


CLUSTERS = (
    NodeKind(
        "Partition",
        "Every neuron of the chosen layers in exactly one cluster.",
        (
            KEY,
            NETWORK,
            Property("name", "string", "", "Name within the network."),
            Property("method", "string", "", "Method that made it."),
            Property("graph", "string", "", "What joins neurons: weights, activations or both."),
            Property("resolution", "float", "", "Resolution of the objective; larger gives more, smaller clusters."),
            Property("k", "integer", "clusters", "Number of clusters asked for; null: the method chose."),
            Property("shuffle", "string", "", "How weights are shuffled for the null: layer, nonzero, row or degree."),
            Property("within", "string", "", "Name of the coarser partition whose clusters were divided; null: none."),
            Property("seed", "integer", "", "Seed of the method."),
            Property("n_clusters", "integer", "clusters", "Number of clusters, those set apart among them."),
            Property(
                "silhouette", "float", "", "Mean silhouette of its neurons, from -1 to 1; null if none was taken."
            ),
            Property("low_silhouette", "float", "", "Lower end of its 95 % interval."),
            Property("high_silhouette", "float", "", "Upper end of its 95 % interval."),
            Property("silhouette_null_mean", "float", "", "Mean silhouette when every neuron's profile is shuffled."),
            Property("silhouette_null_sd", "float", "", "Standard deviation of that null."),
            Property("silhouette_z", "float", "", "Silhouette in standard deviations of that null above its mean."),
            Property("silhouette_p", "float", "", "Share of that null, itself counted, with at least its silhouette."),
            Property("modularity", "float", "", "Strength inside clusters beyond chance, from -0.5 to 1."),
            Property("n_cut", "float", "", "Normalised cut: share of each cluster's strength that leaves it, summed."),
            Property("null_mean", "float", "", "Mean modularity of the same method on shuffled weights."),
            Property("null_sd", "float", "", "Standard deviation of that null."),
            Property("z", "float", "", "Modularity in standard deviations of the null above its mean."),
            Property("p", "float", "", "Share of the null, itself counted, with at least its modularity."),
            *_beside("n_cut", "n_cut"),
            Property(
                "layered_modularity", "float", "", "Modularity whose chance term is taken for each two layers alone."
            ),
            *_beside("layered_modularity", "layered modularity"),
            Property("internal_share", "float", "", "Share of all strength that stays inside clusters."),
            *_beside("internal_share", "share"),
            Property(
                "layer_agreement", "float", "", "Adjusted mutual information of clusters and layers; 1: they coincide."
            ),
            *_beside("layer_agreement", "agreement"),
            Property("layer_nmi", "float", "", "Normalised mutual information of clusters and layers, 0 to 1."),
            *_beside("layer_nmi", "information"),
            Property("stability_nmi", "float", "", "Normalised mutual information between two seeds, mean of pairs."),
            *_beside("stability_nmi", "stability"),
            Property("stability_ari", "float", "", "Adjusted Rand index between two seeds, mean of all pairs."),
            *_beside("stability_ari", "stability"),
            Property("run", "string", "", "Key of the run that made it."),
        ),
    ),
    NodeKind(
        "Cluster",
        "One part of a partition; `:Module` too once it passed a test: of its effect, importance or coherence.",
        (
            KEY,
            NETWORK,
            Property("partition", "string", "", "Name of its partition."),
            Property("number", "integer", "", "Number within its partition, from 0, the largest first."),
            Property("n_neurons", "integer", "neurons", "Number of neurons."),
            Property("n_layers", "integer", "layers", "Number of layers its neurons lie in."),
            Property("internal_share", "float", "", "Share of its neurons' strength that stays inside."),
            *_same_clusters("internal_share", "share"),
            Property(
                "conductance", "float", "", "Strength that leaves it, of the smaller of its own and all other strength."
            ),
            *_same_clusters("conductance", "conductance"),
            Property("silhouette", "float", "", "Mean silhouette of its neurons; null if none was taken."),
            Property(
                "set_apart",
                "string",
                "",
                "Why its neurons were not grouped: no_effect, constant, isolated; null: they were.",
            ),
            Property("module_by", "string", "", "Tests it passed, with commas between: effect, importance, coherence."),
            Property("module_level", "float", "", "Largest false discovery rate that passes; null where none did."),
            *HEADLINES,
            *COMPLEXITY,
            *LESION,
        ),
    ),
)
