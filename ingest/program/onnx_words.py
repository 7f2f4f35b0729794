"""What all readers of ONNX files share: limits, and the wording of errors."""

from __future__ import annotations

MAX_ELEMENTS = 2**30  # of one value
EXPORT = "Export it again: torch.onnx.export(module, inputs, FILE)."


def one_line(error: Exception) -> str:
    """Shorten what a foreign library says to the beginning of its first line."""
    text = " ".join(str(error).split()) or type(error).__name__
    return (text if len(text) <= 200 else f"{text[:200]}…").rstrip(". ")
