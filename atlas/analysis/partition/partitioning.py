"""Partition a graph by a method, and tell how good, how stable and how far beyond chance the partition is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TypeVar

from atlas.analysis.graph import NeuronGraph
from atlas.analysis.graph.shuffles import NULLS, shuffled
from atlas.analysis.mapping import Arrays, Mapper, one_by_one
from atlas.analysis.partition.imported import Imported
from atlas.analysis.partition.isolated import check_strengths, is_joined, with_isolated
from atlas.analysis.partition.method import Method, restricted
from atlas.analysis.partition.numbering import numbered_by_size
from atlas.analysis.partition.scoring import Scoring, part_scores, whole_scores
from atlas.analysis.partition.strengths import Strengths
from atlas.analysis.seeds import check_draws, generator
from atlas.errors import UnknownName
from atlas.progress import Progress, silent
from atlas.records import IntArray
from atlas.results import PartitionResult

_Found = TypeVar("_Found")
_SHUFFLES = 1  # stream of random numbers


def partition(
    graph: NeuronGraph,
    method: Method,
    *,
    seed: int = 0,
    shuffle: str = "layer",
    n_null: int = 20,
    n_seeds: int = 10,
    mapper: Mapper = one_by_one,
    progress: Progress = silent,
) -> PartitionResult:
    """Put every neuron in a cluster, and score the partition, its clusters and links, and each neuron's place.

    Neurons without any strength are set apart in one cluster, the last; no score counts them. Modularity is taken at
    resolution 1, whatever the method went by.

    Parameters
    ----------
    graph
        Strengths between neurons, none of them negative.
    method
        What finds the clusters.
    seed
        Of the method and of the null; the other seeds tried are the `n_seeds` that follow it.
    shuffle
        What shuffles keep: see `atlas.analysis.graph.shuffles`. All but `degree` also even out how strong neurons are.
    n_null
        How many shuffles. Scores of the partition stand beside those of the method on the shuffled strengths, run anew;
        scores of clusters, links and neurons beside those of the same clusters on them. p counts the observed one;
        it is the upper tail, of `n_cut` and `conductance` the lower, of links both. 0: no null, so NaN, and no roles.
    n_seeds
        How many other seeds tell how stable the partition is: the mean over all pairs of seeds, beside one pair for
        each shuffle. 0: NaN; so it is of imported clusters, which no seed changes.
    mapper
        Who works at seeds and shuffles; the numbers do not depend on it.

    Returns
    -------
    PartitionResult
        `links` is None beyond 256 clusters. A null score that is undefined does not count. Where the method chooses how
        many clusters there are, it finds another number in shuffles, and n-cut and internal share go with the number:
        compare them between partitions of equally many clusters, or by the scores of clusters.

    Raises
    ------
    EmptySelection
        No two neurons are joined.
    BadParameter
        Strengths are NaN, infinite or negative; a number or the seed is negative.
    UnknownName
        There is no such shuffle.
    AnalysisError, InputError
        The method cannot partition the graph.

    References
    ----------
    Filan et al. (2021), arXiv 2103.03386, for the null; roles and scores name theirs.
    """
    check_draws(n_null=n_null, n_seeds=n_seeds)
    generator(seed)  # refuses a negative one
    if shuffle not in NULLS:
        raise UnknownName("shuffle", shuffle, NULLS)
    check_strengths(graph)
    joined = is_joined(graph)
    rest, method_of_rest = graph.restrict(joined), restricted(method, joined)
    n_others = 0 if isinstance(method, Imported) else n_seeds
    ticks = _Ticks(progress, 1 + n_others + n_null)
    labels, *others = ticks.over(
        found["labels"]
        for found in mapper(partial(_labels, graph=rest, method=method_of_rest), range(seed, seed + 1 + n_others))
    )
    scoring = Scoring(rest, labels, others)
    draw = partial(
        _draw, graph=rest, method=method_of_rest, labels=labels, seed=seed, shuffle=shuffle, twice=n_others > 0
    )
    for drawn in ticks.over(mapper(draw, range(n_null))):
        scoring.add(drawn)
    result = PartitionResult(
        method=method.name,
        graph=graph.kind if graph.beside is None else "both",
        layers=graph.layers,
        sizes=rest.sizes,
        labels=labels,
        set_apart=(None,) * (int(labels.max()) + 1),
        scores=scoring.partition(),
        clusters=scoring.clusters(),
        neurons=scoring.neurons(),
        links=scoring.links(),
        params={
            **method.params,
            "seed": seed,
            "shuffle": shuffle,
            "n_null": n_null,
            "n_seeds": n_seeds,
            "layers": ",".join(graph.layers),
        },
    )
    return with_isolated(result, joined, graph.sizes)


def _labels(seed: int, *, graph: NeuronGraph, method: Method) -> Arrays:
    return {"labels": numbered_by_size(method.labels(graph, seed))}


def _draw(
    draw: int, *, graph: NeuronGraph, method: Method, labels: IntArray, seed: int, shuffle: str, twice: bool
) -> Arrays:
    """Score the method, and the same clusters, on one shuffle; `twice` runs the method with a second seed, too."""
    chance = shuffled(graph, shuffle, generator(seed, _SHUFFLES, draw))
    joined = is_joined(chance)
    rest, method_of_rest = chance.restrict(joined), restricted(method, joined)
    anew, *other = (_labels(one, graph=rest, method=method_of_rest)["labels"] for one in (seed, seed + 1)[: 1 + twice])
    return {
        **whole_scores(rest, Strengths.of(rest, anew), other),
        **part_scores(chance, Strengths.of(chance, labels)),
    }


class _Ticks:
    """Tell the progress of several sweeps as one."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._done, self._total = progress, 0, total

    def over(self, found: Iterable[_Found]) -> Iterator[_Found]:
        """Pass on what comes, and count it."""
        for one in found:
            self._done += 1
            self._progress("partition", self._done, self._total)
            yield one
