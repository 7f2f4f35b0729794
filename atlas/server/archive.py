"""Archives of loaded classes (AppCDS), which halve the time a server takes to start.

There are two per Java and server line: a base archive of Java's own classes, for a Java that came without one, and on
it the archive of the server's classes, which the first server to end writes on its way out. Java crashes on a damaged
one, so each stands beside its checksum and is used only while that fits. All can be thrown away.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from atlas.server.jars import checksum
from atlas.server.program import Program
from atlas.server.settings import Home

_DUMP_SECONDS = 120


@dataclass(frozen=True, kw_only=True)
class Archive:
    """The class archives of one Java and one server line, and where a server drafts a new one."""

    base: Path | None  # None: this Java brings a base archive of its own
    file: Path
    draft: Path

    def flags(self) -> tuple[str, ...]:
        """Give the flags that use the archive, or have the server write one when it ends."""
        if is_sound(self.file):
            return (self._using(self.file),)
        on_base = (f"-XX:SharedArchiveFile={self.base}",) if self.base is not None else ()
        return (*on_base, f"-XX:ArchiveClassesAtExit={self.draft}")

    def trial(self) -> tuple[str, ...]:
        """Give the flags with which Java ends at once if it does not accept the draft."""
        return ("-Xshare:on", "-XX:+UseG1GC", self._using(self.draft))

    def _using(self, file: Path) -> str:
        return f"-XX:SharedArchiveFile={os.pathsep.join(str(part) for part in (self.base, file) if part is not None)}"


def archive_flags(program: Program, home: Home, cache: Path) -> tuple[str, ...]:
    """Give the flags that start a server line fast; none when this Java can have no archive.

    A base archive that is missing is made (0.6 s, once).
    """
    folder = cache / "archives"
    folder.mkdir(parents=True, exist_ok=True)
    java, base = program.java, None
    if not _has_base(java.path):
        base = folder / f"java-{_digest(java.path, java.description)}.jsa"
        if not is_sound(base) and not _make_base(java.path, base):
            return ()
    # Java refuses an archive of other jars, of jars changed since, or made on another base.
    jars = [(jar, jar.stat().st_mtime_ns) for jar in program.jars]
    made_of = _digest(java.path, java.description, base and checksum(base), *jars)
    file = folder / f"neo4j-{program.line.version}-{made_of}.jsa"
    archive = Archive(base=base, file=file, draft=_draft(home))
    note = {"trial": program.command(home, "-version", flags=archive.trial()), "file": str(file)}
    _note(home).write_text(json.dumps(note), encoding="utf-8")
    return archive.flags()


def take_draft(home: Home) -> None:
    """Keep the archive a server wrote when it ended, if Java accepts it: it may have been killed over it."""
    draft = _draft(home)
    if not draft.exists():
        return
    # Without it the next start is slow, no more: nothing that fails here may keep a server from ending.
    with contextlib.suppress(OSError, ValueError):
        note = json.loads(_note(home).read_text(encoding="utf-8"))
        if subprocess.run(note["trial"], capture_output=True, cwd=draft.parent).returncode == 0:
            _take(draft, Path(note["file"]))
    drop_draft(home)


def drop_draft(home: Home) -> None:
    """Throw away what a server wrote when it ended."""
    _draft(home).unlink(missing_ok=True)


def is_sound(file: Path) -> bool:
    """See whether an archive is there and unchanged since it was taken over."""
    stamp = _stamp(file)
    return stamp.exists() and checksum(file) == stamp.read_text(encoding="ascii")


def _draft(home: Home) -> Path:
    return home.folder / "run" / "classes.jsa"


def _note(home: Home) -> Path:
    return home.folder / "run" / "classes.json"


def _has_base(java: Path) -> bool:
    root = java.resolve().parent.parent
    return any((root / "lib" / place / "classes.jsa").exists() for place in ("server", "client"))


def _make_base(java: Path, base: Path) -> bool:
    draft = base.with_suffix(f".{os.getpid()}")
    command = [str(java), "-Xshare:dump", "-XX:+UseG1GC", "-Xmx128m", f"-XX:SharedArchiveFile={draft}"]
    done = subprocess.run(command, capture_output=True, timeout=_DUMP_SECONDS)
    if done.returncode == 0 and draft.exists():
        _take(draft, base)
    draft.unlink(missing_ok=True)
    return base.exists()


def _take(draft: Path, file: Path) -> None:
    beside = file.with_suffix(f".{os.getpid()}-new")
    shutil.move(draft, beside)
    sha256 = checksum(beside) or ""
    beside.replace(file)
    _stamp(file).write_text(sha256, encoding="ascii")


def _stamp(file: Path) -> Path:
    return file.with_suffix(".sha256")


def _digest(*parts: object) -> str:
    return hashlib.sha256("\n".join(str(part) for part in parts).encode()).hexdigest()[:16]
