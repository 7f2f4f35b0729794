"""Roles by place in a partition, as its run gave them: provincial, hub, connector, bottleneck."""

from __future__ import annotations

import numpy as np

from atlas.analysis.partition.roles import (
    BOTTLENECK_SHARES,
    CONNECTOR_PARTICIPATION,
    HUB_Z,
    LEVEL,
    PROVINCIAL_PARTICIPATION,
)
from atlas.analysis.roles.judgement import Judgement
from atlas.analysis.roles.rules import RoleRules
from atlas.analysis.statistics import too_few_draws
from atlas.records import FloatArray
from atlas.results.roles import PlaceEvidence

_HUB = f"Its strength into its cluster is at least {HUB_Z:g} standard deviations above the cluster's mean, and its"
_RULES = {  # threshold and rule, as `atlas.analysis.partition.roles` has them
    "provincial": (HUB_Z, f"{_HUB} participation at most {PROVINCIAL_PARTICIPATION:g}"),
    "hub": (HUB_Z, f"{_HUB} participation above {PROVINCIAL_PARTICIPATION:g}"),
    "connector": (CONNECTOR_PARTICIPATION, f"Its participation is above {CONNECTOR_PARTICIPATION:g}"),
    "bottleneck": (
        BOTTLENECK_SHARES,
        f"Its share of all paths from input to output is at least {BOTTLENECK_SHARES:g} times the even share of its "
        "layer",
    ),
}


def place(found: PlaceEvidence, rules: RoleRules, *, role: str) -> Judgement:
    """Take over a role that the partition gave, where its p is small enough: at most `fdr`, and never above 0.05."""
    threshold, rule = _RULES[role]
    level = min(rules.fdr, LEVEL)
    return Judgement(
        role=role,
        rule=f"{rule}; p of at most {level:g} against shuffled weights.",
        run=found.run,
        elements=found.elements,
        holds=np.array([given == role for given in found.role], dtype=bool) & (found.p <= level),
        value=_compared(found, role),
        threshold=threshold,
        p=found.p,
        notes=(too_few_draws(found.run, found.n_null, level=level),),
    )


def _compared(found: PlaceEvidence, role: str) -> FloatArray:
    """Give what the rule compares with its threshold."""
    if role == "connector":
        return found.participation
    return found.path_share * found.layer_size if role == "bottleneck" else found.within_z
