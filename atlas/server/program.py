"""Get everything ready that a server line needs to run: Java, jars, folders, password."""

from __future__ import annotations

import os
import re
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
OPENINGS = (  # parts of Java that Neo4j reaches into
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
    "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
    "--enable-native-access=ALL-UNNAMED",
)
_CAUSE = re.compile(r"^\s*Caused by: (?:[\w.$]+(?:Exception|Error): )*([^\[].*)", re.MULTILINE)
_SHORT = ("-XX:TieredStopAtLevel=1",)


class ToolFailed(ServerFailed):
    """Neo4j's administration tool ended with an error."""


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


def run_admin(
    program: Program,
    home: Home,
    *args: str,
    is_long: bool = False,
    folder: Path | None = None,
    pid_file: Path | None = None,
) -> str:
    """Run Neo4j's own administration tool on a home and give what it printed.

    Parameters
    ----------
    is_long
        Let Java compile well, which pays when much is computed; a short task takes half the time without.
    folder
        Where the tool runs, so that files can be named relative to it.
    pid_file
        Takes the number of its process, which outlives this one if this one is killed.

    Raises
    ------
    ToolFailed
        The tool ended with an error.
    DiskFull
        It ran out of disk.
    """
    environment = os.environ | {"NEO4J_HOME": str(home.folder), "NEO4J_CONF": str(home.folder / "conf")}
    command = program.command(
        home, ADMIN_CLASS, *args, flags=(*(() if is_long else _SHORT), "-XX:+UseParallelGC", *OPENINGS)
    )
    with subprocess.Popen(
        command, env=environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as tool:
        try:
            if pid_file is not None:
                pid_file.write_text(str(tool.pid), encoding="ascii")
            printed, complained = (output.decode(errors="replace") for output in tool.communicate())
        except BaseException:
            tool.kill()
            raise
    if tool.returncode == 0:
        return printed
    if tells_full_disk(complained + printed):
        raise disk_full(home.folder)
    said = _reason(complained + printed)
    raise ToolFailed(f"Neo4j's tool failed on `{' '.join(args[:2])}` in {str(home.folder)!r}: {said}")


def _reason(output: str) -> str:
    """Quote the last cause that a tool's output names, else its first words."""
    causes = _CAUSE.findall(output)
    return (causes[-1] if causes else " | ".join(row.strip() for row in output.splitlines() if row.strip()))[:500]


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
