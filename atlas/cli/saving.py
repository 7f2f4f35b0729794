"""Results as files: checked before the work begins, there in full or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from atlas.cli.tables import csv_bytes, parquet_bytes
from atlas.errors import InputError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

TABLES = (".parquet", ".csv")
ARRAYS = ".npz"


def check_output(output: Path | None, endings: Sequence[str], *, overwrite: bool) -> None:
    """Refuse a file that could not be saved.

    Raises
    ------
    InputError, KeyTaken
        Its name ends otherwise, there is no folder for it, or it is there already.
    """
    from atlas.store.parquet.files import check_place

    if output is None:
        return
    if output.suffix not in endings:
        raise InputError(f"The file {str(output)!r} is of no known kind. Let it end in {' or '.join(endings)}.")
    check_place(output, overwrite=overwrite)


def save_table(frame: pd.DataFrame, output: Path, *, overwrite: bool) -> None:
    """Save a table as its file's name says, and tell so."""
    from atlas.store.parquet.files import put_in_place

    content = parquet_bytes(frame) if output.suffix == TABLES[0] else csv_bytes(frame)
    with put_in_place(output, overwrite=overwrite) as place:
        place.write_bytes(content)
    print(f"Saved {len(frame):,} rows to {output}.")


def save_arrays(arrays: Mapping[str, NDArray[Any]], output: Path, *, overwrite: bool) -> None:
    """Save arrays as .npz, and tell so."""
    import numpy as np

    from atlas.store.parquet.files import put_in_place

    with put_in_place(output, overwrite=overwrite) as place:
        np.savez(place, **arrays)  # type: ignore[arg-type]
    print(f"Saved {len(arrays)} arrays to {output}.")
