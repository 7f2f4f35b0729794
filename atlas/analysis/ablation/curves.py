"""Ablate one neuron after the other, and keep all of them ablated."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from atlas.analysis.ablation.paired import wilson
from atlas.analysis.ablation.selecting import each_alone, hidden_neurons
from atlas.analysis.ablation.sweep import Sweep, check_answers
from atlas.analysis.mapping import Arrays, Mapper, in_blocks, one_by_one
from atlas.analysis.seeds import check_whole, generator
from atlas.errors import BadParameter, UnknownName
from atlas.progress import Progress, silent
from atlas.records import IntArray, MaskedForward
from atlas.results import CurveResult

ORDERS = ("least", "most", "effect", "random")
RANDOM_ORDERS = 8  # stream of random numbers


def cumulative_ablation(
    network: MaskedForward,
    *,
    layers: Sequence[str] | None = None,
    order: str = "least",
    method: str = "zero",
    seed: int = 0,
    n_random: int = 20,
    max_neurons: int | None = None,
    mapper: Mapper = one_by_one,
    progress: Progress = silent,
) -> CurveResult:
    """Measure the accuracy when 1, 2, 3, ... neurons are ablated together, beside that in random orders.

    Costs `max_neurons` runs of the network for each random order and for `effect`, and for the greedy orders one for
    every neuron left at every step: half the square of the number of neurons if all are ablated.

    Parameters
    ----------
    layers
        Hidden layers whose neurons are ablated; None for all of them.
    order
        `least` ablates next the neuron whose loss costs least now, `most` the one whose loss costs most now (of
        equal ones that of the earlier layer, then the lower number); `effect` goes by the effect of each neuron alone,
        the least first; `random` gives the random orders only.
    method
        As in `effects_of_pairs`.
    seed
        Of the random orders, and of the other trials `resample` takes.
    n_random
        How many random orders there are. They are the same for every order and every `max_neurons`.
    max_neurons
        Where to stop; None for all neurons.

    Raises
    ------
    UnknownName, BadParameter, EmptySelection
        No such order, layer or method; layers that cannot be ablated; numbers out of range.
    """
    check_answers(network)
    neurons = hidden_neurons(network, layers)
    n_steps = len(neurons) if max_neurons is None else max_neurons
    _check(order, n_random, n_steps, len(neurons))
    sweep = Sweep.of(network, each_alone(network, neurons), method=method, seed=seed)
    orders = [generator(seed, RANDOM_ORDERS, i).permutation(len(neurons))[:n_steps] for i in range(n_random)]
    random = _curves(sweep, orders, mapper, partial(progress, "ablate in random orders"))
    params: dict[str, str | int] = {
        "order": order,
        "layers": ",".join(dict.fromkeys(layer for layer, _ in neurons)),
        "method": method,
        "seed": seed,
        "n_random": n_random,
        "max_neurons": n_steps,
    }
    places = _places(sweep, order, n_steps, mapper, partial(progress, f"choose what to ablate ({order})"))
    curves = _curves(sweep, [] if places is None else [places], mapper, partial(progress, f"ablate ({order})"))
    return _result(sweep, places, curves, random, params)


def _check(order: str, n_random: int, n_steps: int, n_neurons: int) -> None:
    if order not in ORDERS:
        raise UnknownName("order of ablation", order, ORDERS)
    check_whole(least=1 if order == "random" else 0, n_random=n_random)
    check_whole(least=1, max_neurons=n_steps)
    if n_steps > n_neurons:
        raise BadParameter(f"max_neurons is {n_steps}. There are {n_neurons} neurons to ablate. Give 1 to {n_neurons}.")


def _places(sweep: Sweep, order: str, n_steps: int, mapper: Mapper, progress: partial[None]) -> IntArray | None:
    """Choose which neuron is ablated at every step; None if there is no one order."""
    if order == "random":
        return None
    if order == "effect":
        return np.argsort(-_right_beside(sweep, (), range(len(sweep.elements)), mapper), kind="stable")[:n_steps]
    sign = 1 if order == "least" else -1
    left, gone = list(range(len(sweep.elements))), list[int]()
    for step in range(n_steps):
        gone.append(left.pop(int(np.argmax(sign * _right_beside(sweep, tuple(gone), left, mapper)))))
        progress(1 + step, n_steps)
    return np.array(gone)


def _right_beside(sweep: Sweep, gone: tuple[int, ...], candidates: Sequence[int], mapper: Mapper) -> IntArray:
    """Count right answers without each of some neurons, and without those that are gone."""
    blocks = mapper(partial(_beside, sweep, gone), in_blocks(candidates))
    return np.concatenate([block["n_right"] for block in blocks])


def _beside(sweep: Sweep, gone: tuple[int, ...], candidates: Sequence[int]) -> Arrays:
    return {"n_right": np.array([_n_right(sweep, [*gone, place]) for place in candidates])}


def _curves(sweep: Sweep, orders: Sequence[IntArray], mapper: Mapper, progress: partial[None]) -> IntArray:
    """Count right answers along orders, the intact network's first; shape (n_orders, 1 + n_steps)."""
    curves: list[IntArray] = []
    for block in mapper(partial(_along, sweep), orders):
        curves.append(block["n_right"])
        progress(len(curves), len(orders))
    return np.array(curves)


def _along(sweep: Sweep, order: IntArray) -> Arrays:
    n_right = [_n_right(sweep, order[: 1 + step].tolist()) for step in range(len(order))]
    return {"n_right": np.array([int(sweep.right.sum()), *n_right])}


def _n_right(sweep: Sweep, places: Sequence[int]) -> int:
    return int(sweep.right.sum()) - sweep.n_lost(sweep.flips(places))


def _result(
    sweep: Sweep, places: IntArray | None, curves: IntArray, random: IntArray, params: dict[str, str | int]
) -> CurveResult:
    n_trials, shape = len(sweep.right), 1 + int(params["max_neurons"])
    n_right = None if places is None else curves[0]
    of_order = np.full(shape, np.nan) if n_right is None else n_right
    low, high = wilson(of_order, n_trials)
    band = np.full((3, shape), np.nan)
    if len(random) > 0:
        band = np.stack([random.mean(axis=0), *np.percentile(random, [2.5, 97.5], axis=0)]) / n_trials
    return CurveResult(
        order=str(params["order"]),
        neurons=None if places is None else tuple(sweep.elements[place] for place in places),
        n_right=n_right,
        n_trials=n_trials,
        accuracy_percent=100 * of_order / n_trials,
        low_percent=100 * low,
        high_percent=100 * high,
        random_mean_percent=100 * band[0],
        random_low_percent=100 * band[1],
        random_high_percent=100 * band[2],
        params=dict(params),
    )
