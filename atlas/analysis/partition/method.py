"""What every way to find clusters offers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from atlas.analysis.graph import NeuronGraph
from atlas.records import BoolArray, IntArray, Parameter


class Method(Protocol):
    """A way to find clusters, with its parameters. It can be pickled, and keeps nothing from one graph to the next."""

    @property
    def name(self) -> str:
        """Name the method: leiden, n_cut, ..."""
        ...

    @property
    def params(self) -> Mapping[str, Parameter]:
        """List its parameters but the seed, as a run records them."""
        ...

    def labels(self, graph: NeuronGraph, seed: int) -> IntArray:
        """Give the cluster of every neuron, in any numbering, shape (n_neurons,).

        Every neuron is joined to another, in the graph or in the one beside it, and there is one or more. The same
        graph and seed give the same labels, on any machine thread.

        Raises
        ------
        AnalysisError, InputError
            The graph is none the method can partition: fewer neurons than clusters asked for, no second graph.
        """
        ...


@runtime_checkable
class NeuronMethod(Method, Protocol):
    """A method that knows something about single neurons: the labels it imports, the clusters it divides."""

    def restrict(self, kept: BoolArray) -> Method:
        """Make the method for `graph.restrict(kept)`: the same neurons of it, shape (n_neurons,)."""
        ...


def restricted(method: Method, kept: BoolArray) -> Method:
    """Make the method for some neurons of its graph; most methods know of none, and stay as they are."""
    return method.restrict(kept) if isinstance(method, NeuronMethod) else method
