"""How much of what inputs tell about answers passes the neurons, layers and clusters of a network, in bits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import count

import numpy as np

from atlas.analysis.ablation.answers import Members
from atlas.analysis.information.coverage import TRIALS_PER_STATE
from atlas.analysis.information.relay.checking import answered_of, check_clusters, check_states
from atlas.analysis.information.relay.counting import told_bits
from atlas.analysis.information.relay.patterns import Patterns
from atlas.analysis.information.relay.scopes import Draws, covered_rows, measure, scope_of
from atlas.analysis.information.relay.steps import Search, steps_of
from atlas.analysis.information.relay.table import Table
from atlas.analysis.information.states import joint_states
from atlas.analysis.mapping import Arrays, Block, Mapper, one_by_one
from atlas.keys import layer_key, neuron_key
from atlas.progress import Progress, silent
from atlas.records import FloatArray, IntArray
from atlas.results import RelayResult


def relay_of_neurons(
    states: Mapping[str, IntArray],
    inputs: IntArray,
    outputs: IntArray,
    n_classes: int,
    *,
    network: str,
    direction: str | None = None,
    search: str = "greedy",
    beam: int = 64,
    min_trials: float = TRIALS_PER_STATE,
    n_null: int = 200,
    n_searches: int = 20,
    n_subsamples: int = 200,
    seed: int = 0,
    knock_outs: FloatArray | None = None,
    mapper: Mapper = one_by_one,
    progress: Progress = silent,
) -> RelayResult:
    """Measure the relay information of every neuron in its layer, and of every layer.

    With X the class shown and Z the class answered, a layer Y relays I(X;Z) - I(X;Z|Y). Of a neuron, `bits` are what
    only it relays: I(X;Z|rest of Y) - I(X;Z|Y), which is 0 for each of two copies. `alone_bits` are what it relays with
    the rest left out, I(X;Z) - I(X;Z|neuron), 0 for each half of an encrypted pair. Both can be below 0.

    Parameters
    ----------
    states
        Discretised activations of hidden layers, from 0, each of shape (n_neurons, n_trials).
    inputs, outputs
        Class shown and class answered in every trial, shape (n_trials,); `NO_ANSWER` is an answer of its own.
    direction
        `shrink` or `grow` the sets of relays; None shrinks layers of up to 20 neurons that trials cover, and grows
        in others.
    search, beam
        `greedy`, `beam` (so many sets are kept at each step) or `exact` (up to 22 neurons).
    min_trials
        Where the trials per occupied joint state of a layer are fewer, `bits` of the layer and of its neurons are NaN,
        and so are steps whose sets are not covered. What a neuron relays alone, and what it tells about input and
        output, stands where its own states are covered.
    n_null
        How many shuffles give `null_bits`, z and p, and show what few trials alone make of `bits`. A neuron's states
        are shuffled over the trials of each joint state of the rest: by chance it has no part in what the rest leaves.
        The rows of a layer, and a neuron's states for `alone_p`, are shuffled over all trials: by chance they have no
        part in the answer.
    n_searches
        On how many shuffles of the layer's rows over all trials the whole search is repeated, for `step_null_bits`.
    n_subsamples
        How many halves of the trials give intervals.
    knock_outs
        What the network loses without each element, from `knock_outs`: neurons, layer after layer, then the layers.
    mapper
        Who does the work; the numbers do not depend on it.

    Returns
    -------
    RelayResult
        Elements are the neurons, layer after layer, then the layers. `step` is the step after which the neuron stays
        out (shrink) or in (grow); NaN if there is none, or the set then is not covered.

    Raises
    ------
    ShapeError, EmptySelection, BadParameter, UnknownName
        Numbers of trials differ; no layers or neurons; trials of one class; no such search or direction; too many
        neurons for an exact search.

    References
    ----------
    Hintze and Adami (2023), Entropy 25(3), 401, eq. 3.
    """
    trials = answered_of(inputs, outputs, n_classes)
    check_states(states, len(trials))
    telling = _telling(mapper, partial(progress, "measure relays"))
    draws = Draws(n_null=n_null, n_subsamples=n_subsamples, min_trials=min_trials, seed=seed, mapper=telling)
    how = Search(direction=direction, search=search, beam=beam, n_searches=n_searches)
    how.check({layer: len(values) for layer, values in states.items()})
    neurons = [neuron_key(network, layer, number) for layer in states for number in range(len(states[layer]))]
    table = Table([*neurons, *(layer_key(network, layer) for layer in states)], trials)
    table.put_knock_outs(knock_outs)
    first = 0
    for place, values in enumerate(states.values()):
        rows = np.arange(first, first + len(values))
        _measure_layer(table, values, np.append(rows, len(neurons) + place), draws, how)
        first += len(values)
    params = how.params | draws.params
    families = [np.arange(first), np.arange(first, len(table.elements))]
    return table.result(families, params)


def relay_of_clusters(
    members: Mapping[str, Members],
    states: Mapping[str, IntArray],
    inputs: IntArray,
    outputs: IntArray,
    n_classes: int,
    *,
    min_trials: float = TRIALS_PER_STATE,
    n_null: int = 200,
    n_subsamples: int = 200,
    seed: int = 0,
    knock_outs: FloatArray | None = None,
    mapper: Mapper = one_by_one,
    progress: Progress = silent,
) -> RelayResult:
    """Measure the relay information of clusters, in the layers each lies in.

    Parameters
    ----------
    members
        Key of each cluster, with the numbers of its neurons in every layer.
    states
        Of all neurons of these layers: those outside a cluster are the rest.
    knock_outs
        One row for each cluster.

    Others are as for `relay_of_neurons`; by chance a cluster has no part in what the rest leaves.

    Returns
    -------
    RelayResult
        `bits` with all other neurons of its layers conditioned on, NaN where the joint state of these layers is not
        covered; `alone_bits` with them left out, NaN where the cluster's own joint state is not. No steps.

    Raises
    ------
    ShapeError, EmptySelection, BadParameter, UnknownName
        As for `relay_of_neurons`; a cluster names layers or neurons that are not there.
    """
    trials = answered_of(inputs, outputs, n_classes)
    check_states(states, len(trials))
    check_clusters(members, states)
    telling = _telling(mapper, partial(progress, "measure relays of clusters"))
    draws = Draws(n_null=n_null, n_subsamples=n_subsamples, min_trials=min_trials, seed=seed, mapper=telling)
    table = Table(list(members), trials)
    table.put_knock_outs(knock_outs)
    for layers, rows in _by_layers(members, states).items():
        clusters = [list(members.values())[row] for row in rows]
        _measure_clusters(table, {layer: states[layer] for layer in layers}, clusters, np.array(rows), draws)
    return table.result([np.arange(len(members))], draws.params)


def _telling(mapper: Mapper, tell: Callable[[int, int], None]) -> Mapper:
    """Tell after each block how many are done; how many there will be, layers and their trials decide."""
    done = count(1)

    def told(function: Callable[[Block], Arrays], blocks: Sequence[Block]) -> Iterator[Arrays]:
        for part in mapper(function, blocks):
            tell(next(done), 0)
            yield part

    return told


def _measure_layer(table: Table, states: IntArray, rows: IntArray, draws: Draws, how: Search) -> None:
    """Fill in the neurons of a layer, and in the last row the layer."""
    patterns, numbers = Patterns.of(states), np.arange(len(states))
    sets = [*numbers[:, None], numbers]
    covered = covered_rows(states, min_trials=draws.min_trials)
    scope = scope_of(patterns, sets, states[covered], min_trials=draws.min_trials)
    table.cover(rows, scope.cover)
    conditional, alone = measure(scope, table.trials, draws)
    if scope.cover.reliable:
        table.put(rows, conditional)
        table.put(rows[-1:], told_bits(scope.whole, table.trials))
    table.put(rows[:-1][covered], alone | told_bits(scope.own, table.trials))
    table.put(rows[:-1], steps_of(patterns, table.trials, how, draws, covered=scope.cover.reliable))


def _measure_clusters(
    table: Table, states: Mapping[str, IntArray], clusters: Sequence[Members], rows: IntArray, draws: Draws
) -> None:
    """Fill in clusters that lie in the same layers."""
    first = dict(zip(states, np.cumsum([0, *map(len, states.values())]), strict=False))
    sets = [np.concatenate([first[layer] + cluster[layer] for layer in states]) for cluster in clusters]
    every = np.concatenate(list(states.values()))
    own = np.array([joint_states(every[numbers]) for numbers in sets])
    covered = covered_rows(own, min_trials=draws.min_trials)
    scope = scope_of(Patterns.of(every), sets, own[covered], min_trials=draws.min_trials)
    table.cover(rows, scope.cover)
    conditional, alone = measure(scope, table.trials, draws)
    if scope.cover.reliable:
        table.put(rows, conditional)
    table.put(rows[covered], alone | told_bits(scope.own, table.trials))


def _by_layers(members: Mapping[str, Members], states: Mapping[str, IntArray]) -> dict[tuple[str, ...], list[int]]:
    """Put clusters that lie in the same layers together, those without neurons left out."""
    together: dict[tuple[str, ...], list[int]] = {}
    for row, cluster in enumerate(members.values()):
        layers = tuple(layer for layer in states if len(cluster.get(layer, ())) > 0)
        if layers:
            together.setdefault(layers, []).append(row)
    return together
