"""Roles by how often neurons are active: dead, saturated."""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from atlas.analysis.roles.judgement import Judgement
from atlas.analysis.roles.rules import RoleRules
from atlas.analysis.statistics import benjamini_hochberg
from atlas.records import BoolArray, FloatArray
from atlas.results.roles import ActivityEvidence


def dead(found: ActivityEvidence, rules: RoleRules) -> Judgement:
    """Judge who is never active, in trials enough to tell.

    p is the chance to be active in so few of the trials, or fewer, if `least_share` of all trials would activate the
    neuron: for none of them (1 - least_share)^n_trials, with 0.01 at most 0.05 from 299 trials on.

    References
    ----------
    Clopper and Pearson (1934), Biometrika 26, 404-413.
    """
    p = _chance(found.active_share, found, rules)
    q = benjamini_hochberg(p)
    never = found.active_share == 0
    return Judgement(
        role="dead",
        rule=f"Is active in none of the trials, with q of at most {rules.fdr:g} if a share of {rules.least_share:g} "
        "of all trials activated it.",
        run=found.run,
        elements=found.elements,
        holds=never & (q <= rules.fdr),
        value=found.active_share,
        threshold=0.0,
        p=p,
        q=q,
        notes=(_too_few(never, q, rules, told="active in no trial, but of too few to be called dead"),),
    )


def saturated(found: ActivityEvidence, rules: RoleRules) -> Judgement:
    """Judge whose ReLU never closes: active in every trial, in trials enough to tell. p is as in `dead`.

    Judged only where a share of active trials tells it: behind a ReLU, of neurons that are not means over positions.
    """
    kinds = list(zip(found.activations, found.summaries, strict=True))
    tells = np.array([kind == ("relu", "alone") for kind in kinds], dtype=bool)
    p = np.where(tells, _chance(1 - found.active_share, found, rules), np.nan)
    q = benjamini_hochberg(p)
    always = tells & (found.active_share == 1)
    few = _too_few(always, q, rules, told="active in every trial, but of too few to be called saturated")
    return Judgement(
        role="saturated",
        rule=f"Its ReLU is open in every trial, with q of at most {rules.fdr:g} if a share of {rules.least_share:g} of "
        "all trials closed it.",
        run=found.run,
        elements=tuple(element for element, told in zip(found.elements, tells, strict=True) if told),
        holds=(always & (q <= rules.fdr))[tells],
        value=found.active_share[tells],
        threshold=1.0,
        p=p[tells],
        q=q[tells],
        notes=(few, _untold(kinds, tells)),
    )


def _chance(share: FloatArray, found: ActivityEvidence, rules: RoleRules) -> FloatArray:
    """Give the chance of so small a share of the trials, or a smaller one, if that of all trials is `least_share`."""
    n_such = np.rint(share * found.n_trials)
    return np.asarray(stats.binom.cdf(n_such, found.n_trials, rules.least_share), dtype=np.float64)


def _too_few(extreme: BoolArray, q: FloatArray, rules: RoleRules, *, told: str) -> str | None:
    """Say how many neurons had too few trials, and how many are enough, whatever the others do."""
    n_short = int((extreme & (q > rules.fdr)).sum())
    if not n_short:
        return None
    level = rules.fdr * extreme.sum() / (~np.isnan(q)).sum()
    enough = math.ceil(math.log(level) / math.log1p(-rules.least_share))
    return f"{n_short} neurons were {told}: {enough} trials are enough"


def _untold(kinds: list[tuple[str, str]], tells: BoolArray) -> str | None:
    """Say of which neurons a share of active trials does not tell whether they are saturated."""
    others = sorted({f"{name} ({summary})" for (name, summary), told in zip(kinds, tells, strict=True) if not told})
    if not others:
        return None
    return (
        f"saturated is not judged of {', '.join(others)}: the share of active trials tells it behind relu (alone) only"
    )
