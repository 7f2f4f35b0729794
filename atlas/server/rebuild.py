"""Give a managed server another database: built beside the one that stands, then put in its place."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from atlas.errors import KeyTaken
from atlas.progress import Progress, silent
from atlas.server.disk import disk_errors
from atlas.server.lock import DEFAULT_LINE, Line, server_line
from atlas.server.manage import Server, end, only_one, start
from atlas.server.process import live_record
from atlas.server.program import prepare, run_admin
from atlas.server.settings import Home, Ports, line_home, make_folders, write_settings
from atlas.server.staging import clear, exchange, importer_file, is_exchanged, put_back, settle, staging, staging_lock

_NO_PORTS = Ports(bolt=0, http=0)  # the import tool listens on none


@dataclass(frozen=True, kw_only=True)
class Rebuild:
    """A database that is being built. Until it is put in place, the server may run."""

    files: Path  # a folder for what is to be imported
    _line: Line
    _place: Home
    _home: Path | None

    def run_import(self, arguments: Sequence[str], *, progress: Progress = silent) -> None:
        """Import with Neo4j's own tool (`database import full`); files are named relative to `files`.

        Raises
        ------
        ToolFailed
            The tool ended with an error.
        DiskFull
            It ran out of disk.
        """
        report = f"--report-file={staging(self._place).folder / 'logs' / 'import.report'}"
        # Without --verbose, it does not say why it failed.
        self._run(("import", "full", "neo4j", "--verbose", report, *arguments), progress, is_long=True)

    def run_load(self, dump: Path, *, progress: Progress = silent) -> None:
        """Load what Neo4j's own tool dumped (`database dump`).

        Raises
        ------
        ToolFailed
            The file is no dump, or not a whole one.
        DiskFull
            There is no room for what it holds.
        """
        with disk_errors(self.files):
            _link_or_copy(dump, self.files / "neo4j.dump")
        self._run(("load", "neo4j", f"--from-path={self.files}"), progress)

    def put_in_place(self, *, progress: Progress = silent) -> Server:
        """Stop the server if it runs, exchange the databases, and start it on the new one."""
        with only_one(self._place):
            end(self._place)
            exchange(self._place)
        return start(self._line.name, home=self._home, progress=progress)

    def _run(self, task: Sequence[str], progress: Progress, *, is_long: bool = False) -> None:
        new = staging(self._place)
        program = prepare(self._line, self._place, progress=progress)
        make_folders(new)
        write_settings(new, _NO_PORTS)
        progress(task[0], 0, 0)
        pid_file = importer_file(self._place)
        run_admin(program, new, "database", *task, is_long=is_long, folder=self.files, pid_file=pid_file)


@contextmanager
def rebuild(home: Path | None = None, *, line: str = DEFAULT_LINE) -> Iterator[Rebuild]:
    """Build another database for a managed server. If anything fails within, the old one is as it was.

    After a kill, the next start puts things right: the old database is back, unless the server ran on the new one.

    Raises
    ------
    KeyTaken
        Another process is building one.
    ServerFailed, DiskFull
        The folder of the server cannot be used, its disk is full.
    """
    chosen = server_line(line)
    place = line_home(chosen, home)
    lock = _locked(place)
    try:
        files = staging(place).folder / "files"
        with disk_errors(place.folder):
            files.mkdir(parents=True, exist_ok=True)
        yield Rebuild(files=files, _line=chosen, _place=place, _home=home)
    except BaseException:
        with only_one(place):
            if is_exchanged(place):
                end(place)
                put_back(place)
        raise
    finally:
        clear(place)
        lock.release()


def _link_or_copy(file: Path, link: Path) -> None:
    try:
        os.link(file.resolve(), link)
    except OSError:  # another disk, or one without links
        shutil.copyfile(file, link)


def _locked(place: Home) -> FileLock:
    with only_one(place):
        settle(place, runs=live_record(place) is not None)
        lock = staging_lock(place)
        try:
            lock.acquire()
        except Timeout:
            raise KeyTaken(
                f"Another process is filling the atlas in {str(place.folder)!r}. Wait until it has ended."
            ) from None
    return lock
