"""The code of a page of docs/, run as one script, and what the page says it prints."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```(python|sh|text)([^\n]*)\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)
_NEXT = "\x1e"  # printed between the outputs of blocks
_DONE = ("make demo", "source .venv/bin/activate")  # by the fixtures: a test installs nothing
_SHELL = f"import subprocess\nsubprocess.run(['bash', '-euc', {{text!r}}], check=True)\nprint({_NEXT!r})\n"


@dataclass(frozen=True, kw_only=True)
class Block:
    """One fenced block of a page; `note` is what stands behind its language."""

    language: str
    note: str
    text: str


def blocks(page: Path) -> list[Block]:
    """List the blocks of Python, of commands, and of output."""
    found = _BLOCK.findall(page.read_text(encoding="utf-8"))
    return [Block(language=language, note=note.strip(), text=text) for language, note, text in found]


def shell(environment: Mapping[str, str]) -> dict[str, str]:
    """Give what a shell holds in which the virtual environment is active."""
    return {**os.environ, **environment, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


def run(code: list[Block], environment: Mapping[str, str], folder: Path) -> list[str]:
    """Run blocks one after the other in one interpreter; what each printed, or AssertionError with the trace."""
    script = "".join(map(_script, code))
    done = subprocess.run(
        [sys.executable, "-u", "-c", script],
        env=shell(environment),
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split(f"{_NEXT}\n")[:-1]


def _script(block: Block) -> str:
    if block.language == "python":
        return f"{block.text}\nprint({_NEXT!r})\n"
    lines = [line for line in block.text.splitlines() if line not in _DONE]
    return _SHELL.format(text="\n".join(lines))
