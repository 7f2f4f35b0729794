"""Every relationship type of the graph."""

from __future__ import annotations

from atlas.schema.declaration import Property, RelationshipKind

RUN = Property("run", "string", "", "Key of the run that wrote it.")
Z = Property("z", "float", "", "Value in standard deviations of the null above its mean; null where it does not vary.")
Q = Property("q", "float", "", "False discovery rate (Benjamini-Hochberg) within the run and the kind of target.")
LOW_HIGH = "of the 95 % interval."

RELATIONSHIPS = (
    RelationshipKind("HAS_LAYER", ("Network",), ("Layer",), "A layer of the network."),
    RelationshipKind("HAS_NEURON", ("Layer",), ("Neuron",), "A neuron of the layer."),
    RelationshipKind("HAS_TARGET", ("Network",), ("Target",), "What the network is asked for."),
    RelationshipKind("HAS_PARTITION", ("Network",), ("Partition",), "A partition of the network."),
    RelationshipKind("HAS_CLUSTER", ("Partition",), ("Cluster",), "A cluster of the partition."),
    RelationshipKind("ANSWERS", ("Neuron",), ("Target",), "The output neuron that stands for the class."),
    RelationshipKind(
        "FEEDS",
        ("Layer",),
        ("Layer",),
        "The block of weights between two layers, with its totals over the kept weights.",
        (
            Property("n_weights", "integer", "weights", "Number of kept weights."),
            Property("n_trained", "integer", "weights", "Number of weights of the trained network."),
            Property("strength", "float", "", "Summed strength."),
            Property("mean_value", "float", "", "Mean signed weight; null where a sign has no meaning."),
            Property("positive_share", "float", "", "Share of weights above zero; null where a sign has no meaning."),
            Property("weight_policy", "string", "", "Which weights of the block are kept."),
            Property("removed_strength_share", "float", "", "Share of the block's strength that is not kept."),
        ),
    ),
    RelationshipKind(
        "WEIGHT",
        ("Neuron",),
        ("Neuron",),
        "The trained number on one connection.",
        (
            Property(
                "value", "float", "", "The signed weight; for a kernel its sum; null where a sign has no meaning."
            ),
            Property("strength", "float", "", "Its magnitude; for a kernel the network's `norm` of it."),
        ),
    ),
    RelationshipKind(
        "COMPOSES",
        ("Neuron",),
        ("Neuron",),
        "How strongly an attention head reads what an earlier one writes into the residual sum, from 0 to 1.",
        (
            Property("query_strength", "float", "", "Into its query: |W_QK W_OV| / (|W_QK| |W_OV|), Frobenius norms."),
            Property("key_strength", "float", "", "Into its key, likewise."),
            Property("value_strength", "float", "", "Into its value, likewise."),
        ),
    ),
    RelationshipKind(
        "NEXT",
        ("Network",),
        ("Network",),
        "The next checkpoint of the same training run: layer for layer and neuron for neuron the same network.",
        (Property("n_steps", "integer", "steps", "Training steps between them; null if one is not known."),),
    ),
    RelationshipKind(
        "IN_CLUSTER",
        ("Neuron",),
        ("Cluster",),
        "The cluster a neuron is in, one in each partition.",
        (
            Property("internal_share", "float", "", "Share of the neuron's strength that stays in its cluster."),
            Property("participation", "float", "", "Spread of its strength over clusters, from 0 (one cluster only)."),
            Property(
                "agreement_across_seeds", "float", "", "Agreement of its cluster mates under other seeds, 0 to 1."
            ),
        ),
    ),
    RelationshipKind(
        "EFFECT",
        ("Neuron", "Cluster"),
        ("Target",),
        "Accuracy on the target lost when the element is ablated.",
        (
            RUN,
            Property("method", "string", "", "What replaces the activations: zero, mean or resample."),
            Property("points", "float", "percentage points", "Intact minus ablated accuracy; positive means harm."),
            Property("low_points", "float", "percentage points", f"Lower end {LOW_HIGH}"),
            Property("high_points", "float", "percentage points", f"Upper end {LOW_HIGH}"),
            Property("macro_points", "float", "percentage points", "Mean over classes; only against target `all`."),
            Property("n_trials", "integer", "trials", "Trials of the target."),
            Property("n_ablated", "integer", "neurons", "Neurons ablated together."),
            Property(
                "null_mean", "float", "percentage points", "Mean effect of matched random sets; null for neurons."
            ),
            Property("null_sd", "float", "percentage points", "Standard deviation of that null."),
            Z,
            Property(
                "p", "float", "", "Neurons: exact McNemar test; clusters: share of matched random sets as harmful."
            ),
            Q,
        ),
    ),
    RelationshipKind(
        "INFORMATION",
        ("Neuron", "Cluster"),
        ("Target",),
        "Information the element carries about the target.",
        (
            RUN,
            Property("kind", "string", "", "Which information: label."),
            Property("bits", "float", "bits", "Plug-in mutual information; null where trials are too few."),
            Property("low_bits", "float", "bits", f"Lower end {LOW_HIGH}"),
            Property("high_bits", "float", "bits", f"Upper end {LOW_HIGH}"),
            Property("null_bits", "float", "bits", "Mean under shuffled labels: the bias of the estimate."),
            Property("n_states", "integer", "states", "Occupied states."),
            Property("reliable", "boolean", "", "True with at least 5 trials for each occupied state."),
            Property("p", "float", "", "Share of shuffles, itself counted, with at least its information."),
            Q,
        ),
    ),
    RelationshipKind("ABOUT", ("Run",), ("Network",), "The network a run measured."),
    RelationshipKind("WROTE", ("Run",), ("Partition",), "The partition a run made."),
)
