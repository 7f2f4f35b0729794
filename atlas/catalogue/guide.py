"""The questions as saved scripts of Neo4j Browser: one zip file, a folder for each subject."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from atlas.catalogue.files import questions
from atlas.catalogue.header import Value

_HEAD = """\
// Parameters: edit, run first
// They are those of all questions; what they mean stands in the head of each.
"""
_WHEN = (2026, 1, 1, 0, 0, 0)  # the same questions give the same file


def guide() -> bytes:
    """Pack every question, its picture, and a script that sets all parameters.

    Dropped on the window of Neo4j Browser they are its saved scripts, called by their first lines.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name, text in _scripts():
            file.writestr(zipfile.ZipInfo(name, _WHEN), text, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def parameters() -> str:
    """Write the script that sets every parameter of every question to its example, one statement each.

    Where the examples of questions differ, the first that is not null is taken.
    """
    values: dict[str, Value] = {}
    lines: dict[str, str] = {}
    for query in questions():
        for (name, value), line in zip(query.example_values.items(), query.examples, strict=True):
            if values.get(name) is None and (value is not None or name not in values):
                values[name], lines[name] = value, line
    return _HEAD + "".join(f"{line};\n" for line in lines.values())


def _scripts() -> Iterator[tuple[str, str]]:
    yield "parameters.cypher", parameters()
    for query in questions():
        yield f"{query.subject}/{query.name}.cypher", query.text
        if query.view is not None:
            yield f"{query.subject}/{query.name}.view.cypher", query.view.replace("// ", "// Drawn: ", 1)
