"""Populations of neurons whose loss is felt alike."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from atlas.analysis.populations.grouping import GroupingParams
from atlas.analysis.populations.profiles import LayerProfiles, is_constant, populations
from atlas.errors import EmptySelection
from atlas.progress import Progress, silent
from atlas.records import BoolArray
from atlas.results import LayerEffects, PopulationResult

N_STANDARD_ERRORS = 2


def populations_by_ablation(
    effects: Mapping[str, LayerEffects],
    *,
    max_groups: int = 20,
    n_null: int = 99,
    n_bootstrap: int = 1_000,
    seed: int = 0,
    progress: Progress = silent,
) -> PopulationResult:
    """Group the neurons of each layer by the accuracy that every class loses without them.

    Neurons without effect are a population of their own: those whose effect on no class exceeds two standard errors
    (`has_effect`). So are neurons that cost every class the same.

    Parameters
    ----------
    effects
        For each layer, from the input, what ablating each of its neurons does to every class. Classes without trials
        do not count.
    max_groups, n_null, n_bootstrap, seed
        As in `GroupingParams`; how neurons are grouped stands at `atlas.analysis.populations.grouping.group`.

    Raises
    ------
    EmptySelection
        There is no layer, or fewer than two classes have trials.
    BadParameter
        A parameter is out of range.
    """
    params = GroupingParams(max_groups=max_groups, n_null=n_null, n_bootstrap=n_bootstrap, seed=seed)
    if not effects:
        raise EmptySelection("There are no effects of neurons. Ablate the neurons of a layer first.")
    profiles = {layer: _profiles(found) for layer, found in effects.items()}
    return populations(profiles, params, by="ablation", stated={}, progress=progress)


def has_effect(effects: LayerEffects) -> BoolArray:
    """Tell which effects exceed two standard errors, shape (n_neurons, n_classes).

    The same trials are answered twice, so the standard error is that of the difference of two paired binomial shares:
    with b of n trials broken and r repaired, the effect is (b - r) / n and its variance (b + r - (b - r)^2 / n) / n^2.
    That of the class's accuracy alone is larger, as if the ablated network had been asked other trials, and 0 for a
    class that is always answered rightly. Without repaired trials, of many, four broken ones are an effect, three none.
    """
    lost = effects.n_broken - effects.n_repaired
    changed = effects.n_broken + effects.n_repaired
    has: BoolArray = lost**2 > N_STANDARD_ERRORS**2 * (changed - lost**2 / effects.n_trials)
    return has


def _profiles(effects: LayerEffects) -> LayerProfiles:
    some = effects.n_trials > 0
    if some.sum() < 2:
        raise EmptySelection(
            "The effects are of fewer than two classes with trials. They are compared over classes. "
            "Ablate with data of more classes."
        )
    known = LayerEffects(
        n_broken=effects.n_broken[:, some], n_repaired=effects.n_repaired[:, some], n_trials=effects.n_trials[some]
    )
    points = 100 * (known.n_broken - known.n_repaired) / known.n_trials
    without_effect = has_effect(known).sum(axis=1) == 0
    constant = is_constant(points, scale=np.abs(points).max(axis=1), rounding=float(np.finfo(np.float64).eps))
    return LayerProfiles(values=points, without_effect=without_effect, constant=constant & ~without_effect)
