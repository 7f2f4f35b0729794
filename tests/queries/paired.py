"""Joint effects of neurons and of clusters of two_blocks, made by hand."""

import numpy as np

from atlas.results import ConditionalEffects, PairResult

NONE = float("nan")


def joint_effects(network) -> PairResult:
    """Give three pairs: one of idle neurons that back each other up, one without interaction, one that overlaps."""
    n_broken = np.array([[8, 8, 0], [16, 16, 0], [16, 8, 8]])
    return PairResult(
        method="zero",
        elements=tuple(f"{network}/{key}" for key in ("dense_1/1", "dense_1/3", "dense_2/1", "dense_2/3")),
        targets=("all", "0", "1"),
        first=np.array([0, 0, 2]),
        second=np.array([1, 2, 3]),
        n_trials=np.array([64, 32, 32]),
        n_right=np.array([64, 32, 32]),
        single_broken=np.array([[0, 0, 0], [0, 0, 0], [16, 16, 0], [16, 0, 16]]),
        single_repaired=np.zeros((4, 3), dtype=int),
        n_broken=n_broken,
        n_repaired=np.zeros_like(n_broken),
        n_redundant=np.array([[8, 8, 0], [0, 0, 0], [0, 0, 0]]),
        n_near_ties=np.zeros(3, dtype=int),
        low_interaction=np.array([5.0, -5.0, -35.0]),
        high_interaction=np.array([20.0, 5.0, -15.0]),
        z=np.array([2.5, 0.0, -4.0]),
        p=np.array([0.02, 1.0, 0.01]),
        q=np.array([0.03, 1.0, 0.03]),
        conditional=None,
        params={},
    )


def double_lesions(partition) -> PairResult:
    """Give two pairs: clusters 2 and 3 back each other up, 0 and 1 do not; nothing is left to be drawn given 0."""
    n_broken = np.array([[48, 32, 16], [16, 8, 8]])
    return PairResult(
        method="zero",
        elements=tuple(f"{partition}/{number}" for number in range(4)),
        targets=("all", "0", "1"),
        first=np.array([0, 2]),
        second=np.array([1, 3]),
        n_trials=np.array([64, 32, 32]),
        n_right=np.array([64, 32, 32]),
        single_broken=np.array([[32, 32, 0], [16, 0, 16], [0, 0, 0], [4, 4, 0]]),
        single_repaired=np.zeros((4, 3), dtype=int),
        n_broken=n_broken,
        n_repaired=np.zeros_like(n_broken),
        n_redundant=np.array([[0, 0, 0], [12, 4, 8]]),
        n_near_ties=np.zeros(2, dtype=int),
        low_interaction=np.array([-5.0, 10.0]),
        high_interaction=np.array([5.0, 27.5]),
        z=np.array([0.0, 3.0]),
        p=np.array([1.0, 0.005]),
        q=np.array([1.0, 0.01]),
        conditional=ConditionalEffects(
            points=np.array([[50, 25], [18.75, 25]]),
            null_mean=np.array([[10, NONE], [2, 1]]),
            null_sd=np.array([[2, NONE], [1, 0.5]]),
            p=np.array([[0.25, NONE], [0.005, 0.01]]),
            q=np.array([[0.25, NONE], [0.015, 0.015]]),
        ),
        params={},
    )
