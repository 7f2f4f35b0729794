"""Rows of an answer as a table whose types come from the header, not from what happens to be in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from atlas.catalogue.header import Column, Query

# Types that can lack a value; a missing float is NaN. Times are datetime64[ns, UTC], lists objects.
_DTYPES = {
    "string": "string",
    "integer": "Int64",
    "float": "float64",
    "boolean": "boolean",
}


def to_frame(query: Query, rows: Sequence[Sequence[Any]]) -> pd.DataFrame:
    """Tabulate an answer; one column for each `returns` line."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(query.columns)
    return pd.DataFrame(
        {column.name: _series(column, values) for column, values in zip(query.columns, columns, strict=True)}
    )


def named_runs(query: Query, frame: pd.DataFrame) -> list[str]:
    """List the runs a table names, in columns called `run`, `runs` or ending so, in order of appearance."""
    columns = [column.name for column in query.columns if column.name.rpartition("_")[2] in ("run", "runs")]
    return list(dict.fromkeys(str(run) for name in columns for run in frame[name].explode().dropna()))


def _series(column: Column, values: Sequence[Any]) -> pd.Series[Any]:
    if column.type == "datetime":
        return pd.Series(pd.to_datetime(list(values), utc=True).as_unit("ns"))
    return pd.Series(list(values), dtype=_DTYPES.get(column.type, "object"))
