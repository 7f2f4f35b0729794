"""Relationship types that hold what was measured of structure and activity."""

from __future__ import annotations

from atlas.schema.declaration import Property, RelationshipKind

RUN = Property("run", "string", "", "Key of the run that wrote it.")
Z = Property("z", "float", "", "Value in standard deviations of the null above its mean; null where it does not vary.")
Q = Property("q", "float", "", "False discovery rate (Benjamini-Hochberg) within the run and the kind of target.")
LOW_HIGH = "of the 95 % interval."

VALUES = (
    RelationshipKind(
        "LINK",
        ("Cluster",),
        ("Cluster",),
        "The weights from one cluster to another, or within one, beyond chance.",
        (
            RUN,
            Property("n_weights", "integer", "weights", "Number of weights."),
            Property("n_possible", "integer", "weights", "Pairs of neurons that could be joined: in layers that are."),
            Property("strength", "float", "", "Summed strength."),
            Property(
                "expected", "float", "", "Mean summed strength between the same neurons when weights are shuffled."
            ),
            Property("expected_sd", "float", "", "Standard deviation of that null."),
            Z,
            Property("p", "float", "", "Share of shuffles, the observed counted, as far out on its side; two-sided."),
            Property("q", "float", "", "False discovery rate (Benjamini-Hochberg) over all links of the partition."),
        ),
    ),
    RelationshipKind(
        "MOTIF",
        ("Layer",),
        ("Layer",),
        "How often a small wiring pattern of strong weights occurs that begins in one layer and ends in the other.",
        (
            RUN,
            Property("motif", "string", "", "Which pattern: bifan, coherent_diamond, ..."),
            Property("count", "float", "", "Number of occurrences."),
            Property("null_mean", "float", "", "Mean number in shuffled wirings."),
            Property("null_sd", "float", "", "Standard deviation of that null."),
            Z,
            Property("p", "float", "", "Share of shuffles, the observed counted, as far out on its side; two-sided."),
            Property("q", "float", "", "False discovery rate (Benjamini-Hochberg) over all motifs of the run."),
        ),
    ),
    RelationshipKind(
        "AGREES",
        ("Partition",),
        ("Partition",),
        "How far two partitions put the same neurons together.",
        (
            RUN,
            Property("layer", "string", "", "Layer whose neurons are compared; null: all that both cover and grouped."),
            Property("n_neurons", "integer", "neurons", "Neurons compared."),
            Property("ami", "float", "", "Adjusted mutual information: 0 by chance, 1 if they are the same."),
            Property("nmi", "float", "", "Normalised mutual information, from 0 to 1; above 0 by chance."),
            Property("ari", "float", "", "Adjusted Rand index: 0 by chance, 1 if they are the same."),
            Property("low_ari", "float", "", f"Lower end {LOW_HIGH}"),
            Property("high_ari", "float", "", f"Upper end {LOW_HIGH}"),
            Property("low_ami", "float", "", f"Lower end {LOW_HIGH}"),
            Property("high_ami", "float", "", f"Upper end {LOW_HIGH}"),
            Property("null_mean", "float", "", "Mean `ari` when one partition's labels are shuffled within layers."),
            Property("null_sd", "float", "", "Standard deviation of that null."),
            Z,
            Property("p", "float", "", "Share of shuffles, the observed one counted, with at least its `ari`."),
        ),
    ),
    RelationshipKind(
        "RESPONDS",
        ("Neuron",),
        ("Target",),
        "How a neuron is active in the trials of a target, intact.",
        (
            RUN,
            Property("mean_activation", "float", "", "Mean activation."),
            Property("sd_activation", "float", "", "Standard deviation of the activation."),
            Property("max_activation", "float", "", "Largest activation."),
            Property("active_share", "float", "", "Share of the trials in which the activation is not 0."),
            Property("selectivity", "float", "", "(Best - mean of the others) / sum of both; only against `all`."),
            Property("point_biserial", "float", "", "Correlation with being of the class; against `all` the largest."),
            Property("activation_proxy", "float", "", "Class-mean input times incoming weights, scaled to at most 1."),
            Property("weight_change_p", "float", "", "Mann-Whitney test of trained against initial incoming weights."),
            Property("n_trials", "integer", "trials", "Trials of the target."),
        ),
    ),
    RelationshipKind(
        "PREDICTS",
        ("Network", "Layer"),
        ("Target",),
        "How well an indicator ranks the neurons of a layer, or of all hidden layers, by their effect.",
        (
            RUN,
            Property("effect_run", "string", "", "Run the effects are of."),
            Property("indicator", "string", "", "mean_activation, selectivity, out_strength, …"),
            Property("rho", "float", "", "Spearman correlation of the indicator with the effect."),
            Property("low_rho", "float", "", f"Lower end {LOW_HIGH}"),
            Property("high_rho", "float", "", f"Upper end {LOW_HIGH}"),
            Property("null_rho", "float", "", "Mean when effects are shuffled within layers; 0 in one layer."),
            Property("p", "float", "", "Share of shuffles, the observed one counted, as far from `null_rho`."),
            Q,
            Property("n_neurons", "integer", "neurons", "Neurons it stands on."),
        ),
    ),
)
