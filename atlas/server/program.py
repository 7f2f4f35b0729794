"""Get everything ready that a server line needs to run: Java, jars, folders, password."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from atlas.errors import ServerFailed
from atlas.progress import Progress, silent
from atlas.server.disk import disk_full, tells_full_disk
from atlas.server.jars import fetch_jars
from atlas.server.java import Java, find_java
from atlas.server.lock import Line
from atlas.server.settings import Home, atlas_cache, choose_ports, make_folders, read_password, write_settings

ADMIN_CLASS = "org.neo4j.cli.AdminTool"


@dataclass(frozen=True, kw_only=True)
class Program:
    """A server line that can be run: a fitting Java and the checked jars, in the order of the class path."""

    line: Line
    java: Java
    jars: tuple[Path, ...]

    def command(self, home: Home, main_class: str, *args: str, flags: Sequence[str] = ()) -> list[str]:
        """Spell a command that runs one class of the server. The class path goes through a file: it has 30 kB."""
        file = home.folder / "run" / "class-path"
        file.write_text(f'-cp "{_quoted(os.pathsep.join(str(jar) for jar in self.jars))}"\n', encoding="utf-8")
        return [str(self.java.path), *flags, f"@{file}", main_class, *args]


def prepare(line: Line, home: Home, *, progress: Progress = silent) -> Program:
    """Fetch what is missing and make the home of a server line ready for its first or next start."""
    program = Program(line=line, java=find_java(line), jars=fetch_jars(line.jars, atlas_cache(), progress=progress))
    make_folders(home)
    write_settings(home, choose_ports(home))
    read_password(home)
    if not home.holds_data:
        # Given by its file, since other users can read the arguments of a process.
        run_admin(program, home, "dbms", "set-initial-password", f"@{home.password_file}")
    return program


def run_admin(program: Program, home: Home, *args: str) -> str:
    """Run Neo4j's own administration tool on a home and give what it printed.

    Raises
    ------
    ServerFailed
        The tool ended with an error.
    DiskFull
        It ran out of disk.
    """
    environment = os.environ | {"NEO4J_HOME": str(home.folder), "NEO4J_CONF": str(home.folder / "conf")}
    command = program.command(home, ADMIN_CLASS, *args, flags=("-XX:+UseParallelGC",))
    done = subprocess.run(command, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode == 0:
        return done.stdout
    output = done.stderr + done.stdout
    if tells_full_disk(output):
        raise disk_full(home.folder)
    said = " | ".join(row.strip() for row in output.splitlines() if row.strip())[:500]
    raise ServerFailed(f"Neo4j's tool failed on `{' '.join(args[:2])}` in {str(home.folder)!r}: {said}")


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
