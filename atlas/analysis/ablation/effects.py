"""Turn what was measured of ablated elements into effects, with intervals."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from atlas.analysis.ablation.answers import AnswerCounter
from atlas.analysis.ablation.losses import TrialMeasures
from atlas.analysis.ablation.paired import PairedChange, change_limits, newcombe
from atlas.analysis.mapping import Arrays
from atlas.analysis.statistics import NullSummary, q_by_target_kind
from atlas.records import NO_ANSWER, BoolArray, FloatArray, IntArray, Parameter
from atlas.results import ConfusionSummary, EffectResult, MeanChange, OutputChanges


def lost_points(changed: IntArray, n_trials: IntArray) -> FloatArray:
    """Give accuracy lost in percentage points, from answers broken and repaired, shape (..., 2, n_targets).

    The result has shape (..., n_targets); NaN for targets without trials.
    """
    lost = (changed[..., 0, :] - changed[..., 1, :]).astype(np.float64)
    points = np.full(lost.shape, np.nan)
    np.divide(100 * lost, n_trials, out=points, where=np.broadcast_to(n_trials > 0, lost.shape))
    return points


def effect_result(
    counter: AnswerCounter,
    measures: TrialMeasures | None,
    found: Arrays,
    *,
    elements: Sequence[str],
    n_ablated: IntArray,
    beside: NullSummary,
    params: Mapping[str, Parameter],
) -> EffectResult:
    """Put together what was measured of every element, as `measured` gives it, and what stands beside it.

    Where there are no classes, and of elements without neurons, what concerns answers is NaN.
    """
    n_trials, n_right = counter.n_trials, counter.n_right
    broken, repaired = found["changed"][:, 0], found["changed"][:, 1]
    unknown = (n_ablated[:, None] == 0) | (n_trials == 0) | (counter.network.data.values is not None)
    points = np.where(unknown, np.nan, lost_points(found["changed"], n_trials))
    low, high = newcombe(n_right - broken, broken, repaired, n_trials - n_right - repaired)
    return EffectResult(
        method=counter.method,
        elements=tuple(elements),
        targets=counter.targets,
        points=points,
        low_points=np.where(unknown, np.nan, 100 * low),
        high_points=np.where(unknown, np.nan, 100 * high),
        n_trials=n_trials,
        macro_points=_mean_of_known(points[:, 1:]),
        null_mean=beside.mean,
        null_sd=beside.sd,
        z=beside.z,
        p=beside.p,
        q=q_by_target_kind(beside.p),
        n_ablated=n_ablated,
        n_right=n_right,
        n_broken=broken,
        n_repaired=repaired,
        n_near_ties=found["n_near_ties"],
        confusion=ConfusionSummary(answer=found["confused"][:, 0], n_trials=found["confused"][:, 1]),
        changes=None if measures is None else _output_changes(measures, found),
        params=dict(params),
    )


def spread(found: Arrays, has_neurons: BoolArray) -> dict[str, NDArray[Any]]:
    """Put what was measured of elements with neurons in its place among all: without any, nothing changes, by NaN."""
    whole = {}
    for name, values in found.items():
        nothing = 0 if values.dtype.kind == "i" else np.nan
        whole[name] = np.full((len(has_neurons), *values.shape[1:]), nothing, dtype=values.dtype)
        whole[name][has_neurons] = values
    if "confused" in whole:
        whole["confused"][~has_neurons, 0] = NO_ANSWER
    return whole


def _mean_of_known(points: FloatArray) -> FloatArray:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Mean of empty slice", RuntimeWarning)
        mean: FloatArray = np.nanmean(points, axis=1)
    return mean


def _output_changes(measures: TrialMeasures, found: Arrays) -> OutputChanges:
    changes = {name: _mean_change(measures, found, place) for place, name in enumerate(measures.names)}
    return OutputChanges(loss=changes["loss"], logit=changes.get("logit"), score=changes.get("score"))


def _mean_change(measures: TrialMeasures, found: Arrays, place: int) -> MeanChange:
    change = PairedChange(found["mean"][:, place], found["squares"][:, place])
    low, high = change_limits(change, measures.n_trials)
    return MeanChange(mean=change.mean, low=low, high=high)
