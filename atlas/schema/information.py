"""Relationship types that hold what neurons, clusters and layers tell about targets, in bits."""

from __future__ import annotations

from atlas.schema.declaration import Property, RelationshipKind
from atlas.schema.values import LOW_HIGH, RUN, Q, Z

_RELAY = (
    Property("alone_bits", "float", "bits", "Relay information if the rest of its layers is left out of the count."),
    Property("low_alone_bits", "float", "bits", f"Lower end {LOW_HIGH}"),
    Property("high_alone_bits", "float", "bits", f"Upper end {LOW_HIGH}"),
    Property("alone_null_bits", "float", "bits", "Mean when the rows of hidden states are shuffled over trials."),
    Property("alone_p", "float", "", "Share of shuffles, itself counted, with at least its `alone_bits`."),
    Property("alone_q", "float", "", "False discovery rate of `alone_bits` within the run and the kind of target."),
    Property("input_bits", "float", "bits", "Information its state carries about the class shown."),
    Property("output_bits", "float", "bits", "Information its state carries about the class answered."),
    Property("knock_out_points", "float", "percentage points", "Balanced accuracy of the target lost without it."),
    Property("aggregated_bits", "float", "bits", "Relay information lost while it was still in the set, summed."),
    Property("step", "integer", "", "When the search removed (shrink) or added (grow) it, from 1."),
    Property("step_bits", "float", "bits", "Relay information of the set after that step; null where not reliable."),
    Property("step_null_bits", "float", "bits", "Mean of the same search on shuffled rows."),
    Property("size_slope", "float", "", "Of a regression of random knock-outs: slope on the size of the set, scaled."),
    Property("low_size_slope", "float", "", f"Lower end {LOW_HIGH}"),
    Property("high_size_slope", "float", "", f"Upper end {LOW_HIGH}"),
    Property("relay_slope", "float", "", "Slope on the relay information of the set, scaled to 0 to 1 as all three."),
    Property("low_relay_slope", "float", "", f"Lower end {LOW_HIGH}"),
    Property("high_relay_slope", "float", "", f"Upper end {LOW_HIGH}"),
    Property("r_squared", "float", "", "Share of the variance of knock-outs that size and relay information explain."),
    Property("n_sets", "integer", "sets", "Random sets the regression stands on."),
)

_COMPLEXITY = (
    Property("complexity", "float", "", "Mean degree of synergy of the information, by shared exclusions; 1: simple."),
    Property("low_complexity", "float", "", f"Lower end {LOW_HIGH}"),
    Property("high_complexity", "float", "", f"Upper end {LOW_HIGH}"),
    Property("null_complexity", "float", "", "Mean under shuffled labels: what bias alone looks like."),
    Property("bias_complexity", "float", "", "Estimate of its bias to first order; not taken off."),
    Property("noise_complexity", "float", "", "Mean when one neuron's states are shuffled over trials."),
    Property("min_complexity", "float", "", "The same by the redundancy I_min, which irrelevant neurons do not raise."),
    Property("mmi_complexity", "float", "", "The same by minimal mutual information."),
    Property("estimator", "string", "", "How it was found: exact, clock, subsample or coarse."),
    Property("n_sources", "integer", "neurons", "Neurons that were taken as sources."),
    Property("note", "string", "", "What a reader should know of the complexity."),
    Property("degree", "integer", "neurons", "Of kind degree: neurons that are needed at least to tell these bits."),
    Property("informative_bits", "float", "bits", "Of kind degree: the part that points to the target."),
    Property("misinformative_bits", "float", "bits", "Of kind degree: the part that points away from it."),
)


def _atoms(definition: str, by: str) -> tuple[Property, ...]:
    """List what two sources tell, taken apart by one definition of redundancy."""
    return (
        Property(f"redundancy_{definition}_bits", "float", "bits", f"Told by either of both, {by}."),
        Property(f"unique_first_{definition}_bits", "float", "bits", f"Told only by the first, {by}."),
        Property(f"unique_second_{definition}_bits", "float", "bits", f"Told only by the second, {by}."),
        Property(f"synergy_{definition}_bits", "float", "bits", f"Told only by both together, {by}."),
    )


INFORMATION = (
    RelationshipKind(
        "INFORMATION",
        ("Neuron", "Cluster", "Layer"),
        ("Target",),
        "Information the element carries about the target.",
        (
            RUN,
            Property("kind", "string", "", "Which information: label, relay, complexity or degree."),
            Property(
                "bits",
                "float",
                "bits",
                "label, complexity: mutual information with the class shown; relay: what of the information of the "
                "class shown about the class answered is relayed by it and by nothing else in its layers; degree: the "
                "part of that synergy; null where trials are too few.",
            ),
            Property("low_bits", "float", "bits", f"Lower end {LOW_HIGH}"),
            Property("high_bits", "float", "bits", f"Upper end {LOW_HIGH}"),
            Property(
                "null_bits",
                "float",
                "bits",
                "Mean under shuffled labels; of relay under shuffled hidden states, those of neurons and clusters "
                "within the states of the rest.",
            ),
            Property("null_sd_bits", "float", "bits", "Standard deviation of that null."),
            Z,
            Property("p", "float", "", "Share of shuffles, itself counted, with at least its information."),
            Q,
            Property(
                "n_states",
                "integer",
                "states",
                "Occupied states; of relay those of the whole layers, of complexity with the class.",
            ),
            Property("trials_per_state", "float", "trials", "Mean number of trials on an occupied state."),
            Property("reliable", "boolean", "", "True with at least as many of them as the run asks for."),
            Property(
                "reason",
                "string",
                "",
                "Why bits are null: no_neurons, too_few_trials (for the states), too_wide (for the estimator), "
                "one_class, no_information (so no complexity); null: they are not.",
            ),
            *_RELAY,
            *_COMPLEXITY,
        ),
    ),
    RelationshipKind(
        "JOINT_INFORMATION",
        ("Cluster",),
        ("Cluster",),
        "What two clusters tell about a target: either, one, or only both together.",
        (
            RUN,
            Property("target_name", "string", "", "Name of the target it is about."),
            Property("joint_bits", "float", "bits", "Information of both together about the target."),
            Property("first_bits", "float", "bits", "Information of the first."),
            Property("second_bits", "float", "bits", "Information of the second."),
            Property("mutual_bits", "float", "bits", "Information of the two about each other."),
            *_atoms("sx", "by shared exclusions"),
            *_atoms("min", "by I_min"),
            *_atoms("mmi", "by minimal mutual information"),
            Property("synergy_null_mean", "float", "bits", "Mean `synergy_sx_bits` of independent codes (see `p`)."),
            Property("synergy_null_sd", "float", "bits", "Standard deviation of that null."),
            Z,
            Property(
                "p", "float", "", "Share of shuffles of one's trials within classes, as extreme in synergy; two-sided."
            ),
            Property("q", "float", "", "False discovery rate over all pairs of the run, by kind of target."),
            Property("n_states", "integer", "states", "Occupied joint states of both."),
            Property("trials_per_state", "float", "trials", "Mean number of trials on one."),
            Property("reliable", "boolean", "", "True with at least as many of them as the run asks for."),
            Property("reason", "string", "", "Why bits are null: too_few_trials; null: they are not."),
        ),
    ),
)
