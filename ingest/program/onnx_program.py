"""ONNX files as programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from atlas.errors import UnreadableFile

if TYPE_CHECKING:
    from ingest.program.onnx_run import OnnxProgram


def program_of_onnx(path: str | Path) -> OnnxProgram:
    """Read an ONNX file.

    Nothing that the file brings along is run but ONNX's own operators.

    Raises
    ------
    UnreadableFile
        Missing, truncated, no ONNX, of an unknown operator set, without its weights; or `onnx` is not installed.
    UnsafeFile
        It takes weights from outside its own folder.
    UnsupportedLayer
        It holds what cannot be followed: loops, random numbers, foreign operators, several inputs or outputs.
    """
    path = Path(path).expanduser().absolute()
    try:
        import onnx  # noqa: F401
        import onnxruntime  # noqa: F401
    except ImportError as error:
        raise UnreadableFile(
            f"{str(path)!r} needs the packages onnx and onnxruntime, and {error.name} is not installed. "
            "Install them: pip install 'network-atlas[onnx]'."
        ) from error
    from ingest.program.onnx_run import open_program

    return open_program(path)
