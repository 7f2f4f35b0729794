"""Networks as graphs of neurons, for analyses of structure: arrays, one block for each two layers."""

from atlas.analysis.graph.activations import activation_graph
from atlas.analysis.graph.blocks import GraphBlock, NeuronGraph
from atlas.analysis.graph.shuffles import NULLS, shuffled
from atlas.analysis.graph.weights import weight_graph

__all__ = ["NULLS", "GraphBlock", "NeuronGraph", "activation_graph", "shuffled", "weight_graph"]
