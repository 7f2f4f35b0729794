"""The relationship between clusters of different networks."""

from __future__ import annotations

from atlas.schema.declaration import Property, RelationshipKind
from atlas.schema.values import LOW_HIGH, RUN, Z

_COSINE = "Cosine, from -1 to 1, of both clusters' centred"

MATCHES = RelationshipKind(
    "MATCHES",
    ("Cluster",),
    ("Cluster",),
    "A cluster of another network, or of the next checkpoint, that is the same one or shares neurons with it.",
    (
        RUN,
        Property("one_to_one", "boolean", "", "True of the one-to-one matching with the largest sum of scores."),
        Property("score", "float", "", "What is matched by: `jaccard`, a similarity, or the mean of those known."),
        Property("low_score", "float", "", f"Lower end {LOW_HIGH}"),
        Property("high_score", "float", "", f"Upper end {LOW_HIGH}"),
        Property("null_mean", "float", "", "Mean score of its match when the other labels are shuffled within layers."),
        Property("null_sd", "float", "", "Standard deviation of that null."),
        Z,
        Property("p", "float", "", "Share of shuffles, the observed counted, whose match has at least its score."),
        Property(
            "q",
            "float",
            "",
            "False discovery rate over the run's own clusters, p = 1 where one has no match.",
        ),
        Property(
            "jaccard",
            "float",
            "",
            "Neurons in both by those in either that both group; null: not the same.",
        ),
        Property("n_shared", "integer", "neurons", "Neurons that are in both; null: not the same."),
        Property(
            "first_share",
            "float",
            "",
            "Share of the source's neurons that both group that the other has.",
        ),
        Property(
            "second_share",
            "float",
            "",
            "Share of the other's neurons that both group that the source has.",
        ),
        Property("overlap_p", "float", "", "Share of shuffles, the observed counted, in which they share as many."),
        Property("connectivity", "float", "", f"{_COSINE} shares of paths from each input and to each output neuron."),
        Property("effect", "float", "", f"{_COSINE} mean effects of their neurons on every class."),
        Property("information", "float", "", f"{_COSINE} mean information of their neurons about every class."),
    ),
)
