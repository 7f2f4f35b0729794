"""The relationship type that holds a network as a map of correlation functions."""

from __future__ import annotations

from atlas.schema.declaration import Property, RelationshipKind
from atlas.schema.values import LOW_HIGH, RUN, Z

_NULL = "Mean where as many trials are drawn from Gaussians of the same class moments"


def _interval(name: str, unit: str = "") -> tuple[Property, Property]:
    return (
        Property(f"low_{name}", "float", unit, f"Lower end {LOW_HIGH}"),
        Property(f"high_{name}", "float", unit, f"Upper end {LOW_HIGH}"),
    )


_MISMATCH = (
    Property(
        "mismatch",
        "float",
        "",
        "Of kind mismatch: Frechet distance of its measured mean and variance from those Gaussian pre-activations "
        "would give, in its standard deviations over all trials.",
    ),
    *_interval("mismatch"),
    Property("null_mismatch", "float", "", f"{_NULL}."),
    Property("null_sd_mismatch", "float", "", "Standard deviation of that null."),
    Z,
    Property("p", "float", "", "Share of the draws of the null, itself counted, with at least its mismatch."),
    Property("q", "float", "", "False discovery rate over the neurons, or the layers, of the run and kind of target."),
    Property("higher_share", "float", "", "Of kind mismatch, target all: `separation_share` of orders 3 and 4."),
    Property("variance_error", "float", "", "Predicted by measured variance, less 1; null where that is 0."),
)


def _share(name: str, of: str) -> tuple[Property, ...]:
    return (
        Property(f"{name}_share", "float", "", f"Of kind order: share of {of} that this order explains."),
        *_interval(f"{name}_share"),
        Property(f"null_{name}_share", "float", "", f"{_NULL}."),
        Property(f"{name}_p", "float", "", f"Share of the draws of the null as far out in `{name}_share`; two-sided."),
        Property(f"{name}_q", "float", "", "False discovery rate over the neurons, or the layers, of the run."),
    )


_ORDER = (
    Property("order", "integer", "", "Of kind order: 1 means, 2 covariances, 3 third cumulants, 4 all above."),
    *_share("variance", "its variance over all trials"),
    *_share("separation", "the differences between its class means, if there are any,"),
)

_CLOSURE = (
    Property("start", "string", "", "Of kind closure: layer where the moments are measured."),
    Property(
        "closure", "string", "", "Of kind closure: gauss, third (with third cumulants) or mixture (of Gaussians)."
    ),
    Property(
        "mean_error",
        "float",
        "",
        "Distance of the predicted from the measured mean: of kind closure and formula by the root of the trace of the "
        "measured covariance; of kind mismatch in standard deviations over all trials.",
    ),
    *_interval("mean_error"),
    Property("null_mean_error", "float", "", f"{_NULL} at the start."),
    Property("mean_error_p", "float", "", "Share of the draws of the null, itself counted, with at least its error."),
    Property("covariance_error", "float", "", "Frobenius norm of predicted less measured covariance, by measured."),
    *_interval("covariance_error"),
    Property("null_covariance_error", "float", "", f"{_NULL} at the start."),
    Property(
        "covariance_error_p", "float", "", "Share of the draws of the null, itself counted, with at least its error."
    ),
    Property("trace_ratio", "float", "", "Trace of the predicted by that of the measured covariance."),
    Property(
        "divergence_bits",
        "float",
        "bits",
        "Kullback-Leibler, of the measured from the predicted Gaussian; null where the predicted covariance is "
        "singular: then it has no limit.",
    ),
    Property("n_dimensions", "float", "", "Directions with variance that it stands on; a mean over classes for `all`."),
    Property("r_squared", "float", "", "Share of the scatter of measured covariances that the predicted explain."),
    Property("loss", "float", "", "Of the output: mean squared distance to the class's output, measured."),
    *_interval("loss"),
    Property("predicted_loss", "float", "", "The same from the predicted moments alone."),
    *_interval("predicted_loss"),
    Property("n_samples", "integer", "samples", "Of kind formula: Gaussian samples the formulas are compared with."),
)

_SURROGATE = (
    Property(
        "kept",
        "string",
        "",
        "Of kind surrogate: what stays of the layer's activations: means of the classes, covariances (and means), "
        "gaussian (a Gaussian of each class), everything.",
    ),
    Property(
        "accuracy_percent", "float", "percent", "Share of the trials answered rightly by the rest of the network."
    ),
    *_interval("accuracy_percent", "percent"),
    Property("null_accuracy_percent", "float", "percent", "Mean if the same answers did not depend on the class."),
    Property("gained_points", "float", "percentage points", "Accuracy less that with the same kept one layer before."),
    *_interval("gained_points", "percentage points"),
)

CORRELATION = (
    RelationshipKind(
        "CORRELATION",
        ("Neuron", "Layer"),
        ("Target",),
        "A layer as a map of correlation functions: which orders matter, and how far closures hold.",
        (
            RUN,
            Property("kind", "string", "", "What it says: mismatch, order, closure, formula or surrogate."),
            *_MISMATCH,
            *_ORDER,
            *_CLOSURE,
            *_SURROGATE,
            Property(
                "reason", "string", "", "Why all values are null: constant (it never varies); null: they are not."
            ),
        ),
    ),
)
