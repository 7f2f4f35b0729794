"""A network as a map of correlation functions (Fischer et al. 2022): arrays in, results out."""

from atlas.analysis.correlation.closing import Closing
from atlas.analysis.correlation.closure_errors import closure_errors
from atlas.analysis.correlation.closures import closure_of
from atlas.analysis.correlation.cumulants import Cumulants, cumulants_of
from atlas.analysis.correlation.formulas import formula_errors
from atlas.analysis.correlation.loss import expected_squared_loss
from atlas.analysis.correlation.measuring import correlations
from atlas.analysis.correlation.mixtures import class_mixtures
from atlas.analysis.correlation.moments import Mixture, Moments, moments_of
from atlas.analysis.correlation.one_step import one_step_scores
from atlas.analysis.correlation.propagating import closed_from, propagate, run_stages
from atlas.analysis.correlation.surrogates import surrogate_accuracy

__all__ = [
    "Closing",
    "Cumulants",
    "Mixture",
    "Moments",
    "class_mixtures",
    "closed_from",
    "closure_errors",
    "closure_of",
    "correlations",
    "cumulants_of",
    "expected_squared_loss",
    "formula_errors",
    "moments_of",
    "one_step_scores",
    "propagate",
    "run_stages",
    "surrogate_accuracy",
]
