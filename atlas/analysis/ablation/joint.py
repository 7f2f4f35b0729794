"""What two elements of a sweep cost together beyond what each costs alone: every pair of them is ablated."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from atlas.analysis.ablation.interaction import interval, sign_flip_p, standardised, trials_by_value
from atlas.analysis.ablation.sweep import Sweep
from atlas.analysis.ablation.targets import targets_of, with_all
from atlas.analysis.mapping import Arrays, Mapper
from atlas.analysis.statistics import benjamini_hochberg
from atlas.progress import Progress
from atlas.records import IntArray, Parameter
from atlas.results import PairResult

PAIRS_AT_ONCE = 128  # never depends on the number of workers, so that results do not
BROKEN, REPAIRED = 1, -1  # what ablation does to a trial's answer; 0: it stays right, or wrong
Alone = NDArray[np.int8]  # of each element alone, shape (n_elements, n_trials)


def joint_effects(
    sweep: Sweep, places: IntArray, *, params: Mapping[str, Parameter], mapper: Mapper, progress: Progress
) -> PairResult:
    """Ablate every element, and pairs of them by their places in the sweep, shape (n_pairs, 2)."""
    alone = _alone(sweep)
    counted = _count(sweep, alone, places, mapper, partial(progress, f"ablate pairs ({params['method']})"))
    return _result(sweep, alone, places, counted, params)


def _alone(sweep: Sweep) -> Alone:
    """Ablate each element alone."""
    alone = np.zeros((len(sweep.elements), len(sweep.right)), dtype=np.int8)
    for place in range(len(sweep.elements)):
        trials = sweep.flips([place]).trials
        alone[place, trials] = np.where(sweep.right[trials], BROKEN, REPAIRED)
    return alone


def _count(
    sweep: Sweep, alone: Alone, places: IntArray, mapper: Mapper, progress: partial[None]
) -> dict[str, IntArray]:
    """Count flipped answers of every pair, block by block."""
    blocks = [places[first : first + PAIRS_AT_ONCE] for first in range(0, len(places), PAIRS_AT_ONCE)]
    found: list[Arrays] = []
    for block in mapper(partial(_flipped, sweep, alone), blocks):
        found.append(block)
        progress(min(len(found) * PAIRS_AT_ONCE, len(places)), len(places))
    return {name: np.concatenate([block[name] for block in found]) for name in found[0]}


def _flipped(sweep: Sweep, alone: Alone, places: IntArray) -> Arrays:
    """Run some pairs. `together` counts flips over all classes as `trials_by_value` takes them."""
    n_classes = sweep.network.data.n_classes
    kinds = 6 * sweep.network.data.labels + 3 * ~sweep.right  # class, and whether the answer breaks or is repaired
    counts = np.zeros((len(places), 6 * n_classes), dtype=np.int32)
    n_near_ties = np.zeros(len(places), dtype=np.int32)
    for row, (i, k) in enumerate(places.tolist()):
        trials, n_near_ties[row] = sweep.flips((i, k))
        n_alone = np.abs(alone[i, trials] + alone[k, trials])
        counts[row] = np.bincount(kinds[trials] + n_alone, minlength=6 * n_classes)
    by_kind = counts.reshape(len(places), n_classes, 2, 3)
    return {
        "n_broken": by_kind[:, :, 0].sum(axis=2, dtype=np.int32),
        "n_repaired": by_kind[:, :, 1].sum(axis=2, dtype=np.int32),
        "n_redundant": by_kind[:, :, 0, 0],
        "together": by_kind.sum(axis=1, dtype=np.int32),
        "n_near_ties": n_near_ties,
    }


def _result(
    sweep: Sweep, alone: Alone, places: IntArray, counted: dict[str, IntArray], params: Mapping[str, Parameter]
) -> PairResult:
    data = sweep.network.data
    first, second = places.T
    both = np.column_stack([_by_both(alone == flip, places) for flip in (BROKEN, REPAIRED)])
    single = np.column_stack([(alone == flip).sum(axis=1) for flip in (BROKEN, REPAIRED)])
    values = trials_by_value(counted["together"].astype(np.int64), single[first], single[second], both)
    low, high = interval(values, len(data.labels))
    p = sign_flip_p(values)
    return PairResult(
        method=str(params["method"]),
        elements=sweep.elements,
        targets=targets_of(data.n_classes),
        first=first,
        second=second,
        n_trials=with_all(np.bincount(data.labels, minlength=data.n_classes)),
        n_right=with_all(np.bincount(data.labels[sweep.right], minlength=data.n_classes)),
        single_broken=_by_class(alone == BROKEN, data.labels, data.n_classes),
        single_repaired=_by_class(alone == REPAIRED, data.labels, data.n_classes),
        n_broken=with_all(counted["n_broken"]),
        n_repaired=with_all(counted["n_repaired"]),
        n_redundant=with_all(counted["n_redundant"]),
        n_near_ties=counted["n_near_ties"],
        low_interaction=100 * low,
        high_interaction=100 * high,
        z=standardised(values),
        p=p,
        q=benjamini_hochberg(p),
        conditional=None,
        params=dict(params),
    )


def _by_both(flipped: NDArray[np.bool_], places: IntArray) -> IntArray:
    """Count the trials that each element of a pair flips alone, shape (n_pairs,)."""
    rows: Any = sparse.csr_array(flipped, dtype=np.int32)
    shared: IntArray = (rows @ rows.T).toarray()[places[:, 0], places[:, 1]]
    return shared


def _by_class(flipped: NDArray[np.bool_], labels: IntArray, n_classes: int) -> IntArray:
    return with_all(np.stack([np.bincount(labels[row], minlength=n_classes) for row in flipped]))
