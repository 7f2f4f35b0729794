"""Take apart what several sources tell about a target, into an atom for every antichain."""

from __future__ import annotations

import numpy as np

from atlas.analysis.information.decomposition.joint import Joint
from atlas.analysis.information.decomposition.lattice import degrees, smallest_sets, to_atoms, up_sets
from atlas.analysis.information.decomposition.minimum import least_mutual, least_specific
from atlas.analysis.information.decomposition.shared_exclusions import shared_exclusions
from atlas.errors import BadParameter, UnknownName
from atlas.records import FloatArray, IntArray
from atlas.results import Decomposition
from atlas.results.synergy import DEFINITIONS

MOST_SOURCES, MOST_EVER = 5, 6  # 7,579 atoms, and 7,828,352; seven sources have 2.4e12


def decompose(joint: Joint, *, definition: str = "sx", max_sources: int = MOST_SOURCES) -> Decomposition:
    """Take the information of all sources together about the target apart into atoms.

    Parameters
    ----------
    definition
        What several sets of sources tell alike: `sx` (shared exclusions), `min` (I_min of Williams and Beer) or `mmi`
        (minimal mutual information).
    max_sources
        5, or 6 for all 7,828,352 atoms of six sources: 1 GB, some 20 CPU s, and 0.2 more for each distinct row.

    Returns
    -------
    Decomposition
        Counted, so biased when trials are few. Atoms by `sx` can be negative; they are left so, because only then do
        they add up to the mutual information. All are zero where the target has one state.

    Raises
    ------
    BadParameter
        There are more sources than `max_sources`.
    UnknownName
        No definition has this name.

    Examples
    --------
    >>> both = Joint.of_trials([[0, 0, 1, 1], [0, 1, 0, 1]], [0, 1, 1, 0])  # exclusive or
    >>> [(row.atom, row.bits) for row in decompose(both, definition="mmi").to_frame().itertuples()]
    [('{0,1}', 1.0), ('{0}', 0.0), ('{1}', 0.0), ('{0}{1}', 0.0)]
    """
    _check(joint, definition, max_sources)
    words = up_sets(joint.n_sources)
    values = _redundancies(joint, words, definition)
    atoms = to_atoms(values, joint.n_sources)
    return Decomposition(
        definition=definition,
        n_sources=joint.n_sources,
        antichain_words=smallest_sets(words, joint.n_sources),
        bits=atoms[0],
        informative_bits=atoms[1],
        misinformative_bits=atoms[2],
        redundancy_bits=values[0],
        degrees=degrees(words, joint.n_sources),
    )


def _redundancies(joint: Joint, words: IntArray, definition: str) -> FloatArray:
    """Measure redundancy, its informative and its misinformative part, shape (3, n_words); parts of `sx` only."""
    if definition == "sx":
        informative, misinformative = shared_exclusions(joint, words)
        return np.stack([informative - misinformative, informative, misinformative])
    redundancy = {"min": least_specific, "mmi": least_mutual}[definition](joint, words)
    return np.vstack([redundancy, np.full((2, len(words)), np.nan)])


def _check(joint: Joint, definition: str, max_sources: int) -> None:
    if definition not in DEFINITIONS:
        raise UnknownName("definition of redundancy", definition, DEFINITIONS)
    if joint.n_sources > MOST_EVER:
        raise BadParameter(
            f"There are {joint.n_sources} sources. More than {MOST_EVER} have too many atoms to list. "
            "Measure their representational complexity, which needs no atoms, or take a part of them."
        )
    if joint.n_sources > max_sources:
        raise BadParameter(
            f"There are {joint.n_sources} sources, max_sources is {max_sources}. Six have 7,828,352 atoms, which "
            "take 1 GB and some 20 CPU s, and 0.2 more for each row. Give max_sources=6, or measure complexity instead."
        )
