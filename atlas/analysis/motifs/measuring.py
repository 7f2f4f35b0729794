"""Motifs of a network beside those of wirings by chance."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from atlas.analysis.mapping import Arrays, Mapper, in_blocks, one_by_one
from atlas.analysis.motifs.counting import Row, counts
from atlas.analysis.motifs.rewiring import rewired
from atlas.analysis.motifs.wiring import Wiring, strongest
from atlas.analysis.seeds import check_draws, generator
from atlas.analysis.statistics import against_null, benjamini_hochberg, two_sided_p
from atlas.progress import Progress, silent
from atlas.records import FloatArray, NetworkRecord
from atlas.results import MotifResult, Scored
from atlas.results.motifs import MOTIFS

DRAWS_AT_ONCE = 8
_CENTRE, _DRAW = 1, 2  # what random numbers are for


def motifs(
    record: NetworkRecord,
    *,
    n_strongest: int = 10,
    n_null: int = 99,
    seed: int = 0,
    mapper: Mapper = one_by_one,
    progress: Progress = silent,
) -> MotifResult:
    """Count small wiring patterns among the strongest weights, beside wirings by chance with the same degrees.

    In a trained network nearly all neurons are joined, so only the strongest weights into every neuron are looked at.
    Counted are, between two layers: the bifan (two sources with the same two targets); the diamond, or bi-parallel (two
    routes of two weights between the same two neurons), coherent where both routes have the same product of signs;
    chains of two weights by their product of signs; and where weights skip a layer the feed-forward loop (a route and a
    weight between the same two neurons), coherent where both have the same sign. A route may lead through any layer
    between. What numbers of weights fix alone is left out: two targets of one source, two sources of one target, chains
    of any sign. Patterns with signs are left out where a block has weights without.

    Parameters
    ----------
    n_strongest
        How many incoming weights of every neuron, over all earlier layers, are looked at; fewer where it has fewer.
    n_null
        Wirings by chance: in every block of weights each neuron keeps its number of weights, and signs are shuffled.
    seed
        Of the wirings by chance.
    mapper
        Who does the work; the numbers do not depend on it.

    Returns
    -------
    MotifResult
        Counts are exact. p is exact, too: observed and chance wirings are drawn alike from one wiring that was itself
        drawn from the observed one. It is 1, and q NaN, for what does not vary by chance, as in a block of which every
        weight is looked at.

    Raises
    ------
    BadParameter, NonFiniteWeights, EmptySelection
        `n_strongest` is below 1 or `n_null` below 0; strengths are NaN; nothing leads from layer to layer.

    References
    ----------
    Milo et al. (2002), Science 298, 824; Mangan and Alon (2003), PNAS 100, 11980 (coherent and incoherent);
    Besag and Clifford (1989), Biometrika 76, 633 (exact p by a common centre).
    """
    check_draws(n_null=n_null)
    wirings = strongest(record, n_strongest)
    observed = counts(wirings)
    rows = sorted(observed, key=lambda row: (*row[1:], MOTIFS.index(row[0])))
    null = _null(wirings, rows, n_null, seed, mapper=mapper, progress=progress)
    names = [layer.name for layer in sorted(record.layers, key=lambda layer: layer.number)]
    scored, q = _scored(np.array([observed[row] for row in rows]), null)
    return MotifResult(
        motifs=tuple(motif for motif, _, _ in rows),
        first_layers=tuple(names[first] for _, first, _ in rows),
        last_layers=tuple(names[last] for _, _, last in rows),
        count=scored,
        q=q,
        params={"n_strongest": n_strongest, "n_null": n_null, "seed": seed},
    )


def _null(
    wirings: Sequence[Wiring], rows: Sequence[Row], n_null: int, seed: int, *, mapper: Mapper, progress: Progress
) -> FloatArray:
    """Count in wirings by chance, shape (n_null, n_rows)."""
    draws = generator(seed, _CENTRE)
    centre = [rewired(wiring, draws) for wiring in wirings]
    found = [np.empty((0, len(rows)))]
    done = 0
    for block in mapper(partial(_drawn, centre, rows, seed), in_blocks(range(n_null), DRAWS_AT_ONCE)):
        found.append(block["counts"])
        done += len(block["counts"])
        progress("count motifs by chance", done, n_null)
    return np.concatenate(found)


def _drawn(centre: Sequence[Wiring], rows: Sequence[Row], seed: int, numbers: Sequence[int]) -> Arrays:
    found = np.empty((len(numbers), len(rows)))
    for place, number in enumerate(numbers):
        draws = generator(seed, _DRAW, number)
        drawn = counts([rewired(wiring, draws) for wiring in centre])
        found[place] = [drawn[row] for row in rows]
    return {"counts": found}


def _scored(observed: FloatArray, null: FloatArray) -> tuple[Scored, FloatArray]:
    """Place counts among those by chance; the family of q are those that vary."""
    beside = against_null(observed, null)
    p = two_sided_p(observed, null)
    varies = (null != observed).any(axis=0)
    scored = Scored(value=observed, null_mean=beside.mean, null_sd=beside.sd, z=beside.z, p=p)
    return scored, benjamini_hochberg(np.where(varies, p, np.nan))
