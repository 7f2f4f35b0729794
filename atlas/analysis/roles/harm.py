"""The role of neurons that serve one class: specialist."""

from __future__ import annotations

import numpy as np

from atlas.analysis.roles.judgement import Judgement
from atlas.analysis.roles.rules import RoleRules
from atlas.results.roles import HarmEvidence


def specialist(found: HarmEvidence, rules: RoleRules) -> Judgement:
    """Judge whose ablation harms one class, by the rule of the question `class_specialists`.

    Selectivity is the share of the points lost, summed over the classes that lose, on the class that loses most; of
    classes that lose alike it is the first. p and q are of the effect on that class, q among all neurons and classes.
    """
    if not found.targets:
        return _nobody(found, rules)
    worst = np.argmax(np.where(np.isnan(found.points), -np.inf, found.points), axis=1)
    most, p, q = (values[np.arange(len(worst)), worst] for values in (found.points, found.p, found.q))
    harm = np.where(found.points > 0, found.points, 0.0).sum(axis=1)
    selectivity = np.full(harm.shape, np.nan)
    np.divide(most, harm, out=selectivity, where=harm > 0)
    return Judgement(
        role="specialist",
        rule=_rule(rules),
        run=found.run,
        elements=found.elements,
        holds=(harm > 0) & (most >= rules.min_selectivity * harm) & (q <= rules.fdr),
        value=selectivity,
        threshold=rules.min_selectivity,
        p=p,
        q=q,
        targets=tuple(found.targets[place] for place in worst.tolist()),
    )


def _rule(rules: RoleRules) -> str:
    return (
        f"Ablating it costs one class accuracy, with q of at most {rules.fdr:g}, and at least a share of "
        f"{rules.min_selectivity:g} of what all classes lose."
    )


def _nobody(found: HarmEvidence, rules: RoleRules) -> Judgement:
    """Judge no neuron, where effects are not of classes."""
    nothing = np.zeros(0)
    return Judgement(
        role="specialist",
        rule=_rule(rules),
        run=found.run,
        elements=(),
        holds=np.zeros(0, dtype=bool),
        value=nothing,
        threshold=rules.min_selectivity,
        p=nothing,
        q=nothing,
        notes=(f"{found.run} measured no accuracy of classes, so it tells no specialists",),
    )
