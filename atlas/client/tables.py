"""The tables of one network of an atlas, and its graph in other forms."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from atlas.client import texts
from atlas.client.frames import read_frame
from atlas.errors import EmptySelection, UnknownName
from atlas.progress import Progress, silent
from atlas.store import Store
from atlas.workflow.reading import layer_sizes, measured, partition_runs, subject

if TYPE_CHECKING:
    import igraph as ig
    import networkx as nx
    import pandas as pd

    from atlas.store.parquet import Manifest

INFORMATION_KINDS = ("label", "relay")


class NetworkTables:
    """What the graph holds about one network.

    Parameters
    ----------
    store
        The open connection.
    key
        The network's key.

    Raises
    ------
    UnknownName
        There is no such network.
    """

    def __init__(self, store: Store, key: str) -> None:
        subject(store, key)
        self._store, self.key = store, key

    def __repr__(self) -> str:
        return f"Network({self.key!r})"

    def neurons(self) -> pd.DataFrame:
        """List the neurons with their headline measures, each the value of the newest finished run."""
        return read_frame(self._store, texts.NEURONS, {"network": self.key})

    def layers(self) -> pd.DataFrame:
        """List the layers from the input with their headline measures, each the value of the newest finished run."""
        return read_frame(self._store, texts.LAYERS, {"network": self.key})

    def weights(self) -> pd.DataFrame:
        """List every kept weight by the keys of its neurons; a million take some seconds."""
        return read_frame(self._store, texts.WEIGHTS, {"network": self.key})

    def matrix(self, source: str, target: str) -> pd.DataFrame:
        """Give the signed weights from one layer to another: one row a source neuron, one column a target neuron.

        Weights that are not kept in the graph, or whose sign has no meaning, are NaN.

        Raises
        ------
        UnknownName
            There is no such layer.
        EmptySelection
            The first layer does not feed the second.
        """
        sizes = layer_sizes(self._store, self.key)
        self._check_feeds(source, target, sizes)
        parameters = {"network": self.key, "source": source, "target": target}
        frame = read_frame(self._store, texts.MATRIX, parameters)
        wide = frame.pivot(index="source", columns="target", values="value")
        matrix = wide.reindex(index=range(sizes[source]), columns=range(sizes[target])).astype(float)
        matrix.index.name, matrix.columns.name = source, target
        matrix.attrs = frame.attrs
        return matrix

    def partitions(self) -> pd.DataFrame:
        """List the partitions with their quality and their null."""
        return read_frame(self._store, texts.PARTITIONS, {"network": self.key})

    def clusters(self, partition: str | None = None) -> pd.DataFrame:
        """List the clusters of a partition (None: the newest) with their headline measures."""
        return read_frame(self._store, texts.CLUSTERS, {"network": self.key, "partition": self._partition(partition)})

    def effects(self, *, partition: str | None = None, run: str | None = None) -> pd.DataFrame:
        """List what ablation costs, for every neuron, or cluster of `partition`, and every target.

        `run` is the key of the run to read; None takes the newest finished one.
        """
        return self._values(texts.effects(of_clusters=partition is not None), partition, run)

    def information(self, *, kind: str = "label", partition: str | None = None, run: str | None = None) -> pd.DataFrame:
        """List label or relay information, for every neuron, or cluster of `partition`, and every target.

        `kind` is `label` or `relay`, whose own columns are empty for label information; `run` is the key of the run
        to read, None takes the newest finished one.

        Raises
        ------
        UnknownName
            There is no such kind, partition or run.
        """
        if kind not in INFORMATION_KINDS:
            remedy = "Complexity is told by `layers()`, `clusters()` and the question complexity_by_degree."
            raise UnknownName("kind of information", kind, INFORMATION_KINDS, remedy=remedy)
        return self._values(texts.information(of_clusters=partition is not None), partition, run, kind=kind)

    def to_networkx(self, *, partitions: Iterable[str] = ()) -> nx.DiGraph[str]:
        """Give neurons, with what `neurons` tells, and weights as a directed networkx graph.

        Nodes are the neurons' keys, edges have `value` and `strength`; what is null is left out. For each of
        `partitions` a node has its cluster's number as `cluster_NAME`.

        Raises
        ------
        UnknownName
            There is no such partition.
        """
        from atlas.client.graphs import networkx_graph

        return networkx_graph(self._store, self.key, partitions=partitions)

    def to_igraph(self, *, partitions: Iterable[str] = ()) -> ig.Graph:
        """Give neurons and weights as a directed igraph graph, faster than `to_networkx`.

        A vertex is called by its neuron's key, `name`; what is null is None. Otherwise as `to_networkx`.

        Raises
        ------
        UnknownName
            There is no such partition.
        """
        from atlas.client.graphs import igraph_graph

        return igraph_graph(self._store, self.key, partitions=partitions)

    def export(self, folder: str | Path, *, overwrite: bool = False, progress: Progress = silent) -> Manifest:
        """Write the network with its runs and their values into a folder of Parquet files, one a label or type.

        Raises
        ------
        KeyTaken
            Something stands there, and `overwrite` does not ask to replace it, or it is no export.
        InputError, DiskFull
            The place cannot be written, or its disk is full.
        """
        from atlas.store.parquet import export_network

        return export_network(self._store, self.key, Path(folder), overwrite=overwrite, progress=progress)

    def export_graphml(self, file: str | Path, *, overwrite: bool = False) -> None:
        """Write what `to_networkx` gives, with all partitions, as GraphML.

        Raises
        ------
        KeyTaken
            Something stands there, and `overwrite` does not ask to replace it.
        InputError, DiskFull
            The place cannot be written, or its disk is full.
        """
        import networkx as nx

        from atlas.store.parquet.files import put_in_place

        with put_in_place(Path(file), overwrite=overwrite) as place:
            nx.write_graphml(self.to_networkx(partitions=partition_runs(self._store, self.key)), place)

    def _values(self, text: str, partition: str | None, run: str | None, **others: str) -> pd.DataFrame:
        finished = [row["run"] for row in self._store.rows(texts.FINISHED, network=self.key)]
        if run is not None and run not in finished:
            raise UnknownName("finished run", run, finished)
        parameters = {"network": self.key, "run": run, **others}
        if partition is not None:
            parameters["partition"] = self._partition(partition)
        return read_frame(self._store, text, parameters)

    def _partition(self, name: str | None) -> str:
        chosen = measured(self._store, self.key, partition=name, only="clusters")[0]
        subject(self._store, self.key, partition=chosen)
        return str(chosen)

    def _check_feeds(self, source: str, target: str, layers: Iterable[str]) -> None:
        for name in (source, target):
            if name not in layers:
                raise UnknownName("layer", name, layers)
        blocks = [(row["source"], row["target"]) for row in self._store.rows(texts.BLOCKS, network=self.key)]
        if (source, target) not in blocks:
            raise EmptySelection(
                f"No weights lead from {source!r} to {target!r}. "
                f"There are blocks {', '.join(f'{a} to {b}' for a, b in blocks)}. Choose one of these."
            )
