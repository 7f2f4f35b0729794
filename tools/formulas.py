"""Formulas of the site as MathML, which browsers draw themselves: a hook of mkdocs (`mkdocs.yml`)."""

from __future__ import annotations

import html
import re

from latex2mathml.converter import convert

_FORMULA = re.compile(r'<(span|div) class="arithmatex">\\[(\[](.*?)\\[)\]]</\1>', flags=re.DOTALL)


def on_page_content(text: str, **_: object) -> str:
    """Put MathML where `pymdownx.arithmatex` has marked a formula.

    Raises
    ------
    ValueError
        A command of LaTeX is not known.
    """
    return _FORMULA.sub(_mathml, text)


def _mathml(match: re.Match[str]) -> str:
    display = "block" if match[1] == "div" else "inline"
    mathml = convert(html.unescape(match[2]), display=display)
    if unknown := re.search(r"\\[A-Za-z]+", mathml):
        raise ValueError(f"{unknown[0]} in the formula {match[2]!r} is not known. Write it another way.")
    return mathml
