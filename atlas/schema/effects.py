"""Relationship types that hold what ablations cost."""

from __future__ import annotations

from atlas.schema.declaration import Property, RelationshipKind
from atlas.schema.values import LOW_HIGH, RUN, Q, Z

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

EFFECTS = (
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
)
