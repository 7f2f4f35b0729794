"""The method a partition is made by."""

from __future__ import annotations

from atlas.analysis.partition.imported import Imported
from atlas.analysis.partition.layered import Layered
from atlas.analysis.partition.leiden import Leiden
from atlas.analysis.partition.local import Local
from atlas.analysis.partition.method import Method
from atlas.analysis.partition.multiplex import Multiplex
from atlas.analysis.partition.objectives import Objective
from atlas.analysis.partition.spectral import NCut
from atlas.analysis.partition.within import Within
from atlas.records import IntArray
from atlas.workflow.partition_params import PartitionParams


def method_of(params: PartitionParams, *, labels: IntArray | None = None, parents: IntArray | None = None) -> Method:
    """Choose the method.

    Parameters
    ----------
    labels
        Clusters of an imported partition, shape (n_neurons,).
    parents
        Clusters of the coarser partition that are divided, shape (n_neurons,); None: the whole graph is.
    """
    method = _plain(params) if labels is None else Imported(labels)
    return method if parents is None else Within(method, parents)


def _plain(params: PartitionParams) -> Method:
    resolution, k = params.value("resolution"), params.value("k")
    match params.method:
        case "leiden":
            return Leiden(resolution=resolution)
        case "cpm":
            return Leiden(objective="cpm", resolution=resolution)
        case "layered":
            return Layered(resolution=resolution)
        case "multiplex":
            return Multiplex(weight_of_activations=params.value("weight_of_activations"), resolution=resolution)
        case "n_cut":
            return NCut(k, deflate=params.deflate)
        case "local":
            return Local(NCut(k, deflate=params.deflate), k_by_layer=params.value("k_by_layer"))
    return Objective(params.method, resolution=resolution)
