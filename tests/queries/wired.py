"""Networks with a connection that skips a layer, made by hand or drawn, and every path through them."""

import itertools
import math

import networkx as nx
import numpy as np

from atlas.records import LayerRecord, NetworkRecord, TargetRecord, WeightBlock
from atlas.results import IndicatorResult, IndicatorStudy, PredictionResult

NONE = float("nan")

# By hand: `hidden` feeds itself, `input` also feeds `output`; a weight of 0 joins nothing, nothing reaches output/2.
SKIPPING = {
    ("input", "hidden"): [[0.5, 2], [1, 0]],
    ("hidden", "hidden"): [[3, 0], [0, 0]],
    ("hidden", "output"): [[4, 1, NONE], [-0.25, -1, NONE]],
    ("input", "output"): [[1.5, 0, NONE], [0, 2, NONE]],
}
# Of the hidden neurons and the outputs, in three classes.
MEAN_ACTIVATIONS = [[1, 2, 3], [3, 2, 1], [2, 4, 6], [0, 3, 0], [0.1, 0.1, 0.1]]
DRAWN_LAYERS = {"input": 3, "fc1": 5, "fc2": 4, "fc3": 5, "output": 2}
DRAWN_PAIRS = [*itertools.pairwise(DRAWN_LAYERS), ("input", "fc2"), ("fc1", "output"), ("fc2", "fc2")]


def wired(key, values) -> NetworkRecord:
    """Make a network of blocks of signed weights; what is NaN is not kept. Class i is answered by output i."""
    arrays = {ends: np.array(block, dtype=float) for ends, block in values.items()}
    sizes = {source: len(block) for (source, _), block in arrays.items()}
    sizes |= {target: block.shape[1] for (_, target), block in arrays.items()}
    layers = sorted(sizes, key=lambda name: (name == "output", name != "input", name))
    return NetworkRecord(
        key=key,
        architecture="skipping",
        layers=tuple(
            LayerRecord(name=name, number=number, kind="linear" if number else "input", n_neurons=sizes[name])
            for number, name in enumerate(layers)
        ),
        blocks=tuple(
            WeightBlock(
                source=source,
                target=target,
                value=np.nan_to_num(block),
                strength=np.abs(np.nan_to_num(block)),
                kept=~np.isnan(block),
            )
            for (source, target), block in arrays.items()
        ),
        targets=(
            TargetRecord(name="all", kind="all"),
            *(TargetRecord(name=str(number), kind="class", number=number) for number in range(sizes["output"])),
        ),
        file_sha256="f" * 64,
    )


def drawn(key, seed) -> NetworkRecord:
    """Draw weights of which a quarter is not kept; strengths are eighths, so that paths tie, and products exact."""
    draws = np.random.default_rng(seed)
    values = {}
    for source, target in DRAWN_PAIRS:
        shape = (DRAWN_LAYERS[source], DRAWN_LAYERS[target])
        block = draws.integers(-8, 9, size=shape) / 8
        values[source, target] = np.where(draws.random(shape) < 1 / 4, np.nan, block)
    return wired(key, values)


def all_paths(record, start, target, *, measure, min_strength=0.0):
    """List every path as its keys, product and bottleneck, the strongest first: of equal ones the first neurons."""
    numbers = {layer.name: layer.number for layer in record.layers}
    graph = nx.DiGraph()
    graph.add_nodes_from((layer.number, i) for layer in record.layers for i in range(layer.n_neurons))
    for block in record.blocks:
        for (i, j), strength in np.ndenumerate(np.where(block.kept, block.strength, 0)):
            if block.source != block.target and strength > 0 and strength >= min_strength:
                graph.add_edge((numbers[block.source], i), (numbers[block.target], j), strength=strength)
    layer, number = start
    goals = [(len(numbers) - 1, one.number) for one in record.targets if one.number is not None]
    wanted = [goal for goal in goals if target in ("all", str(goal[1]))]
    names = list(numbers)
    found = []
    for path in nx.all_simple_paths(graph, (numbers[layer], number), wanted):
        strengths = [graph.edges[ends]["strength"] for ends in itertools.pairwise(path)]
        keys = [f"{record.key}/{names[place]}/{i}" for place, i in path]
        value = math.prod(strengths) if measure == "product" else min(strengths)
        found.append((-value, path, keys, math.prod(strengths), min(strengths)))
    return [tuple(rest) for _, _, *rest in sorted(found)]


def activity(key) -> IndicatorStudy:
    """Put the mean activations above into a result; what a test does not read is 1, and nothing is predicted."""
    elements = tuple(f"{key}/{name}" for name in ("hidden/0", "hidden/1", "output/0", "output/1", "output/2"))
    mean = np.column_stack([np.ones(5), MEAN_ACTIVATIONS])
    ones = dict.fromkeys(("sd_activation", "max_activation", "active_share", "point_biserial"), np.ones((5, 4)))
    of_neurons = dict.fromkeys(("selectivity", "in_strength", "out_strength", "weight_change_p"), np.ones(5))
    neurons = IndicatorResult(
        elements=elements,
        layers=("hidden", "output"),
        sizes=(2, 3),
        targets=("all", "0", "1", "2"),
        mean_activation=mean,
        activation_proxy=np.ones((5, 4)),
        n_trials=np.array([3, 1, 1, 1]),
        params={},
        **ones,
        **of_neurons,
    )
    nothing = dict.fromkeys(("rho", "low_rho", "high_rho", "null_rho", "p", "q"), np.zeros(0))
    predictions = PredictionResult(
        layers=(), indicators=(), targets=(), n_neurons=np.zeros(0, dtype=int), params={}, **nothing
    )
    return IndicatorStudy(neurons=neurons, predictions=predictions)
