"""Every relationship type; those that hold what was measured stand in `effects`, `information` and `values`."""

from __future__ import annotations

from atlas.schema.correlation import CORRELATION
from atlas.schema.declaration import Property, RelationshipKind
from atlas.schema.effects import EFFECTS
from atlas.schema.information import INFORMATION
from atlas.schema.matches import MATCHES
from atlas.schema.roles import ROLE
from atlas.schema.values import VALUES

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
            Property(
                "membership",
                "float",
                "",
                "`internal_share` less the largest share of its strength that goes to one other cluster, -1 to 1.",
            ),
            Property("participation", "float", "", "Spread of its strength over clusters, from 0 (one cluster only)."),
            Property(
                "agreement_across_seeds", "float", "", "Agreement of its cluster mates under other seeds, 0 to 1."
            ),
            Property(
                "within_z", "float", "", "Its strength into the cluster, in standard deviations over the cluster's."
            ),
            Property("path_share", "float", "", "Share of all paths from input to output, by strength, through it."),
            Property(
                "role",
                "string",
                "",
                "provincial (`within_z` >= 2.5, `participation` <= 0.3), hub (any other `within_z` >= 2.5), connector "
                "(`participation` > 0.62), bottleneck (`path_share` >= twice the even share of its layer): the first "
                "with `role_p` <= 0.05; null: none of them.",
            ),
            Property(
                "role_p",
                "float",
                "",
                "Share of shuffled weights, the observed counted, at least as extreme by what gives it its role.",
            ),
        ),
    ),
    RelationshipKind(
        "WITHIN",
        ("Cluster",),
        ("Cluster",),
        "The cluster of a coarser partition that a cluster was found in.",
    ),
    *EFFECTS,
    *INFORMATION,
    *CORRELATION,
    *VALUES,
    ROLE,
    MATCHES,
    RelationshipKind("ABOUT", ("Run",), ("Network",), "The network a run measured."),
    RelationshipKind("WROTE", ("Run",), ("Partition",), "The partition a run made."),
)
