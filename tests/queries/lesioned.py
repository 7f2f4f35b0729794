"""Lesion tests of the first three clusters of conftest.py's partition, by hand: two pass, the third is too small."""

import numpy as np

from atlas.results import CombinedLesions, LesionResult, LesionStatistic

NONE = float("nan")
# cluster, layer of its part (None: whole), neurons, why it was not tested
SETS = [
    (0, None, 3, None),
    (0, "dense_1", 1, "too_small"),
    (0, "dense_2", 2, None),
    (1, None, 2, None),
    (1, "dense_1", 1, "too_small"),
    (1, "dense_2", 1, "too_small"),
    (2, None, 1, "too_small"),
    (2, "dense_1", 1, "too_small"),
]
TESTED = [0, 2, 3]  # places of those that were tested


def lesions(partition: str, *, rule: str = "corrected") -> LesionResult:
    """Give importance and coherence of the tested sets; `partition` is its key."""
    return LesionResult(
        method="zero",
        matched_on="size",
        rule=rule,
        elements=tuple(f"{partition}/{cluster}" for cluster, *_ in SETS),
        layers=tuple(layer for _, layer, *_ in SETS),
        n_neurons=np.array([n for _, _, n, _ in SETS]),
        reasons=tuple(why for *_, why in SETS),
        importance=statistic(
            value=[50, 25, 30],
            mean=20,
            z=[3, 0.5, 1],
            p=[0.001, 0.4, 0.1],
            q=[0.004, 0.5, 0.2],
            effect=[1.5, 1.125, 1.25],
        ),
        coherence=statistic(
            value=[2, 4, 2], mean=1, z=[1, 3, 2], p=[0.2, 0.02, 0.01], q=[0.25, 0.04, 0.02], effect=[1.25, 1.75, 1.25]
        ),
        combined=CombinedLesions(
            layers=(None, "dense_1", "dense_2"),
            importance_p=np.array([0.4, NONE, 0.4]),
            coherence_p=np.array([0.02, NONE, 0.02]),
            n_importance=np.array([1, 0, 1]),
            n_coherence=np.array([1, 0, 1]),
        ),
        level=0.05,
        params={},
    )


def statistic(*, value, mean, z, p, q, effect) -> LesionStatistic:
    """Put the numbers of the tested sets in their places among all."""
    n = len(TESTED)
    return LesionStatistic(
        value=_placed(value),
        null_mean=_placed([mean] * n),
        null_sd=_placed([10] * n),
        z=_placed(z),
        p=_placed(p),
        mid_p=_placed([one / 2 for one in p]),
        q=_placed(q),
        effect=_placed(effect),
        n_defined=_placed([999] * n, nothing=0).astype(int),
    )


def _placed(values, nothing=NONE):
    column = np.full(len(SETS), nothing, dtype=float)
    column[TESTED] = values
    return column
