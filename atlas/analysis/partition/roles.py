"""Roles of neurons in a partition: hub, provincial hub, connector, bottleneck."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from atlas.analysis.graph import NeuronGraph
from atlas.analysis.statistics import ROUNDING
from atlas.records import BoolArray, FloatArray, IntArray
from atlas.results import Scored

# The first three are of Guimerà and Amaral (2005), Nature 433, 895-900.
HUB_Z = 2.5  # least strength into its own cluster of a hub, in standard deviations above the cluster's mean
PROVINCIAL_PARTICIPATION = 0.30  # most participation of a hub that is provincial (their R5)
CONNECTOR_PARTICIPATION = 0.62  # a connector (their R3) has more
BOTTLENECK_SHARES = 2.0  # least share of paths of a bottleneck, in even shares of its layer: ours
LEVEL = 0.05  # largest p of what gives a role


@dataclass(frozen=True, kw_only=True)
class Roles:
    """The role of every neuron, and the p of the measure that gives it; NaN without a role."""

    role: tuple[str | None, ...]
    p: FloatArray  # shape (n_neurons,)


def within_z(own: FloatArray, labels: IntArray) -> FloatArray:
    """Place every neuron's strength into its cluster among those of the cluster, in standard deviations from the mean.

    The standard deviation is the population's, so a cluster of n neurons reaches no more than sqrt(n - 1). NaN where
    the cluster's neurons are all alike.

    References
    ----------
    Guimerà and Amaral (2005), Nature 433, 895-900.
    """
    size = np.maximum(np.bincount(labels), 1)
    mean = (np.bincount(labels, weights=own) / size)[labels]
    sd = np.sqrt(np.bincount(labels, weights=(own - mean) ** 2) / size)[labels]
    z = np.full(len(labels), np.nan)
    np.divide(own - mean, sd, out=z, where=sd > ROUNDING * mean)
    return z


def roles(graph: NeuronGraph, z: FloatArray, *, own: Scored, participation: Scored, path_share: Scored) -> Roles:
    """Give every neuron one role at most, the first of these whose rule and p it meets.

    - provincial: a hub (`within_z` 2.5 or more) whose participation is 0.30 or less;
    - hub: any other;
    - connector: participation above 0.62;
    - bottleneck: twice the even share of its layer's paths or more; only between the first layer and the last.

    A role is given where p is 0.05 or less: the share of shuffles in which the same clusters give the neuron as
    much strength into its cluster (hubs), participation (connectors) or path share (bottlenecks). Fewer than 19
    shuffles therefore give no roles, and of the neurons that meet a rule by chance one in twenty keeps its role.
    Shuffles that move strengths between neurons (`layer`, `nonzero`) leave none strong, so strong neurons are
    beyond them; `degree` keeps every neuron's strength, and asks for more.

    Parameters
    ----------
    z
        `within_z` of every neuron, shape (n_neurons,).
    own, participation, path_share
        Strength into its cluster, participation and path share of every neuron beside the same clusters, shuffled.

    References
    ----------
    Guimerà and Amaral (2005), Nature 433, 895-900, for strengths in place of links.
    """
    is_hub = z >= HUB_Z
    rules = {
        "provincial": (is_hub & (participation.value <= PROVINCIAL_PARTICIPATION), own.p),
        "hub": (is_hub & (participation.value > PROVINCIAL_PARTICIPATION), own.p),
        "connector": (participation.value > CONNECTOR_PARTICIPATION, participation.p),
        "bottleneck": (_is_bottleneck(graph, path_share.value), path_share.p),
    }
    meets = [rule & (p <= LEVEL) for rule, p in rules.values()]
    which = np.select(meets, list(range(len(rules))), default=len(rules))
    return Roles(
        role=tuple((*rules, None)[number] for number in which),
        p=np.select(meets, [p for _, p in rules.values()], default=np.nan),
    )


def _is_bottleneck(graph: NeuronGraph, share: FloatArray) -> BoolArray:
    layer = graph.layer_numbers
    between = (layer > 0) & (layer < len(graph.sizes) - 1)
    is_bottleneck: BoolArray = between & (share * np.array(graph.sizes)[layer] >= BOTTLENECK_SHARES)
    return is_bottleneck
