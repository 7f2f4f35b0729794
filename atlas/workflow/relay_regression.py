"""Knock random sets out of layers, and say what their size and relay information explain of it."""

from __future__ import annotations

import numpy as np

from atlas.analysis.information.coverage import coverage
from atlas.analysis.information.relay.knock_outs import knock_outs
from atlas.analysis.information.relay.regression import knock_out_regression, random_sets
from atlas.analysis.information.states import joint_states
from atlas.analysis.mapping import Mapper
from atlas.keys import layer_key
from atlas.records import MaskedForward
from atlas.results import KnockOutRegression, RelayResult
from atlas.workflow.relay_params import RelayParams
from atlas.workflow.states import hidden_layers, states_of


def n_random_sets(forward: MaskedForward, params: RelayParams) -> int:
    """Count the random sets that are knocked out: none of clusters, nor of layers that trials do not cover."""
    if params.partition is not None or params.n_sets == 0:
        return 0
    states = states_of(forward, hidden_layers(forward, params.layers), params.discretisation)
    covered = [coverage(joint_states(values), min_trials=params.min_trials).reliable for values in states.values()]
    return params.n_sets * sum(covered)


def regression_of_sets(
    forward: MaskedForward, params: RelayParams, result: RelayResult, *, mapper: Mapper
) -> KnockOutRegression:
    """Knock random sets out of every layer whose relay information the data support, and say what explains it."""
    layers = hidden_layers(forward, params.layers)
    states = states_of(forward, layers, params.discretisation)
    known = dict(zip(result.elements, result.reliable.tolist(), strict=True))
    sets = {layer: random_sets(len(states[layer]), params.n_sets, params.seed) for layer in layers}
    lost = {}
    for layer in layers:
        lost[layer] = np.full((params.n_sets, 1 + forward.data.n_classes), np.nan)
        if known[layer_key(forward.network, layer)]:
            chosen = [{layer: np.flatnonzero(one)} for one in sets[layer]]
            lost[layer] = knock_outs(forward, chosen, forward.data.n_classes, mapper=mapper)
    return knock_out_regression(
        states,
        forward.data.labels,
        forward.predict(),
        forward.data.n_classes,
        network=forward.network,
        sets=sets,
        knock_outs=lost,
        min_trials=params.min_trials,
        seed=params.seed,
        mapper=mapper,
    )
