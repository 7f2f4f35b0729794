"""One network to be taken in: its file, its key, and what the file does not say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from atlas.errors import BadParameter
from ingest.bulk.steps import step_in_name
from ingest.given import check_key
from ingest.opening import Opening
from ingest.record import Origin
from ingest.sources.regular import shown

_NO_KEY = re.compile(r"[^A-Za-z0-9._-]+")
_SUFFIX = re.compile(r"\.[A-Za-z]\w*$")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A network to be taken in.

    `key` is its name in the atlas, `opening` and `origin` are what the file does not say, `data` are trials to measure
    its accuracy on, as text (`digits`, `FILE.npz`).
    """

    file: Path  # absolute
    key: str
    opening: Opening = field(default_factory=Opening)
    origin: Origin = field(default_factory=Origin)
    data: str | None = None


def entry_of(
    file: str | Path,
    *,
    key: str | None = None,
    opening: Opening | None = None,
    origin: Origin | None = None,
    data: str | None = None,
    name: str | None = None,
) -> Entry:
    """Describe a network to be taken in; what is not said is taken from the file's name.

    Parameters
    ----------
    file
        Of the network; relative to the current folder.
    key
        Its name in the atlas; None makes one of the file's name, as `key_of` does.
    opening, origin, data
        As in `Entry`. A training step that is not said is taken from the file's name: `step_20.pt`, `epoch=3.ckpt`.
    name
        The file as it is named within a folder; None takes its own name.

    Raises
    ------
    BadKey, BadParameter
        A key or a number outside the rules, or a file whose name is no text.
    """
    path = _absolute(file)
    name = path.name if name is None else name
    _check_text(path)
    origin = origin or Origin()
    if origin.training_step is None:
        origin = _with_step(origin, name)
    key = key_of(name) if key is None else key
    check_key(key)
    return Entry(
        file=path,
        key=key,
        opening=opening or Opening(),
        origin=origin,
        data=data,
    )


def key_of(name: str) -> str:
    """Make a key of a file's name within a folder: `run 1/step=20.pt` becomes `run-1-step-20`."""
    return _NO_KEY.sub("-", _SUFFIX.sub("", name)).strip("-._") or "network"


def check_keys(entries: Sequence[Entry]) -> None:
    """Check that no two networks would have the same key.

    Raises
    ------
    BadParameter
        Two would.
    """
    seen: dict[str, Entry] = {}
    for entry in entries:
        other = seen.setdefault(entry.key, entry)
        if other is not entry:
            raise BadParameter(
                f"Two networks would have the key {entry.key!r}: {shown(other.file)} and {shown(entry.file)}. "
                "Give each a key of its own in a manifest (columns file, key), or rename a file."
            )


def _with_step(origin: Origin, name: str) -> Origin:
    try:
        return replace(origin, training_step=step_in_name(name))
    except BadParameter as error:
        raise BadParameter(f"The name of {shown(name)} tells a step: {error}") from error


def _absolute(file: str | Path) -> Path:
    """Expand `~`, and leave links as they are."""
    try:
        return Path(file).expanduser().absolute()
    except RuntimeError as error:
        raise BadParameter(f"The file {shown(file)} lies in the home of an unknown user. Correct the path.") from error


def _check_text(path: Path) -> None:
    try:
        text = str(path).encode()
    except UnicodeEncodeError:
        text = b"\0"
    if b"\0" in text:
        raise BadParameter(f"The file name {shown(ascii(str(path)))} is no text in UTF-8. Rename the file.")
