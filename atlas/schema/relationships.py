"""Every relationship type of the graph."""

from __future__ import annotations

from atlas.schema.declaration import Property, RelationshipKind

RUN = Property("run", "string", "", "Key of the run that wrote it.")
Z = Property("z", "float", "", "Value in standard deviations of the null above its mean; null where it does not vary.")
Q = Property("q", "float", "", "False discovery rate (Benjamini-Hochberg) within the run and the kind of target.")
LOW_HIGH = "of the 95 % interval."
NEWCOMBE = "of Newcombe's 95 % interval for paired trials."
STUDENT = "of Student's 95 % interval for paired trials."


def _lesion_statistic(name: str, unit: str, meaning: str) -> tuple[Property, ...]:
    """List one statistic of a lesion test with what stands beside it."""
    return (
        Property(name, "float", unit, meaning),
        Property(f"{name}_null_mean", "float", unit, "Mean of matched random sets."),
        Property(f"{name}_null_sd", "float", unit, "Standard deviation of that null."),
        Property(f"{name}_z", "float", "", "In standard deviations of that null above its mean."),
        Property(
            f"{name}_p", "float", "", "Share of that null, itself counted, as extreme; of a partition Fisher's method."
        ),
        Property(f"{name}_mid_p", "float", "", "Likewise with ties counted half."),
        Property(f"{name}_q", "float", "", "False discovery rate: whole clusters one family, their parts another."),
        Property(f"{name}_effect", "float", "", "2 t / (t + mean of that null): 1 like chance, 2 all of it."),
        Property(f"{name}_n_defined", "integer", "draws", "Random sets of which it is defined."),
    )


def _conditional(one: str, other: str) -> tuple[Property, ...]:
    """List what losing one cluster costs when the other is lost already, beside random sets in its place."""
    name = f"{one}_given_{other}"
    return (
        Property(f"{name}_points", "float", "percentage points", f"Points beyond those of the {other} alone."),
        Property(f"{name}_null_mean", "float", "percentage points", f"Mean for random sets in the {one}'s place."),
        Property(f"{name}_null_sd", "float", "percentage points", "Standard deviation of that null."),
        Property(f"{name}_p", "float", "", "Share of that null, itself counted, with at least as many points."),
        Property(f"{name}_q", "float", "", "False discovery rate over all pairs of the run, both ways round."),
    )


_CONDITIONAL = (*_conditional("first", "second"), *_conditional("second", "first"))  # of clusters only

_LESION_STATISTICS = (
    *_lesion_statistic("importance", "percentage points", "Mean over classes of the accuracy lost."),
    *_lesion_statistic("coherence", "", "Largest less smallest change of a class, in multiples of the mean change."),
)

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
        "LESION",
        ("Cluster", "Partition"),
        ("Layer", "Target"),
        "Lesion test: of a cluster's part in the layer, against target `all` of the whole cluster; of a partition all "
        "such parts combined.",
        (
            RUN,
            Property("method", "string", "", "What replaces the activations: zero, mean, balanced_mean or resample."),
            Property("matched_on", "string", "", "What random sets share: size, out_strength or mean_activation."),
            Property("rule", "string", "", "corrected; published: as in the paper, for comparison only."),
            Property("n_neurons", "integer", "neurons", "Neurons ablated together; null for a partition."),
            Property("reason", "string", "", "Why it was not tested: too_small, too_large or no_choice; null: it was."),
            *_LESION_STATISTICS,
            Property("n_importance", "integer", "parts", "Parts whose importance is combined; only for a partition."),
            Property("n_coherence", "integer", "parts", "Parts whose coherence is combined; only for a partition."),
        ),
    ),
    RelationshipKind(
        "EFFECT",
        ("Neuron", "Cluster"),
        ("Target",),
        "Accuracy on the target lost when the element is ablated.",
        (
            RUN,
            Property("method", "string", "", "What replaces the activations: zero, mean, balanced_mean or resample."),
            Property("points", "float", "percentage points", "Intact minus ablated accuracy; positive means harm."),
            Property("low_points", "float", "percentage points", f"Lower end {NEWCOMBE}"),
            Property("high_points", "float", "percentage points", f"Upper end {NEWCOMBE}"),
            Property("macro_points", "float", "percentage points", "Mean over classes; only against target `all`."),
            Property("n_trials", "integer", "trials", "Trials of the target."),
            Property("n_right", "integer", "trials", "Trials the intact network answers rightly."),
            Property("n_broken", "integer", "trials", "Of them, how many the ablated network answers wrongly."),
            Property("n_repaired", "integer", "trials", "Of the others, how many it answers rightly."),
            Property("n_near_ties", "integer", "trials", "Answers that rest on a few roundings; only against `all`."),
            Property("confused_with", "string", "", "Class most often answered instead; null if none."),
            Property("n_confused", "integer", "trials", "Broken trials answered so; if null, not answered."),
            Property("loss_change", "float", "", "Mean change of the loss: nats; squared error without classes."),
            Property("low_loss_change", "float", "", f"Lower end {STUDENT}"),
            Property("high_loss_change", "float", "", f"Upper end {STUDENT}"),
            Property("logit_change", "float", "", "Mean change of the true class's output."),
            Property("low_logit_change", "float", "", f"Lower end {STUDENT}"),
            Property("high_logit_change", "float", "", f"Upper end {STUDENT}"),
            Property("score_change", "float", "", "Mean change of the score function of the run; null without one."),
            Property("low_score_change", "float", "", f"Lower end {STUDENT}"),
            Property("high_score_change", "float", "", f"Upper end {STUDENT}"),
            Property("n_ablated", "integer", "neurons", "Neurons ablated together."),
            Property(
                "null_mean",
                "float",
                "percentage points",
                "Mean effect of matched random sets, without classes on the score or loss; null for neurons.",
            ),
            Property("null_sd", "float", "percentage points", "Standard deviation of that null."),
            Z,
            Property(
                "p",
                "float",
                "",
                "Neurons: exact McNemar test, without classes Student's of the score or loss; "
                "clusters: share of matched random sets as harmful.",
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
    RelationshipKind(
        "JOINT_EFFECT",
        ("Neuron", "Cluster"),
        ("Neuron", "Cluster"),
        "What ablating two elements together costs, beyond what each alone does.",
        (
            RUN,
            Property("method", "string", "", "What replaces the activations: zero, mean, balanced_mean or resample."),
            Property("points", "float", "percentage points", "Accuracy over all classes lost without both."),
            Property("first_points", "float", "percentage points", "Accuracy lost without the first alone."),
            Property("second_points", "float", "percentage points", "Accuracy lost without the second alone."),
            Property(
                "interaction", "float", "percentage points", "Beyond their sum: positive if one backs up the other."
            ),
            Property("low_interaction", "float", "percentage points", f"Lower end {LOW_HIGH}"),
            Property("high_interaction", "float", "percentage points", f"Upper end {LOW_HIGH}"),
            Property("redundancy", "float", "", "Share of rightly answered trials lost only without both, 0 to 1."),
            Property("most_redundant_target", "string", "", "Class with the largest such share; null if none is lost."),
            Property("n_trials", "integer", "trials", "Trials behind it."),
            Z,
            Property("p", "float", "", "Chance of one as far from 0 if each trial tossed its sign: exact, two-sided."),
            Property("q", "float", "", "False discovery rate (Benjamini-Hochberg) over all pairs of the run."),
            *_CONDITIONAL,
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
    RelationshipKind("ABOUT", ("Run",), ("Network",), "The network a run measured."),
    RelationshipKind("WROTE", ("Run",), ("Partition",), "The partition a run made."),
)
