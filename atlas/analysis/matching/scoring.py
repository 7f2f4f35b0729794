"""Scores of all pairs of clusters, for the second side's clusters as they are and for any others of its neurons."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from atlas.analysis.matching.memberships import memberships
from atlas.analysis.matching.overlap import Overlap, share
from atlas.analysis.matching.profiles import CentredRows, Likeness
from atlas.analysis.matching.side import Side
from atlas.errors import BadParameter, EmptySelection, UnknownName
from atlas.records import FloatArray
from atlas.results.matching import MATCHED_BY, SIMILARITIES

_FEATURES = {"connectivity": "inputs and outputs", "effect": "classes", "information": "classes"}


class Scoring:
    """What clusters are compared by; `reasons` say why a profile is not known.

    Raises
    ------
    UnknownName, BadParameter
        `by` is none of MATCHED_BY, or asks for neurons where they are not the same.
    EmptySelection
        What `by` asks for is known of no pair.
    """

    def __init__(self, first: Side, second: Side, *, same_neurons: bool, by: str) -> None:
        self.by, self.sides = by, (first, second)
        self.shape = len(second.clusters), len(first.clusters)
        self.members = memberships(second.labels[None], len(second.clusters))  # of the second side, as they are
        self.overlap = Overlap(first, second) if same_neurons else None
        found = {name: _likeness(name, first, second) for name in SIMILARITIES}
        self.likeness = {name: value for name, value in found.items() if isinstance(value, Likeness)}
        self.reasons = {name: value for name, value in found.items() if isinstance(value, str)}
        _check(self)

    @property
    def averaged(self) -> tuple[Likeness, ...]:
        """Give the profiles that the score is the mean of: none where it goes by neurons."""
        return tuple(value for name, value in self.likeness.items() if self.by in (name, "all"))

    def similarity(self, name: str, members: sparse.csr_array) -> FloatArray:
        """Compare sets of the second side by one profile, shape (n_sets, n_first); NaN where it is not known."""
        if name in self.likeness:
            return self.likeness[name].of(members)
        return np.full((members.shape[0], self.shape[1]), np.nan)

    def scores(self, members: sparse.csr_array) -> FloatArray:
        """Score the clusters of one labelling or more, shape (n_labellings, n_first, n_second)."""
        if self.by == "neurons" and self.overlap is not None:
            scores = self.overlap.jaccard(members)
        else:
            known = np.stack([likeness.of(members) for likeness in self.averaged])
            scores = share(np.nansum(known, axis=0), np.isfinite(known).sum(axis=0))
        return scores.reshape(-1, *self.shape).swapaxes(1, 2)


def _likeness(name: str, first: Side, second: Side) -> Likeness | str:
    """Prepare what compares by one profile, or say why nothing does."""
    if why := _unknown(name, first, second) or _unlike(name, first, second):
        return why
    rows = [CentredRows.of(table) for table in _measured(name, first, second)]
    if rows[0].rows.shape[1] == 0:
        return f"no {_FEATURES[name]} were measured in both networks"
    members = [memberships(side.labels[None], len(side.clusters)) for side in (first, second)]
    for which, part, clusters in zip(("first", "second"), rows, members, strict=True):
        if not part.known.any():
            return f"of no neuron of the {which} partition are all {_FEATURES[name]} known"
        if np.isnan(part.norms(clusters)).all():
            return f"no cluster of the {which} partition differs from the mean of all"
    return Likeness(rows[0], members[0], rows[1])


def _unknown(name: str, first: Side, second: Side) -> str | None:
    """Say why nothing is known of one of both sides."""
    for which, side in (("first", first), ("second", second)):
        if name not in side.profiles or not np.isfinite(side.profiles[name][side.covered]).any():
            return side.reasons.get(name, f"nothing is known of the neurons of the {which} partition")
    return None


def _unlike(name: str, first: Side, second: Side) -> str | None:
    """Say if the features of two networks are not the same."""
    (n_inputs, n_outputs), (other_inputs, other_outputs) = first.ends, second.ends
    if name == "connectivity" and first.ends != second.ends:
        return f"the networks have {n_inputs} and {other_inputs} inputs, {n_outputs} and {other_outputs} outputs"
    counts = [side.profiles[name].shape[1] for side in (first, second)]
    return None if counts[0] == counts[1] else f"the networks have {counts[0]} and {counts[1]} {_FEATURES[name]}"


def _measured(name: str, first: Side, second: Side) -> list[FloatArray]:
    """Give the rows of both sides, without the features that one knows nothing of, such as classes without trials."""
    tables = [side.profiles[name][side.covered] for side in (first, second)]
    one, other = (np.isfinite(table).any(axis=0) for table in tables)
    return [table[:, one & other] for table in tables]


def _check(scoring: Scoring) -> None:
    if scoring.by not in MATCHED_BY:
        raise UnknownName("way to match clusters", scoring.by, MATCHED_BY)
    if scoring.by == "neurons":
        if scoring.overlap is None:
            raise BadParameter(
                "Clusters of different networks share no neurons, so they cannot be matched by 'neurons'. "
                f"Match them by one of {', '.join(MATCHED_BY[1:])}."
            )
        if not scoring.overlap.both.any():
            raise EmptySelection("The two partitions have no neuron in common. Compare partitions that share layers.")
    elif not scoring.averaged:
        asked = {name: why for name, why in scoring.reasons.items() if scoring.by in (name, "all")}
        reasons = "; ".join(f"by {name}: {why}" for name, why in asked.items())
        raise EmptySelection(
            f"The clusters cannot be matched {reasons}. Do what is missing, or match by something else."
        )
