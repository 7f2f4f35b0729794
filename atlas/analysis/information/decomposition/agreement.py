"""How much mass agrees with a row in exactly which sources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from atlas.analysis.information.decomposition.joint import Joint
from atlas.analysis.information.decomposition.numbering import added, numbered
from atlas.records import FloatArray, IntArray


class Agreement(NamedTuple):
    """Mass that agrees with a row in exactly the sources of a set, and in no other.

    Sets are bits: source j is bit j of the first axis. Every column adds up to what there is: all mass, or that of the
    row's target.
    """

    of_sources: FloatArray  # with each source row, whatever the target, shape (2**n_sources, n_source_rows)
    of_rows: FloatArray  # with each row, among rows of its target, shape (2**n_sources, n_rows)


def agreement(joint: Joint) -> Agreement:
    """Add up the mass that agrees with every row, by the sources it agrees in.

    Counts are grouped by every set of sources, in time 2**n_sources times the rows; what agrees at least in a set
    becomes what agrees in exactly the set by differences, which are exact for counts. They would not be for
    probabilities, whose rows are compared one by one.
    """
    if not joint.counted:
        same, other = agreement_of_rows(joint, np.arange(len(joint.mass)))
        some = np.empty(joint.source_rows.shape[1], dtype=np.int64)
        some[joint.source_row] = np.arange(len(joint.mass))
        return Agreement(of_sources=(same + other)[some].T, of_rows=same.T)
    found = Agreement(
        of_sources=np.empty((2**joint.n_sources, len(joint.source_mass))),
        of_rows=np.empty((2**joint.n_sources, len(joint.mass))),
    )
    for sources, of_sources, of_rows in group_masses(joint):
        found.of_sources[sources], found.of_rows[sources] = of_sources, of_rows
    _exactly(found.of_sources)
    _exactly(found.of_rows)
    return found


def group_masses(joint: Joint) -> Iterator[tuple[int, FloatArray, FloatArray]]:
    """Give, for every set of sources, the mass that agrees with every row at least in the set.

    Yields the set as bits, the mass whatever the target, shape (n_source_rows,), and that of the row's target, shape
    (n_rows,).
    """
    for sources, groups, n_groups in joint.groupings():
        codes = groups[joint.source_row] * joint.n_targets + joint.target
        cells, _ = numbered(codes, n_groups * joint.n_targets)
        of_sources = added(groups, joint.source_mass)[groups]
        yield sources, of_sources, added(cells, joint.mass)[cells]


def agreement_of_rows(joint: Joint, rows: IntArray) -> tuple[FloatArray, FloatArray]:
    """Add up the mass that agrees with some rows, apart for rows of the same target and of other targets.

    Compares with every row of the joint, so it suits few rows or many sources.

    Returns
    -------
    tuple[FloatArray, FloatArray]
        Of the same target (the row itself among them), and of others; shape (len(rows), 2**n_sources) each.
    """
    n_sets = 2**joint.n_sources
    found = np.empty((len(rows), 2, n_sets))
    for place, row in enumerate(rows):
        alike = joint.source_rows == joint.source_rows[:, [joint.source_row[row]]]
        sets = (1 << np.arange(joint.n_sources)) @ alike
        codes = sets[joint.source_row] + n_sets * (joint.target != joint.target[row])
        found[place] = np.bincount(codes, weights=joint.mass, minlength=2 * n_sets).reshape(2, n_sets)
    return found[:, 0], found[:, 1]


def _exactly(at_least: FloatArray) -> None:
    """Turn what agrees at least in a set into what agrees in exactly the set, in place: superset Moebius."""
    n_sets, n_rows = at_least.shape
    for j in range(n_sets.bit_length() - 1):
        pairs = at_least.reshape(-1, 2, 2**j, n_rows)
        pairs[:, 0] -= pairs[:, 1]
