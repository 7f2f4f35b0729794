"""Open again the network that the graph has recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import partial
from pathlib import Path

from atlas.errors import BadParameter, IngestError
from atlas.records import Parameter
from ingest.data import DataSource, read_data
from ingest.masked import ProgramForward
from ingest.network import read_network
from ingest.opening import Opening
from ingest.sources.regular import hash_file
from ingest.trials import IN_MEMORY


def reopen(
    opened: Mapping[str, Parameter],
    *,
    key: str,
    file_sha256: str,
    model: str | None = None,
    data: DataSource | None = None,
) -> ProgramForward:
    """Open a network of the atlas again, as it was opened when it was ingested.

    Parameters
    ----------
    opened
        What its record says: `file`, `data`, and the fields of an `Opening`.
    key
        The network's.
    file_sha256
        The hash its file had; another file is refused.
    model
        Where the file lies now; None: where it lay.
    data
        Trials to run on; None: those it was ingested with.

    Raises
    ------
    IngestError
        The network came from memory, or its file has changed.
    UnreadableFile
        The file is not there any more.
    BadParameter
        There are no recorded data, and none were given.
    """
    path = _path(opened, key, model)
    _check_same(path, key, file_sha256)
    trials = read_data(_data(opened, key) if data is None else data)
    network = read_network(path, opening_of(opened), data=trials)
    again = partial(reopen, dict(opened), key=key, file_sha256=file_sha256, model=str(path), data=trials)
    return ProgramForward(network.program, network.walked, network=key, data=trials, again=again)


def opening_of(opened: Mapping[str, Parameter]) -> Opening:
    """Give the opening that a record tells."""
    names = {option.name for option in fields(Opening)}
    return Opening(**{name: value for name, value in opened.items() if name in names})  # type: ignore[arg-type]


def _path(opened: Mapping[str, Parameter], key: str, model: str | None) -> Path:
    if not opened.get("file"):
        raise IngestError(
            f"The network {key!r} was ingested from memory, so it cannot be opened again. In Python, pass the module: "
            "ingest.forward(module, key=..., data=...). Or save its state dict to a file and ingest that."
        )
    return Path(model if model is not None else str(opened["file"])).expanduser().resolve()


def _check_same(path: Path, key: str, expected: str) -> None:
    found = hash_file(path)
    if found != expected:
        raise IngestError(
            f"The file {str(path)!r} is not the one {key!r} was ingested from: its SHA-256 begins with {found[:12]}, "
            f"that of the network with {expected[:12]}. Give the original file with --model, "
            "or ingest this one under another key."
        )


def _data(opened: Mapping[str, Parameter], key: str) -> str:
    text = opened.get("data")
    if not text or text == IN_MEMORY:
        raise BadParameter(
            f"The data of the network {key!r} are not recorded{' (they came from memory)' if text else ''}. "
            "Give them with --data, for example --data mnist:FOLDER, or data= in Python."
        )
    return str(text)
