"""Elements of which some have too few trials for their states: these get NaN and the reason."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from atlas.analysis.information.chance import MEASURED, LabelScale
from atlas.analysis.information.coverage import Coverage
from atlas.analysis.mapping import in_blocks
from atlas.analysis.statistics import q_by_target_kind
from atlas.errors import EmptySelection
from atlas.progress import Progress
from atlas.records import IntArray, Parameter
from atlas.results import InformationResult

ELEMENTS_AT_ONCE = 256  # measured on the same shuffles; bounds memory, changes no value


def measure_elements(
    elements: Mapping[str, IntArray | None],
    scale: LabelScale,
    *,
    params: Mapping[str, Parameter],
    step: str,
    progress: Progress,
) -> InformationResult:
    """Measure each element by its states, shape (n_trials,) from 0; None is an element without neurons.

    Where too few trials come on an occupied state in the mean, bits are NaN.
    """
    if not elements:
        raise EmptySelection("There is nothing to measure. Label information is told by neurons. Give some.")
    states = list(elements.values())
    covered = [scale.coverage(element) for element in states]
    columns = {name: np.full((len(states), len(scale.targets)), np.nan) for name in MEASURED}
    for block in in_blocks(range(len(states)), ELEMENTS_AT_ONCE):
        kept = {place: element for place in block if (element := states[place]) is not None and covered[place].reliable}
        for name, values in (scale.measure(list(kept.values())) if kept else {}).items():
            columns[name][list(kept)] = values
        progress(step, block[-1] + 1, len(states))
    n_states, trials_per_state, reliable = (np.array(values) for values in zip(*covered, strict=True))
    return InformationResult(
        kind="label",
        elements=tuple(elements),
        targets=scale.targets,
        **columns,
        q=q_by_target_kind(columns["p"]),
        n_states=n_states,
        trials_per_state=trials_per_state,
        reliable=reliable,
        reasons=tuple(map(_reason, covered)),
        n_trials=scale.n_trials,
        params=dict(params) | scale.for_run,
    )


def _reason(found: Coverage) -> str | None:
    if found.reliable:
        return None
    return "no_neurons" if found.n_states == 0 else "too_few_trials"
