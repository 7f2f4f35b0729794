"""Roles of neurons of two_blocks, made by hand."""

import numpy as np

from atlas.results import RoleResult

NONE = float("nan")
ROWS = [  # neuron, role, target, value, threshold, p, q, kind of run it was judged by
    ("dense_1/2", "relay", "all", 0.25, 0, 0.015625, 0.03125, "relay-new"),
    ("dense_2/0", "relay", "all", 0.5, 0, 0.0078125, 0.015625, "relay-new"),
    ("dense_2/0", "redundant", "all", 0.0625, 0.125, 0.0078125, 0.03125, "relay-new"),
    ("dense_1/1", "dead", "all", 0, 0, 0.03125, NONE, "indicators"),
    ("dense_2/1", "specialist", "0", 1, 0.75, 0.005, 0.01, "ablate-new"),
    ("dense_3/0", "hub", "all", 2.5, 2.5, 0.046875, NONE, "partition-only"),
    ("dense_2/0", "bottleneck", "all", 3, 2, 0.046875, NONE, "partition-only"),
]
JUDGED = "relay,redundant,dead,specialist,hub,connector,bottleneck"
OLDER = [("dense_1/1", "saturated", "all", 1, 1, 0.03125, NONE, "indicators")]
OLDER_JUDGED = "dead,saturated"


def roles(network, rows) -> RoleResult:
    neurons, given, targets, value, threshold, p, q, runs = zip(*rows, strict=True)
    return RoleResult(
        elements=tuple(f"{network}/{neuron}" for neuron in neurons),
        roles=given,
        targets=targets,
        value=np.array(value, dtype=float),
        threshold=np.array(threshold, dtype=float),
        p=np.array(p),
        q=np.array(q),
        rules=tuple(f"Is {role} by hand." for role in given),
        from_runs=tuple(f"{network}/run/{name}" for name in runs),
        n_judged=dict.fromkeys(given, 8),
        notes=(),
        params={},
    )
