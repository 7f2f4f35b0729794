"""Headline properties: what neurons, clusters and layers show of the newest finished runs."""

from __future__ import annotations

from atlas.schema.declaration import Property

LABEL = (
    Property("label_bits", "float", "bits", "Information its discretised activation carries about the class shown."),
    Property("label_q", "float", "", "False discovery rate of `label_bits` against shuffled labels within its run."),
    Property("label_run", "string", "", "Key of the newest finished run that measured its label information."),
)

RELAY = (
    Property("relay_bits", "float", "bits", "Relay information: what it, and nothing else in its layers, passes on."),
    Property("relay_q", "float", "", "False discovery rate of `relay_bits` within its run."),
    Property("relay_alone_bits", "float", "bits", "Relay information if the rest of its layers is left out."),
    Property("relay_alone_q", "float", "", "False discovery rate of `relay_alone_bits` within its run."),
    Property("relay_run", "string", "", "Key of the newest finished run that measured its relay information."),
)

COMPLEXITY = (
    Property("complexity", "float", "", "Representational complexity: mean degree of synergy, by shared exclusions."),
    Property("complexity_run", "string", "", "Key of the newest finished run that measured its complexity."),
)

CORRELATION = (
    Property(
        "gaussian_mismatch",
        "float",
        "",
        "How far it is from what Gaussian pre-activations would make it; 0: not at all.",
    ),
    Property("gaussian_mismatch_q", "float", "", "False discovery rate of `gaussian_mismatch` within its run."),
    Property("higher_share", "float", "", "Share of its class separation that orders above the second explain."),
    Property("correlation_run", "string", "", "Key of the newest finished run that measured its correlations."),
)

HEADLINES = (
    Property("effect_points", "float", "percentage points", "Accuracy over all classes lost when it is ablated."),
    Property("effect_q", "float", "", "False discovery rate of `effect_points` within its run."),
    Property(
        "most_affected_target", "string", "", "Class that loses most accuracy when it is ablated; null if none loses."
    ),
    Property("effect_run", "string", "", "Key of the newest finished run that measured its effect."),
    *LABEL,
    *RELAY,
)

ACTIVATION = (
    Property("mean_activation", "float", "", "Mean activation over all trials."),
    Property("active_share", "float", "", "Share of the trials in which its activation is not 0."),
    Property("selectivity", "float", "", "How much more active it is for its best class than for the others, 0 to 1."),
    Property("activation_run", "string", "", "Key of the newest finished run that measured its activation."),
)

LESION = (
    Property("importance", "float", "percentage points", "Mean over classes of the accuracy lost when it is ablated."),
    Property("importance_q", "float", "", "False discovery rate of `importance` within its run."),
    Property(
        "coherence", "float", "", "How unevenly the loss falls on classes, in multiples of the mean; null if undefined."
    ),
    Property("coherence_q", "float", "", "False discovery rate of `coherence` within its run."),
    Property("lesion_run", "string", "", "Key of the newest finished run that tested it by lesions."),
)
