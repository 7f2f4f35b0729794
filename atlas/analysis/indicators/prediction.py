"""The stand-alone-indicator test: does an indicator alone order neurons by the harm their ablation does?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from atlas.analysis.indicators.ranks import RankCorrelation, rank_correlation
from atlas.analysis.seeds import check_draws, generator
from atlas.analysis.statistics import benjamini_hochberg
from atlas.errors import ShapeError
from atlas.keys import ALL_TARGET
from atlas.progress import Progress, silent
from atlas.records import FloatArray, IntArray
from atlas.results import IndicatorResult, PredictionResult

OVERALL = (
    *("mean_activation", "max_activation", "sd_activation", "active_share", "selectivity", "point_biserial"),
    *("in_strength", "out_strength", "weight_change_p"),
)
OF_CLASSES = "activation_proxy"


@dataclass(frozen=True, kw_only=True)
class _Case:
    """One correlation to measure. `place` names its random draws: layer, indicator, target."""

    layer: str | None  # None: all of them
    indicator: str
    target: str
    neurons: IntArray
    values: FloatArray
    effects: FloatArray
    place: tuple[int, int, int]


def predictions(
    indicators: IndicatorResult,
    points: FloatArray,
    *,
    n_bootstrap: int = 1000,
    n_null: int = 999,
    seed: int = 0,
    progress: Progress = silent,
) -> PredictionResult:
    """Rank neurons by every indicator and by their effect, and correlate both, layer by layer and over all layers.

    Overall values are compared with the effect over all classes; the activation proxy of a class with the effect on
    that class. What is undefined for all neurons, as `weight_change_p` without an initial network, has no row.

    Parameters
    ----------
    indicators
        Of the neurons.
    points
        Their effects, shape (n_neurons, n_targets), as `effects_of_neurons` gives them for the same layers; NaN where
        not measured.
    n_bootstrap, n_null, seed
        Draws for the intervals and for p, as in `rank_correlation`. Neurons are drawn, not trials: how exactly the
        effects are known is not part of the interval.

    Raises
    ------
    ShapeError
        Effects that are not of these neurons and targets.
    BadParameter
        A number of draws below 0.

    References
    ----------
    Meyes, Waubert de Puiseau, Posada-Moreno and Meisen (2020), arXiv 2004.01254.
    """
    check_draws(n_bootstrap=n_bootstrap, n_null=n_null)
    if points.shape != indicators.mean_activation.shape:
        raise ShapeError(
            f"The effects have shape {points.shape}, the indicators {indicators.mean_activation.shape}. "
            "Both need one row a neuron and one column a target. Give the effects of the same layers."
        )
    cases, found = list(_cases(indicators, points)), []
    numbers = np.repeat(np.arange(len(indicators.sizes)), indicators.sizes)
    for case in cases:
        layers, draws = numbers[case.neurons], generator(seed, *case.place)
        found.append(
            rank_correlation(case.values, case.effects, layers, n_bootstrap=n_bootstrap, n_null=n_null, draws=draws)
        )
        progress("correlate indicators with effects", len(found), len(cases))
    return _result(cases, found, {"n_bootstrap": n_bootstrap, "n_null": n_null, "seed": seed})


def _cases(indicators: IndicatorResult, points: FloatArray) -> Iterator[_Case]:
    first = np.cumsum([0, *indicators.sizes])
    each = [(name, np.arange(*first[place : place + 2])) for place, name in enumerate(indicators.layers)]
    for place, (layer, neurons) in enumerate([*each, (None, np.arange(len(points)))]):
        columns = [(name, 0) for name in OVERALL]
        # Only one layer has a proxy; over all layers it would be the same again.
        columns += [(OF_CLASSES, target) for target in range(1, len(indicators.targets)) if layer is not None]
        for name, target in columns:
            values = getattr(indicators, name)
            values = values[neurons] if values.ndim == 1 else values[neurons, target]
            if not np.isnan(values).all():
                yield _Case(
                    layer=layer,
                    indicator=name,
                    target=indicators.targets[target],
                    neurons=neurons,
                    values=values,
                    effects=points[neurons, target],
                    place=(place, (*OVERALL, OF_CLASSES).index(name), target),
                )


def _result(cases: list[_Case], found: list[RankCorrelation], params: dict[str, int]) -> PredictionResult:
    targets = np.array([case.target for case in cases])
    p = np.array([one.p for one in found])
    q = np.full(len(p), np.nan)
    for family in (targets == ALL_TARGET, targets != ALL_TARGET):
        q[family] = benjamini_hochberg(p[family])
    return PredictionResult(
        layers=tuple(case.layer for case in cases),
        indicators=tuple(case.indicator for case in cases),
        targets=tuple(case.target for case in cases),
        rho=np.array([one.rho for one in found]),
        low_rho=np.array([one.low for one in found]),
        high_rho=np.array([one.high for one in found]),
        null_rho=np.array([one.null for one in found]),
        p=p,
        q=q,
        n_neurons=np.array([one.n_neurons for one in found], dtype=np.int64),
        params=dict(params),
    )
