"""Archives of loaded classes (AppCDS), which halve the time a server takes to start.

Two files per Java and server line: a base archive of Java's own classes, for a Java that came without one, and on it
an archive of the server's classes, which the first server to end writes on its way out. Both can be thrown away.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from atlas.server.java import Java
from atlas.server.lock import Line
from atlas.server.settings import Home

_DUMP_SECONDS = 120
_CRASH = "A fatal error has been detected by the Java Runtime Environment"


@dataclass(frozen=True, kw_only=True)
class Archive:
    """Where the class archives of one Java and one server line are kept, and where a server drafts a new one."""

    base: Path | None  # None: this Java has a base archive of its own
    file: Path
    draft: Path

    @property
    def flags(self) -> tuple[str, ...]:
        """Give the flags that use the archive, or have the server write one at its end."""
        on_base = (f"-XX:SharedArchiveFile={self.base}",) if self.base else ()
        if self.base is not None and not self.base.exists():
            return ()
        if not self.file.exists():
            return (*on_base, f"-XX:ArchiveClassesAtExit={self.draft}")
        files = os.pathsep.join(str(file) for file in (self.base, self.file) if file)
        return (f"-XX:SharedArchiveFile={files}",)

    def forget_after_crash(self, output: str) -> bool:
        """Throw the archives away if Java itself crashed while it used them, and tell whether it did."""
        if _CRASH not in output or not self.file.exists():
            return False
        for file in (self.file, self.base):
            if file is not None:
                file.unlink(missing_ok=True)
        return True

    def keep_draft(self) -> None:
        """Take over what a server wrote at its end. Call it only when that process is gone."""
        if not self.draft.exists():
            return
        beside = self.file.with_suffix(f".{os.getpid()}")
        shutil.move(self.draft, beside)
        beside.replace(self.file)


def find_archive(java: Java, line: Line, *, class_path: Sequence[Path], home: Home, cache: Path) -> Archive:
    """Name the archives for a Java and a server line; the base archive is made if this Java lacks one (3 s, once)."""
    folder = cache / "archives"
    folder.mkdir(parents=True, exist_ok=True)
    base = None if _has_base(java) else folder / f"java-{_digest(java.path, java.description)}.jsa"
    if base is not None and not base.exists():
        _dump_base(java, base)
    name = f"neo4j-{line.version}-{_digest(java.path, java.description, *class_path)}.jsa"
    return Archive(base=base, file=folder / name, draft=home.folder / "run" / "classes.jsa")


def _has_base(java: Java) -> bool:
    root = java.path.resolve().parent.parent
    return any((root / "lib" / place / "classes.jsa").exists() for place in ("server", "client"))


def _dump_base(java: Java, base: Path) -> None:
    draft = base.with_suffix(f".{os.getpid()}")
    command = [str(java.path), "-Xshare:dump", "-XX:+UseG1GC", "-Xmx128m", f"-XX:SharedArchiveFile={draft}"]
    done = subprocess.run(command, capture_output=True, timeout=_DUMP_SECONDS)
    if done.returncode == 0 and draft.exists():
        draft.replace(base)
    draft.unlink(missing_ok=True)


def _digest(*parts: object) -> str:
    return hashlib.sha256("\n".join(str(part) for part in parts).encode()).hexdigest()[:16]
