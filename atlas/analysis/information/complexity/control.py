"""What complexity is measured of beside the trials: shuffled labels, halves of the trials, one neuron made noise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from atlas.analysis.information.complexity.estimating import Estimator
from atlas.analysis.information.complexity.exact import complexity_of
from atlas.analysis.information.complexity.minimum import minimum_complexity
from atlas.analysis.information.complexity.subsampling import mean_known
from atlas.analysis.information.decomposition import Joint
from atlas.analysis.mapping import Arrays
from atlas.analysis.seeds import generator
from atlas.analysis.threads import one_thread
from atlas.records import FloatArray, IntArray

OBSERVED, NULL, HALF, NOISE = 0, 33, 34, 35  # also streams of random numbers
CELLS_OF_MINIMUM = 1 << 28  # sets of sources times distinct rows: more take longer than some 15 s


class Block(NamedTuple):
    """Some measurements of one element, of one kind."""

    estimator: Estimator
    states: IntArray  # shape (n_neurons, n_trials)
    kind: int
    numbers: Sequence[int]  # of the draws


def measured(labels: IntArray, seed: int, block: Block) -> Arrays:
    """Measure a block; it can be pickled, and needs nothing of other blocks.

    Returns
    -------
    Arrays
        One row for each number: bits, complexity, standard_error, bias, min, mmi, fine; shape (n_numbers,); and
        degrees, shape (n_numbers, 3, n_degrees). From bias on they are of what is observed alone, else NaN.
    """
    with one_thread():
        rows = [_measured(labels, seed, block, number) for number in block.numbers]
    return {name: np.stack([row[name] for row in rows]) for name in rows[0]}


def _measured(labels: IntArray, seed: int, block: Block, number: int) -> Arrays:
    estimator, n_sources = block.estimator, len(block.states)
    random = generator(seed, block.kind, number)
    joints = list(_joints(labels, block, number, random))
    clock_seed = int(random.integers(2**62))
    is_observed = block.kind == OBSERVED
    measure = partial(estimator.measure, n_sources=n_sources) if is_observed else estimator.measure_again
    found = measure(joints, seed=clock_seed)
    numbers = {
        "bits": found.bits,
        "complexity": found.complexity,
        "standard_error": found.standard_error,
        "bias": found.bias_complexity,
        **(_beside(block, labels, joints) if is_observed else dict.fromkeys(("min", "mmi", "fine"), np.nan)),
    }
    degrees = np.array([found.degree_bits, found.informative_degree_bits, found.misinformative_degree_bits])
    return {name: np.array(value) for name, value in numbers.items()} | {"degrees": degrees}


def _joints(labels: IntArray, block: Block, number: int, random: np.random.Generator) -> Iterator[Joint]:
    """Count the trials of each part, as they are or changed; all parts are changed alike."""
    trials, shown = np.arange(len(labels)), labels
    if block.kind == NULL:
        shown = random.permutation(labels)
    elif block.kind == HALF:
        trials = np.sort(random.choice(len(labels), len(labels) // 2, replace=False))
    order = random.permutation(len(labels)) if block.kind == NOISE else None
    for part in block.estimator.parts(len(block.states)):
        states = block.states[np.ix_(part, trials)]
        if order is not None:
            noisy = number % len(part)
            states[noisy] = states[noisy, order]
        yield block.estimator.joint(states, shown[trials])


def _beside(block: Block, labels: IntArray, joints: Sequence[Joint]) -> dict[str, float | FloatArray]:
    """Measure complexity by the other definitions, and that of the single neurons of groups where it is quick."""
    by = [minimum_complexity(joint) for joint in joints if _is_cheap(joint)]
    values = np.array([[by_min.complexity, by_mmi.complexity] for by_min, by_mmi in by]).reshape(-1, 2)
    is_coarse = block.estimator.name == "coarse" and len(block.states) <= 5
    fine = complexity_of(Joint.of_trials(block.states, labels)).complexity if is_coarse else np.nan
    return {"min": mean_known(values[:, 0]), "mmi": mean_known(values[:, 1]), "fine": fine}


def _is_cheap(joint: Joint) -> bool:
    return bool(2**joint.n_sources * len(joint.mass) <= CELLS_OF_MINIMUM)
