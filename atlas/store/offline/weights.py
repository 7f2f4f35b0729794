"""Rows of weights, block by block and some at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from atlas.records import CompositionBlock, FloatArray, WeightBlock
from atlas.store.offline.files import ROWS_AT_ONCE
from atlas.store.offline.ids import Ids


def weight_rows(block: WeightBlock, ids: Ids) -> Iterator[pl.DataFrame]:
    """Give the rows of a block's weights, about `ROWS_AT_ONCE` at a time."""
    n_sources, n_targets = block.strength.shape
    height = max(ROWS_AT_ONCE // max(n_targets, 1), 1)
    ends = np.tile(np.arange(n_targets) + ids.first_neurons[block.target], min(height, n_sources))
    for top in range(0, n_sources, height):
        rows = slice(top, min(top + height, n_sources))
        columns = {
            ":START_ID": np.repeat(np.arange(rows.start, rows.stop) + ids.first_neurons[block.source], n_targets),
            ":END_ID": ends[: (rows.stop - rows.start) * n_targets],
            "strength": _double(block.strength[rows]),
        }
        if block.value is not None:
            columns["value"] = _double(block.value[rows])
        mask = slice(None) if block.kept is None else block.kept[rows].ravel()
        yield pl.DataFrame({name: column[mask] for name, column in columns.items()})


def composition_rows(block: CompositionBlock, ids: Ids) -> pl.DataFrame:
    """Give the rows of how the heads of two layers compose."""
    sources, targets = (np.arange(n) for n in block.query.shape)
    ends = {
        ":START_ID": np.repeat(sources + ids.first_neurons[block.source], len(targets)),
        ":END_ID": np.tile(targets + ids.first_neurons[block.target], len(sources)),
    }
    strengths = {f"{name}_strength": _double(getattr(block, name)) for name in ("query", "key", "value")}
    return pl.DataFrame(ends | strengths)


def _double(array: FloatArray) -> NDArray[np.float64]:
    """Put numbers in a row, in double precision: in single, the shortest text would be another double."""
    return array.ravel().astype(np.float64, copy=False)
