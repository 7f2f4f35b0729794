"""Clusters that come from outside: a table, or a CSV file, with columns layer, number and cluster."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from atlas.analysis.partition.imported import imported_labels
from atlas.errors import InputError
from atlas.records import IntArray

COLUMNS = ("layer", "number", "cluster")


def read_labels(source: str | Path | pd.DataFrame) -> pd.DataFrame:
    """Read a table of clusters; further columns are left out.

    Raises
    ------
    InputError
        There is no such file, it is no CSV, a column is missing or a cell is empty.
    """
    table, name = (source, "the table") if isinstance(source, pd.DataFrame) else (_read_csv(Path(source)), str(source))
    missing = [column for column in COLUMNS if column not in table.columns]
    if missing:
        raise InputError(
            f"{name} has no column {missing[0]!r}. A partition is a table with columns {', '.join(COLUMNS)}, one row "
            "for each neuron. Name its columns so."
        )
    chosen = table.loc[:, list(COLUMNS)]
    empty = chosen.isna().any(axis=1)
    if empty.any():
        raise InputError(
            f"Row {int(empty.to_numpy().argmax()) + 1} of {name} has an empty cell. Fill it, or remove it."
        )
    return chosen


def labels_sha256(table: pd.DataFrame) -> str:
    """Hash who is in which cluster, whatever the order of the rows."""
    rows = sorted("\t".join(map(str, row)) for row in table.itertuples(index=False, name=None))
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def labels_for(table: pd.DataFrame, sizes: Mapping[str, int]) -> tuple[tuple[str, ...], IntArray]:
    """Give the layers the table has, and the cluster of each of their neurons, layer after layer.

    Parameters
    ----------
    sizes
        Neurons of every layer of the network.
    """
    rows: list[Any] = list(table.itertuples(index=False, name=None))
    return imported_labels(rows, sizes)


def _read_csv(path: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(path, dtype={"layer": str, "cluster": str})
    except FileNotFoundError:
        raise InputError(f"There is no file {str(path)!r}. Give the path of a CSV file.") from None
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{str(path)!r} cannot be read as CSV: {reason}. Give a table with a header line.") from error
