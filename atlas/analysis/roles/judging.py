"""Judge neurons by what finished runs measured."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from atlas.analysis.roles.activity import dead, saturated
from atlas.analysis.roles.harm import specialist
from atlas.analysis.roles.information import redundant, relay
from atlas.analysis.roles.judgement import Judgement
from atlas.analysis.roles.place import place
from atlas.analysis.roles.rules import RoleRules
from atlas.keys import ALL_TARGET
from atlas.records import FloatArray
from atlas.results.partition import ROLES as ROLES_IN_PARTITION
from atlas.results.roles import ROLES, RoleEvidence, RoleResult


def roles_of_neurons(
    evidence: RoleEvidence, *, roles: Sequence[str] = ROLES, rules: RoleRules | None = None
) -> RoleResult:
    """Give neurons the roles whose rules their measured values meet; a neuron can have several.

    Parameters
    ----------
    evidence
        What runs measured; a role whose evidence is None is not judged.
    roles
        Which to judge, of `ROLES`.
    rules
        Thresholds; None for their defaults.
    """
    rules = rules or RoleRules()
    judgements = [one for one in _judgements(evidence, rules) if one.role in roles]
    which = [np.flatnonzero(one.holds) for one in judgements]
    rows = list(zip(judgements, which, strict=True))
    return RoleResult(
        elements=tuple(one.elements[i] for one, held in rows for i in held),
        roles=tuple(one.role for one, held in rows for _ in held),
        targets=tuple(ALL_TARGET if one.targets is None else one.targets[i] for one, held in rows for i in held),
        value=_joined(one.value[held] for one, held in rows),
        threshold=_joined(np.full(len(held), one.threshold) for one, held in rows),
        p=_joined(one.p[held] for one, held in rows),
        q=_joined(np.full(len(held), np.nan) if one.q is None else one.q[held] for one, held in rows),
        rules=tuple(one.rule for one, held in rows for _ in held),
        from_runs=tuple(one.run for one, held in rows for _ in held),
        n_judged={one.role: len(one.elements) for one in judgements},
        notes=tuple(dict.fromkeys(note for one in judgements for note in one.notes if note is not None)),
        params=rules.for_run,
    )


def _joined(parts: Iterable[FloatArray]) -> FloatArray:
    return np.concatenate([np.zeros(0), *parts])


def _judgements(evidence: RoleEvidence, rules: RoleRules) -> list[Judgement]:
    """Judge by every rule that there is evidence for, in the order of `ROLES`."""
    found: list[Judgement] = []
    if evidence.relays is not None:
        found += [relay(evidence.relays, rules), redundant(evidence.relays, rules)]
    if evidence.activity is not None:
        found += [dead(evidence.activity, rules), saturated(evidence.activity, rules)]
    if evidence.harm is not None:
        found.append(specialist(evidence.harm, rules))
    if evidence.places is not None:
        found += [place(evidence.places, rules, role=role) for role in ROLES_IN_PARTITION]
    return found
