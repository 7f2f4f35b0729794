"""The networks of a folder."""

from __future__ import annotations

import re
from pathlib import Path

from atlas.errors import BadParameter, UnreadableFile
from ingest.bulk.entry import Entry, entry_of
from ingest.opening import Opening
from ingest.record import Origin
from ingest.sources.regular import shown

SUFFIXES = (".pt", ".pth", ".ckpt", ".safetensors", ".zip", ".pt2", ".onnx")


def folder_entries(
    folder: Path,
    *,
    pattern: str | None = None,
    opening: Opening | None = None,
    origin: Origin | None = None,
    data: str | None = None,
) -> tuple[Entry, ...]:
    """List the networks of a folder, in the order of their names: `step_2` before `step_10`.

    Raises
    ------
    UnreadableFile
        The folder cannot be read.
    BadParameter
        No file matches, or one leads out of the folder.
    """
    files = _matching(folder, pattern)
    if not files:
        what = f"matches {pattern!r}" if pattern else f"ends with {', '.join(SUFFIXES)}"
        raise BadParameter(f"No file in {shown(folder)} {what}. Give another --pattern, for example '**/*.pt'.")
    for file in files:
        check_within(folder, file)
    return tuple(
        entry_of(file, opening=opening, origin=origin, data=data, name=file.relative_to(folder).as_posix())
        for file in sorted(files, key=lambda file: _natural(file.relative_to(folder).as_posix()))
    )


def check_within(folder: Path, file: Path) -> None:
    """Check that a file lies in a folder, links followed.

    Raises
    ------
    BadParameter
        It does not.
    UnreadableFile
        Its links lead in a circle.
    """
    try:
        real = file.resolve()
    except (OSError, RuntimeError) as error:
        raise UnreadableFile(f"The links of {shown(file)} lead in a circle. Remove them.") from error
    if not real.is_relative_to(folder.resolve()):
        what = "leads" if file.is_symlink() else "lies"
        raise BadParameter(
            f"{shown(file)} {what} outside the folder {shown(folder)}, at {shown(real)}. "
            "Only files within it are taken in: copy the file there, or ingest it by its own path."
        )


def _matching(folder: Path, pattern: str | None) -> list[Path]:
    try:
        found = list(folder.glob("*" if pattern is None else pattern))
        return [
            file for file in found if not file.is_dir() and (pattern is not None or file.suffix.lower() in SUFFIXES)
        ]
    except (ValueError, NotImplementedError, IndexError) as error:
        raise BadParameter(
            f"The pattern {shown(pattern)} is none within a folder. Write '*.pt', or '**/*.pt' for its folders too."
        ) from error
    except OSError as error:
        raise UnreadableFile(f"Cannot read the folder {shown(folder)}: {error.strerror}. Check the path.") from error


def _natural(name: str) -> list[tuple[int, int, str]]:
    pieces = re.split(r"(\d+)", name)
    return [(0, int(piece), piece) if piece.isdecimal() else (1, 0, piece) for piece in pieces]
