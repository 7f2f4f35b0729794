"""An older partition of `input` and `dense_2`, in halves, and how far it agrees with the one of conftest.py."""

import numpy as np
from partitions import partition_by_hand, scored

from atlas.results import AgreementResult, PartitionResult

NAME = "halves"
NONE = float("nan")


def halves() -> PartitionResult:
    """Put the first two neurons of both layers in one cluster, the others in another; no weights join the layers."""
    return partition_by_hand(
        {"input": 4, "dense_2": 4},
        [0, 0, 1, 1] * 2,
        method="ablation",
        scores={"layer_agreement": scored(0.0), "n_cut": scored(0.0)},
        params={"seed": 0},
    )


def agreement(ari: float) -> AgreementResult:
    """Agree by `ari` over all neurons; in `input` the partitions are the same, in `dense_2` nothing was drawn."""
    return AgreementResult(
        layers=(None, "input", "dense_2"),
        n_neurons=np.array([8, 4, 4]),
        ami=np.array([0.5, 1, 0.25]),
        low_ami=np.array([0.25, 1, NONE]),
        high_ami=np.array([0.75, 1, NONE]),
        nmi=np.array([0.75, 1, 0.5]),
        ari=np.array([ari, 1, 0.5]),
        low_ari=np.array([0.125, 1, NONE]),
        high_ari=np.array([0.875, 1, NONE]),
        null_mean=np.array([0.1, 0, NONE]),
        null_sd=np.array([0.05, 0, NONE]),
        z=np.array([4, NONE, NONE]),
        p=np.array([0.01, 0.25, NONE]),
        params={},
    )
