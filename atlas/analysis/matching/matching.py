"""Which cluster of one partition is which of another, of the same neurons or of another network."""

from __future__ import annotations

import numpy as np

from atlas.analysis.matching.assigning import assigned
from atlas.analysis.matching.intervals import match_intervals
from atlas.analysis.matching.null import beside_null, null_matches
from atlas.analysis.matching.overlap import share
from atlas.analysis.matching.scoring import Scoring
from atlas.analysis.matching.side import Side
from atlas.analysis.seeds import check_draws, generator
from atlas.analysis.threads import one_thread
from atlas.errors import EmptySelection, ShapeError
from atlas.progress import Progress, silent
from atlas.records import FloatArray, IntArray
from atlas.results import MatchResult
from atlas.results.matching import SIMILARITIES

_SHUFFLES, _BOOTSTRAP = 1, 2  # streams of random numbers


def matching(
    first: Side,
    second: Side,
    *,
    same_neurons: bool,
    by: str | None = None,
    n_null: int = 199,
    n_bootstrap: int = 200,
    seed: int = 0,
    progress: Progress = silent,
) -> MatchResult:
    """Match the clusters of two partitions one to one.

    The profile of a cluster is the mean of its neurons' rows, less the mean over all covered neurons of its side; two
    profiles are compared by their cosine. It is NaN where a profile has no direction: nothing is known, or the cluster
    does not differ from the mean of all, as one that holds every neuron.

    Parameters
    ----------
    same_neurons
        Both partitions are of the same neurons, of one network or two checkpoints of it.
    by
        What the matching has the largest sum of: `neurons` (Jaccard's index; the default where they are the same), one
        of SIMILARITIES, or `all`, the mean of those that are known of the pair (the default of different networks).
    n_null
        How often the labels of `second` are shuffled among the covered neurons of a layer (where neurons are the same,
        apart for those that the first covers and does not) and everything, the matching too, is done again. Clusters
        keep their sizes and layers, so a match of what is in the same layers is none beyond chance. p is the upper
        tail, the observed counted; a shuffle in which a cluster finds no match has score 0.
    n_bootstrap
        How many draws of neurons give the 95 % intervals.
    seed
        Of shuffles and draws.

    Returns
    -------
    MatchResult
        z, p and q only of clusters with a match. In the family of q one without counts, as p = 1: that it has none was
        found on the same numbers.

    Raises
    ------
    UnknownName, BadParameter
        `by` is none of MATCHED_BY or cannot be of different networks; a number is negative.
    ShapeError
        `same_neurons`, and the layers of both sides differ.
    EmptySelection
        A partition covers no neuron, or nothing is known of what `by` asks for.

    References
    ----------
    Hennig (2007), Comput. Stat. Data Anal. 52, 258-271 (clusters matched by Jaccard's index); Kuhn (1955), Nav. Res.
    Logist. Q. 2, 83-97 (assignment); Phipson and Smyth (2010), Stat. Appl. Genet. Mol. Biol. 9, 39 (p).
    """
    check_draws(n_null=n_null, n_bootstrap=n_bootstrap)
    _check_sides(first, second, same_neurons=same_neurons)
    chosen = by if by is not None else "neurons" if same_neurons else "all"
    with one_thread():  # sums would depend on the number of threads
        scoring = Scoring(first, second, same_neurons=same_neurons, by=chosen)
        score = scoring.scores(scoring.members)[0]
        shuffling = generator(seed, _SHUFFLES)
        null = null_matches(scoring, _strata(scoring), n_null=n_null, draws=shuffling, progress=progress)
        drawing = [generator(seed, _BOOTSTRAP, place) for place in range(len(score))]
        low, high = match_intervals(scoring, score, n_draws=n_bootstrap, draws=drawing, progress=progress)
    return MatchResult(
        first=first.clusters,
        second=second.clusters,
        **_pairs(scoring),
        overlap_p=null.overlap_p,
        score=score,
        partner=assigned(score),
        low_score=low,
        high_score=high,
        **beside_null(score, null.scores),
        reasons=scoring.reasons,
        params={"by": chosen, "same_neurons": same_neurons, "n_null": n_null, "n_bootstrap": n_bootstrap, "seed": seed},
    )


def _check_sides(first: Side, second: Side, *, same_neurons: bool) -> None:
    if same_neurons and not np.array_equal(first.layer_of, second.layer_of):
        raise ShapeError(
            f"The two sides have {len(first.layer_of)} and {len(second.layer_of)} neurons, or other layers, so their "
            "neurons are not the same. Match the clusters of different networks by what is known of them."
        )
    for which, side in (("first", first), ("second", second)):
        if len(side.covered) == 0:
            raise EmptySelection(
                f"The {which} partition covers no neuron, or sets all apart. Choose one that groups some."
            )


def _strata(scoring: Scoring) -> IntArray:
    """Tell the covered neurons of the second side apart by layer, and by whether the first covers them, too."""
    second = scoring.sides[1]
    layers = second.layer_of[second.covered]
    if scoring.overlap is None:
        return layers
    return 2 * layers + scoring.overlap.both


def _pairs(scoring: Scoring) -> dict[str, FloatArray]:
    """Compare all pairs in all ways that there are, each of shape (n_first, n_second)."""
    found = {name: scoring.similarity(name, scoring.members).T for name in SIMILARITIES}
    overlap = scoring.overlap
    if overlap is None:
        unknown = np.full(scoring.shape, np.nan).T
        return {**found, **dict.fromkeys(("jaccard", "n_shared", "first_share", "second_share"), unknown)}
    shared = overlap.shared(scoring.members)
    return {
        **found,
        "jaccard": overlap.jaccard(scoring.members).T,
        "n_shared": shared.T,
        "first_share": share(shared, overlap.first_sizes).T,
        "second_share": share(shared, overlap.sizes(scoring.members)).T,
    }
