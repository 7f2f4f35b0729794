"""The weights of a network, or from one layer to another, as a matrix by the keys of its neurons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from atlas.client import texts
from atlas.client.graphs import WEIGHTS, read_weights
from atlas.errors import EmptySelection, UnknownName
from atlas.keys import neuron_key
from atlas.store import Store
from atlas.workflow.reading import layer_sizes

if TYPE_CHECKING:
    import pandas as pd

MEASURES = ("value", "strength")


@dataclass(frozen=True, kw_only=True, eq=False)
class SparseMatrix:
    """Weights by the keys of the neurons they join; weights that are not kept in the graph are not stored."""

    values: sparse.csr_array[np.float64]  # shape (len(rows), len(columns)); NaN where a sign has no meaning
    rows: tuple[str, ...]  # keys of the source neurons
    columns: tuple[str, ...]  # keys of the target neurons

    def to_frame(self) -> pd.DataFrame:
        """Give one row a stored weight: source, target, value."""
        import pandas as pd

        found = self.values.tocoo()
        sources, targets = np.array(self.rows, dtype=object), np.array(self.columns, dtype=object)
        return pd.DataFrame({"source": sources[found.row], "target": targets[found.col], "value": found.data})


def sparse_matrix(store: Store, network: str, *, source: str | None, target: str | None, of: str) -> SparseMatrix:
    """Store the weights that are kept; what `source` and `target` mean stands at `Network.sparse_matrix`."""
    if of not in MEASURES:
        raise UnknownName("measure of a weight", of, MEASURES)
    sizes = layer_sizes(store, network)
    _check_feeds(store, network, sizes, source=source, target=target)
    weights = read_weights(store, network, source=source, target=target)
    first_row, rows = _ends(network, sizes, source)
    first_column, columns = _ends(network, sizes, target)
    places = (weights.source - first_row, weights.target - first_column)
    values = sparse.csr_array((getattr(weights, of), places), shape=(len(rows), len(columns)))
    return SparseMatrix(values=values, rows=rows, columns=columns)


def dense_matrix(store: Store, network: str, *, source: str | None, target: str | None, of: str) -> pd.DataFrame:
    """Tabulate the weights; NaN where none is kept, or a sign has no meaning."""
    import pandas as pd

    matrix = sparse_matrix(store, network, source=source, target=target, of=of)
    kept, values = matrix.values.tocoo(), np.full(matrix.values.shape, np.nan)
    values[kept.row, kept.col] = kept.data
    index, columns = pd.Index(matrix.rows, name=source or "source"), pd.Index(matrix.columns, name=target or "target")
    frame = pd.DataFrame(values, index=index, columns=columns)
    frame.attrs = {"query": WEIGHTS, "parameters": {"network": network, "source": source, "target": target}, "runs": []}
    return frame


def _ends(network: str, sizes: dict[str, int], layer: str | None) -> tuple[int, tuple[str, ...]]:
    """Count the neurons before a layer, and name its own; of all layers for None."""
    names = list(sizes)
    before = 0 if layer is None else sum(sizes[name] for name in names[: names.index(layer)])
    chosen = names if layer is None else [layer]
    return before, tuple(neuron_key(network, name, number) for name in chosen for number in range(sizes[name]))


def _check_feeds(store: Store, network: str, sizes: dict[str, int], *, source: str | None, target: str | None) -> None:
    for name in (source, target):
        if name is not None and name not in list(sizes):  # what has no hash is unknown, too
            raise UnknownName("layer", name, sizes)
    blocks = [(row["source"], row["target"]) for row in store.rows(texts.BLOCKS, network=network)]
    if source is not None and target is not None and (source, target) not in blocks:
        raise EmptySelection(
            f"No weights lead from {source!r} to {target!r}. "
            f"There are blocks {', '.join(f'{a} to {b}' for a, b in blocks)}. Choose one of these."
        )
