"""Indicators of the hidden neurons of two_blocks, and what they predict, made by hand."""

import numpy as np

from atlas.results import IndicatorResult, IndicatorStudy, PredictionResult

NONE = float("nan")
ACTIVE_SHARE = [1, 0, 1, 0.75, 1, 0.25, 1, 1]  # dense_1, dense_2
SELECTIVITY = [0.125, 0, 0.125, 0.5, 0.25, 0.5, NONE, 0]
PREDICTIONS = [  # layer, indicator, target, rho, q
    ("dense_1", "mean_activation", "all", 0.5, 0.25),
    ("dense_1", "selectivity", "all", -0.75, 0.03125),
    ("dense_1", "activation_proxy", "1", 1.0, 0.0625),
    ("dense_2", "mean_activation", "all", NONE, NONE),
    (None, "mean_activation", "all", 0.25, 0.5),
]


def study(elements) -> IndicatorStudy:
    """Put the values above into results; what a test does not read is 1."""
    shape, n_neurons = (len(elements), 3), len(elements)
    wide = np.repeat(np.array(ACTIVE_SHARE, dtype=float)[:, None], 3, axis=1)
    neurons = IndicatorResult(
        elements=tuple(elements),
        layers=("dense_1", "dense_2"),
        sizes=(4, 4),
        targets=("all", "0", "1"),
        mean_activation=wide * 2,
        sd_activation=np.ones(shape),
        max_activation=np.ones(shape),
        active_share=wide,
        point_biserial=np.ones(shape),
        activation_proxy=np.array([[NONE, 0.5, -0.5]] * n_neurons),
        selectivity=np.array(SELECTIVITY, dtype=float),
        in_strength=np.ones(n_neurons),
        out_strength=np.ones(n_neurons),
        weight_change_p=np.full(n_neurons, 0.125),
        n_trials=np.array([64, 32, 32]),
        params={},
    )
    layers, indicators, targets, rho, q = zip(*PREDICTIONS, strict=True)
    rho, q = np.array(rho), np.array(q)
    predictions = PredictionResult(
        layers=layers,
        indicators=indicators,
        targets=targets,
        rho=rho,
        low_rho=rho - 0.125,
        high_rho=rho + 0.125,
        null_rho=np.zeros(len(rho)),
        p=q / 2,
        q=q,
        n_neurons=np.array([4, 4, 4, 4, 8]),
        params={},
    )
    return IndicatorStudy(neurons=neurons, predictions=predictions)
