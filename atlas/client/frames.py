"""Tables as a user receives them: a DataFrame that names its query, parameters and runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from atlas.store import Store
from atlas.store.sending import sendable

if TYPE_CHECKING:
    import pandas as pd

_RUN_COLUMNS = ("run", "_run")  # a column of this name, or one that ends so, names runs


def read_frame(store: Store, text: str, parameters: Mapping[str, Any]) -> pd.DataFrame:
    """Run a text that only reads; its parameters are told as they were sent, without arrays and Series."""
    values = sendable(parameters)
    answer = store.query(text, values)
    return frame_of(answer.rows, answer.columns, text=text, parameters=values)


def frame_of(
    rows: Sequence[Sequence[Any]], columns: Sequence[str], *, text: str, parameters: Mapping[str, Any]
) -> pd.DataFrame:
    """Make a table of rows; a column of whole numbers stays one where some are null (`Int64`)."""
    import pandas as pd

    values = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    frame = pd.DataFrame({name: _series(column) for name, column in zip(columns, values, strict=True)})
    frame.attrs = {"query": text, "parameters": dict(parameters), "runs": runs_named(frame)}
    return frame


def runs_named(frame: pd.DataFrame) -> list[str]:
    """List the runs a table's values come from, each once."""
    named = [str(name) for name in frame.columns if name == _RUN_COLUMNS[0] or str(name).endswith(_RUN_COLUMNS[1])]
    return sorted({str(run) for name in named for run in frame[name].dropna()})


def _series(values: Sequence[Any]) -> pd.Series[Any]:
    import pandas as pd

    kinds = {type(value) for value in values}
    return pd.Series(list(values), dtype="Int64" if kinds == {int, type(None)} else None)
