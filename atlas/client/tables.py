"""The tables of one network of an atlas, and its graph in other forms."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from atlas.catalogue.contents import contents
from atlas.catalogue.needs import NEEDS, Need
from atlas.client import texts
from atlas.client.choosing import Chosen, chosen_neurons, neurons_if_any
from atlas.client.frames import read_frame
from atlas.client.notebook import network_html
from atlas.errors import UnknownName
from atlas.progress import Progress, silent
from atlas.store import Store
from atlas.workflow.reading import measured, partition_runs, subject

if TYPE_CHECKING:
    import igraph as ig
    import networkx as nx
    import pandas as pd

    from atlas.client.matrices import SparseMatrix
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
        self._store, self.key = store, str(key)  # numpy.str_ is a str that prints otherwise

    def __repr__(self) -> str:
        return f"Network({self.key!r})"

    def _repr_html_(self) -> str:
        return network_html(self._store, self.key)

    def neurons(self, chosen: Chosen | None = None) -> pd.DataFrame:
        """List the neurons with their headline measures, each the value of the newest finished run.

        Parameters
        ----------
        chosen
            Criteria or keys of some; None for all. Where criteria name another target or run, the values that they
            look at are shown by the question: `atlas.ask("find_neurons", network=key, **criteria.parameters)`.

        Raises
        ------
        UnknownName, MissingAnalysis
            There is no such neuron; the criteria name what is not there, or need an analysis that has not run.
        """
        keys = None if chosen is None else neurons_if_any(self._store, self.key, chosen)
        return read_frame(self._store, texts.NEURONS, {"network": self.key, "keys": keys})

    def layers(self) -> pd.DataFrame:
        """List the layers from the input with their headline measures, each the value of the newest finished run."""
        return read_frame(self._store, texts.LAYERS, {"network": self.key})

    def weights(self, *, sources: Chosen | None = None, targets: Chosen | None = None) -> pd.DataFrame:
        """List every kept weight by the keys of its neurons; a million take some seconds.

        Parameters
        ----------
        sources, targets
            Criteria or keys of the neurons they may leave, and may lead to; None for all.

        Raises
        ------
        UnknownName, MissingAnalysis, EmptySelection
            As `neurons` does; no neuron meets the criteria.
        """
        keys = {
            name: None if chosen is None else chosen_neurons(self._store, self.key, chosen)
            for name, chosen in (("sources", sources), ("targets", targets))
        }
        return read_frame(self._store, texts.WEIGHTS, {"network": self.key, **keys})

    def matrix(self, source: str | None = None, target: str | None = None, *, of: str = "value") -> pd.DataFrame:
        """Give the weights from one layer to another: a row for each source neuron, a column for each target neuron.

        Rows and columns are the neurons' keys. Weights that are not kept in the graph, or whose sign has no meaning,
        are NaN.

        Parameters
        ----------
        source, target
            Names of layers; None for the neurons of all, from the input: without both, the whole network, of which
            10,000 neurons make a table of 800 MB.
        of
            `value`, with its sign, or `strength`.

        Raises
        ------
        UnknownName
            There is no such layer or measure.
        EmptySelection
            The first layer does not feed the second.
        """
        from atlas.client.matrices import dense_matrix

        return dense_matrix(self._store, self.key, source=source, target=target, of=of)

    def sparse_matrix(self, source: str | None = None, target: str | None = None, *, of: str = "value") -> SparseMatrix:
        """Give the weights as `matrix` does, those that are kept alone: `values` of scipy, `rows` and `columns`.

        Raises
        ------
        UnknownName, EmptySelection
            As `matrix` does.
        """
        from atlas.client.matrices import sparse_matrix

        return sparse_matrix(self._store, self.key, source=source, target=target, of=of)

    def partitions(self) -> pd.DataFrame:
        """List the partitions with their quality and their null."""
        return read_frame(self._store, texts.PARTITIONS, {"network": self.key})

    def clusters(self, partition: str | None = None) -> pd.DataFrame:
        """List the clusters of a partition (None: the newest) with their headline measures."""
        return read_frame(self._store, texts.CLUSTERS, {"network": self.key, "partition": self._partition(partition)})

    def effects(self, *, partition: str | None = None, run: str | None = None) -> pd.DataFrame:
        """List what ablation costs, for every neuron, or cluster of `partition`, and every target.

        `run` is the key of the run to read; None takes the newest finished one.

        Raises
        ------
        UnknownName, MissingAnalysis
            There is no such partition, or run of `ablate`, or none at all.
        """
        need = NEEDS["neuron_effects" if partition is None else "cluster_effects"]
        return self._values(texts.effects(of_clusters=partition is not None), need, partition, run)

    def information(self, *, kind: str = "label", partition: str | None = None, run: str | None = None) -> pd.DataFrame:
        """List label or relay information, for every neuron, or cluster of `partition`, and every target.

        `kind` is `label` or `relay`, whose own columns are empty for label information; `run` is the key of the run
        to read, None takes the newest finished one.

        Raises
        ------
        UnknownName, MissingAnalysis
            There is no such kind, partition or run of that kind, or none at all.
        """
        if kind not in INFORMATION_KINDS:
            remedy = "Complexity is told by `layers()`, `clusters()` and the question complexity_by_degree."
            raise UnknownName("kind of information", kind, INFORMATION_KINDS, remedy=remedy)
        of, what = "neuron" if partition is None else "cluster", "information" if kind == "label" else "relays"
        text = texts.information(of_clusters=partition is not None)
        return self._values(text, NEEDS[f"{of}_{what}"], partition, run, kind=kind)

    def to_networkx(self, *, partitions: str | Sequence[str] = ()) -> nx.DiGraph[str]:
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

    def to_igraph(self, *, partitions: str | Sequence[str] = ()) -> ig.Graph:
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
            nx.write_graphml(self.to_networkx(partitions=list(partition_runs(self._store, self.key))), place)

    def _values(self, text: str, need: Need, partition: str | None, run: str | None, **others: str) -> pd.DataFrame:
        chosen = {} if partition is None else {"partition": self._partition(partition)}
        held = contents(self._store, self.key)
        runs = need.runs(held, partition)
        if not runs:
            raise need.missing("This table", held, partition)
        if run is not None and run not in runs:
            raise UnknownName(f"finished run of `{need.command.split()[1]}`", run, runs)
        return read_frame(self._store, text, {"network": self.key, "run": run, **others, **chosen})

    def _partition(self, name: str | None) -> str:
        chosen = measured(self._store, self.key, partition=name, only="clusters")[0]
        subject(self._store, self.key, partition=chosen)
        return str(chosen)
