"""What a notebook shows of an object: one small table."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape


def facts(title: str, rows: Mapping[str, object]) -> str:
    """Write names and what they are as HTML, escaped; what is None is left out."""
    lines = "".join(
        f'<tr><th style="text-align:left">{escape(name)}</th><td style="text-align:left">{escape(str(value))}</td></tr>'
        for name, value in rows.items()
        if value is not None
    )
    return f"<table><caption>{escape(title)}</caption>{lines}</table>"
