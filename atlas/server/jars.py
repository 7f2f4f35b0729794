"""Fetch the server's jars and check every one against the lock before it is used."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from filelock import FileLock

from atlas.errors import ServerFailed
from atlas.hashing import file_sha256
from atlas.progress import Progress, silent
from atlas.server.disk import disk_errors
from atlas.server.lock import Jar

N_THREADS = 16
N_TRIES = 3
TIMEOUT_SECONDS = 20


class JarRefused(ServerFailed):
    """A jar that could not be fetched, or is not the one the lock names."""

    def __init__(self, jar: Jar, folder: Path, reason: str) -> None:
        self.jar = jar
        super().__init__(
            f"The server's file {jar.coordinate!r} could not be had: {reason}. "
            "Every file of the server comes from Maven Central and must have the checksum of the lock file. "
            f"Check the network (a proxy is named in HTTPS_PROXY) and repeat; {str(folder)!r} keeps what is there."
        )


def fetch_jars(jars: Sequence[Jar], cache: Path, *, progress: Progress = silent) -> tuple[Path, ...]:
    """Give the files of all jars, in the order given; those missing from the cache are downloaded.

    Every file is read and compared with its SHA-256 each time, cached ones too: that takes about
    0.1 s for 123 MB, so there is no stamp that could vouch for a changed file.

    Raises
    ------
    JarRefused
        A file cannot be downloaded, or has another checksum than the lock says.
    DiskFull
        The disk of the cache is full.
    """
    folder = cache / "jars"
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / "fetch.lock"):
            _download(missing_jars(jars, folder), folder, progress)
    return tuple(folder / jar.path for jar in jars)


def missing_jars(jars: Sequence[Jar], folder: Path) -> list[Jar]:
    """List the jars whose file is absent or has another checksum than the lock says."""
    with ThreadPoolExecutor(N_THREADS) as pool:
        good = pool.map(lambda jar: checksum(folder / jar.path) == jar.sha256, jars)
        return [jar for jar, is_good in zip(jars, good, strict=True) if not is_good]


def checksum(file: Path) -> str | None:
    """Compute the SHA-256 of a file, None when there is no such file."""
    try:
        return file_sha256(file)
    except FileNotFoundError:
        return None


def _download(jars: Sequence[Jar], folder: Path, progress: Progress) -> None:
    if not jars:
        return
    step = "fetching the server"
    progress(step, 0, len(jars))
    with ThreadPoolExecutor(N_THREADS) as pool:
        futures = [pool.submit(_fetch, jar, folder) for jar in jars]
        try:
            for done, future in enumerate(as_completed(futures), start=1):
                future.result()
                progress(step, done, len(jars))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _fetch(jar: Jar, folder: Path) -> None:
    """Download one jar. A wrong file never stays, so that an interrupted download cannot be taken for a whole one."""
    reason = "no answer"
    for attempt in range(N_TRIES):
        time.sleep(attempt)
        (folder / jar.path).unlink(missing_ok=True)
        try:
            file = _resolve(jar, folder)
        except _download_errors() as error:
            reason = str(error)
            continue
        found = checksum(file)
        if found == jar.sha256:
            return
        reason = f"its checksum is {found} instead of {jar.sha256}"
    (folder / jar.path).unlink(missing_ok=True)
    raise JarRefused(jar, folder, reason)


def _resolve(jar: Jar, folder: Path) -> Path:
    from jgo.maven import MavenContext  # a second of imports, wanted only when something is missing

    context = MavenContext(repo_cache=folder, timeout=TIMEOUT_SECONDS)
    component = context.project(jar.group, jar.artifact).at_version(jar.version)
    return Path(component.artifact(packaging="jar", classifier=jar.classifier).resolve())


def _download_errors() -> tuple[type[Exception], ...]:
    import requests  # jgo's own client: its failures pass through jgo

    return (requests.RequestException, RuntimeError)
