"""A partition of two_blocks in five clusters with its links and roles, and counts of motifs, made by hand."""

import numpy as np
from partitions import partition_by_hand, scored

from atlas.results import Links, MotifResult, PartitionResult

NONE = float("nan")
LAYERS = {"input": 4, "dense_1": 4, "dense_2": 4, "dense_3": 2}

# Clusters: A without dense_1/1; B without dense_1/3 and dense_2/3; and these three alone.
LABELS = [0, 0, 1, 1, 0, 2, 1, 3, 0, 0, 1, 4, 0, 1]

# Strengths are counts: inside a block every weight is 1. Expected is half of what could be.
STRENGTH = [[6, 0, 2, 0, 0], [0, 4, 0, 2, 1], [2, 0, 0, 0, 0], [0, 1, 0, 0, 1], [0, 1, 0, 0, 0]]
N_POSSIBLE = [[6, 5, 2, 2, 1], [5, 4, 2, 2, 1], [2, 1, 0, 0, 1], [2, 1, 0, 0, 1], [1, 1, 0, 0, 0]]

# By place: dense_1/0, dense_1/2, dense_2/0, dense_2/2, dense_3/0.
ROLES = {
    4: {"role": "hub", "role_p": 0.02, "within_z": 2.5, "path_share": 0.25},
    6: {"role": "connector", "role_p": 0.01, "within_z": 0.5, "path_share": 0.25, "participation": 0.75},
    8: {"role": "bottleneck", "role_p": 0.02, "within_z": 1.0, "path_share": 0.5},
    10: {"role": "provincial", "role_p": 0.02, "within_z": 3.0, "path_share": 0.25, "participation": 0.0},
    12: {"role": "hub", "role_p": 0.05, "within_z": 2.5, "path_share": 0.5, "participation": 0.5},
}
MOTIFS = [  # motif, first layer, last layer, count, null mean, null sd, z, p, q
    ("bifan", "input", "dense_1", 8, 3, 1, 5, 0.02, 0.04),
    ("bifan", "dense_1", "dense_2", 2, 2, 0, NONE, 1, NONE),
    ("diamond", "input", "dense_2", 12, 16, 2, -2, 0.02, 0.04),
    ("coherent_diamond", "input", "dense_2", 6, 5, 2, 0.5, 0.5, 0.5),
]


def partition() -> PartitionResult:
    """Give every score, most of them the same for all."""
    n = len(LABELS)
    return partition_by_hand(
        LAYERS,
        LABELS,
        scores={
            "modularity": scored(0.4, 0.1, 0.05, 6.0, 0.05),
            "layered_modularity": scored(0.3, 0.05, 0.125, 2.0, 0.1),
            "n_cut": scored(0.75, 1.5, 0.25, -3.0, 0.05),
            "internal_share": scored(0.5, 0.25, 0.125, 2.0, 0.1),
            "layer_agreement": scored(0.0, 0.5, 0.25, -2.0, 1.0),
            "layer_nmi": scored(0.25, 0.5, 0.25, -1.0, 1.0),
            "stability_nmi": scored(0.875, 0.5, 0.125, 3.0, 0.05),
            "stability_ari": scored(0.75, 0.5, 0.125, 2.0, 0.1),
        },
        clusters={
            "internal_share": scored([0.5, 0.5, 0.0, 0.0, 0.0], 0.25, 0.125, [2, 2, -2, -2, -2], [0.05] * 2 + [1] * 3),
            "conductance": scored([0.25, 0.5, 1.0, 1.0, 1.0], 0.5, 0.25, [-1, 0, 2, 2, 2], [0.1, 0.5] + [1] * 3),
        },
        neurons={
            "internal_share": np.array([0.5] * (n - 1) + [NONE]),
            "membership": np.array([0.25] * (n - 1) + [NONE]),
            "participation": _by_role("participation", 0.25),
            "agreement_across_seeds": np.ones(n),
            "within_z": _by_role("within_z", 0.0),
            "path_share": _by_role("path_share", 0.125),
            "role": tuple(ROLES[place]["role"] if place in ROLES else None for place in range(n)),
            "role_p": _by_role("role_p", NONE),
        },
        links=_links(),
        params={"resolution": 1.0, "seed": 0, "shuffle": "layer"},
    )


def _by_role(name, otherwise):
    return np.array([ROLES.get(place, {}).get(name, otherwise) for place in range(len(LABELS))], dtype=float)


def _links() -> Links:
    strength, n_possible = np.array(STRENGTH), np.array(N_POSSIBLE)
    could_be = n_possible > 0
    z = np.where(could_be, strength - n_possible / 2, NONE)
    p = np.where(could_be, np.where(np.abs(z) >= 2, 0.02, 0.5), NONE)
    expected, sd = np.where(could_be, n_possible / 2, NONE), np.where(could_be, 1.0, NONE)
    beside = scored(strength, expected, sd, z, p)
    return Links(n_weights=strength, n_possible=n_possible, strength=beside, q=p)


def motif_counts() -> MotifResult:
    """Give one pattern more often than by chance, one as it must be, one less often, one like chance."""
    motifs, first, last, *numbers = zip(*MOTIFS, strict=True)
    *count, q = np.array(numbers, dtype=float)
    return MotifResult(
        motifs=motifs, first_layers=first, last_layers=last, count=scored(*count), q=q, params={"n_strongest": 2}
    )
