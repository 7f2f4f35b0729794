"""Representational complexity of a joint distribution, exact."""

from __future__ import annotations

from atlas.analysis.information.complexity.minimum import minimum_complexity
from atlas.analysis.information.complexity.profile import Complexity, of_unions
from atlas.analysis.information.complexity.uniform import MOST_SOURCES, unions
from atlas.analysis.information.decomposition import Joint
from atlas.analysis.threads import one_thread
from atlas.errors import BadParameter, UnknownName
from atlas.results.synergy import DEFINITIONS


def complexity_of(joint: Joint, *, definition: str = "sx", with_bias: bool = False) -> Complexity:
    """Measure how many sources must be known together, in the mean over bits, for what they tell about the target.

    Parameters
    ----------
    joint
        Up to 6 sources, by `min` and `mmi` up to 16. Each distinct row of 5 takes some 5 us, of 6 some 5 ms.
    definition
        Of redundancy: `sx` (shared exclusions), `min` (I_min) or `mmi` (minimal mutual information).
    with_bias
        Estimate the bias of complexity by `sx`, too.

    Returns
    -------
    Complexity
        Nominally from 1 to n_sources, NaN where nothing is told. By `sx` bits of a degree can be negative and
        complexity so below 1; they are not clipped, for only then do they add up to the information. By `sx` a source
        that tells nothing but varies raises complexity (the exclusive or of two bits has 1.415, and so has one bit told
        by one of two sources), and more so the more states there are: compare at equal numbers of states.

    Raises
    ------
    UnknownName
        No definition has this name.
    BadParameter
        More than 6 sources, by `sx`.

    References
    ----------
    Ehrlich, Schneider, Priesemann, Wibral and Makkeh (2023), TMLR.

    Examples
    --------
    >>> either = Joint.of_trials([[0, 0, 1, 1], [0, 1, 0, 1]], [0, 1, 1, 0])  # exclusive or
    >>> round(complexity_of(either).complexity, 6), complexity_of(either, definition="mmi").complexity
    (1.415037, 2.0)
    """
    if definition not in DEFINITIONS:
        raise UnknownName("definition of redundancy", definition, DEFINITIONS)
    if definition != "sx":
        by_min, by_mmi = minimum_complexity(joint)
        return by_min if definition == "min" else by_mmi
    if joint.n_sources > MOST_SOURCES:
        raise BadParameter(
            f"There are {joint.n_sources} sources. Exact complexity by shared exclusions takes {MOST_SOURCES} at most. "
            "Estimate it with `clock_complexity`, for up to 16, or take a part of the sources."
        )
    with one_thread():  # more take many times longer over products this small, where others work beside
        return of_unions(unions(joint, with_bias=with_bias))
