"""Where a server lives, and the settings it runs with."""

from __future__ import annotations

import json
import os
import re
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from atlas.errors import BadParameter, ServerFailed
from atlas.server.lock import Line

USER = "neo4j"
HOST = "127.0.0.1"
_FOLDERS = ("conf", "data", "logs", "run", "plugins", "import", "tx")
_SIZE = re.compile(r"[1-9][0-9]*[kmgKMG]")


@dataclass(frozen=True, kw_only=True)
class Ports:
    """The two ports a server listens on, both on the loopback address only."""

    bolt: int
    http: int


@dataclass(frozen=True, kw_only=True)
class Home:
    """The folder of one server line: its data, logs, settings and password."""

    folder: Path

    @property
    def password_file(self) -> Path:
        """Name the file only the user can read."""
        return self.folder / "password"

    @property
    def ports_file(self) -> Path:
        """Name the file that keeps the ports for the next start."""
        return self.folder / "ports.json"

    @property
    def record_file(self) -> Path:
        """Name the file that says which process runs here."""
        return self.folder / "run" / "server.json"

    @property
    def console_log(self) -> Path:
        """Name the file the server's output goes to."""
        return self.folder / "logs" / "console.log"

    @property
    def holds_data(self) -> bool:
        """See whether a server has run here before."""
        return (self.folder / "data" / "databases" / "system").is_dir()


def atlas_home() -> Path:
    """Name the folder of all managed servers: ATLAS_HOME, else the user's data folder."""
    return Path(os.environ.get("ATLAS_HOME") or platformdirs.user_data_dir("network-atlas")).expanduser()


def atlas_cache() -> Path:
    """Name the folder of what can be fetched or made again: ATLAS_CACHE, else the user's cache folder."""
    return Path(os.environ.get("ATLAS_CACHE") or platformdirs.user_cache_dir("network-atlas")).expanduser()


def line_home(line: Line, home: Path | None) -> Home:
    """Give the folder of one server line below `home` (None: `atlas_home()`)."""
    return Home(folder=(home or atlas_home()).absolute() / f"neo4j-{line.name}")


def make_folders(home: Home) -> None:
    """Make the folders of a server, for the user alone."""
    home.folder.mkdir(parents=True, exist_ok=True)
    home.folder.chmod(0o700)
    for name in _FOLDERS:
        (home.folder / name).mkdir(exist_ok=True)


def memory_size(name: str, default: str) -> str:
    """Read a size of memory such as `512m` or `2g` from the environment variable `name`."""
    text = os.environ.get(name) or default
    if _SIZE.fullmatch(text) is None:
        raise BadParameter(f"{name} is {text!r}, which is no size of memory. Write a number and k, m or g, as in '2g'.")
    return text


def read_password(home: Home) -> str:
    """Read the server's password; made up at random before its first start."""
    try:
        return home.password_file.read_text(encoding="ascii")
    except FileNotFoundError:
        if home.holds_data:
            raise ServerFailed(
                f"The password file {str(home.password_file)!r} is gone, but there is data it guards. "
                "Put the file back, or move the whole folder away to begin anew."
            ) from None
    password = secrets.token_hex(20)  # letters and digits only: it is read as an argument too
    with os.fdopen(os.open(home.password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(password)
    return password


def choose_ports(home: Home) -> Ports:
    """Give the ports of the last start while both are free, else two free ones, kept for the next start."""
    kept = _kept_ports(home)
    if kept is not None and is_free(kept.bolt) and is_free(kept.http):
        return kept
    ports = _free_ports()
    home.ports_file.write_text(json.dumps({"bolt": ports.bolt, "http": ports.http}), encoding="ascii")
    return ports


def is_free(port: int) -> bool:
    """See whether nothing listens on a port of the loopback address."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def _kept_ports(home: Home) -> Ports | None:
    try:
        kept = json.loads(home.ports_file.read_text(encoding="ascii"))
        return Ports(bolt=int(kept["bolt"]), http=int(kept["http"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def _free_ports() -> Ports:
    with socket.socket() as bolt, socket.socket() as http:
        bolt.bind((HOST, 0))
        http.bind((HOST, 0))
        return Ports(bolt=bolt.getsockname()[1], http=http.getsockname()[1])


def write_settings(home: Home, ports: Ports) -> None:
    """Write `neo4j.conf`: loopback only, nothing reported, no disk taken in advance."""
    folder = home.folder
    settings = {
        "server.default_listen_address": HOST,
        "server.bolt.listen_address": f"{HOST}:{ports.bolt}",
        "server.bolt.advertised_address": f"{HOST}:{ports.bolt}",
        "server.http.enabled": "true",
        "server.http.listen_address": f"{HOST}:{ports.http}",
        "server.http.advertised_address": f"{HOST}:{ports.http}",
        "server.https.enabled": "false",
        "dbms.security.auth_enabled": "true",
        "dbms.usage_report.enabled": "false",
        "server.directories.data": folder / "data",
        "server.directories.logs": folder / "logs",
        "server.directories.run": folder / "run",
        "server.directories.plugins": folder / "plugins",
        "server.directories.import": folder / "import",
        "server.directories.transaction.logs.root": folder / "tx",
        "server.memory.pagecache.size": memory_size("ATLAS_PAGECACHE", "512m"),
        "db.tx_log.rotation.retention_policy": "keep_none",
        "db.tx_log.preallocate": "false",
        "internal.dbms.bolt.netty_server_shutdown_quiet_period": "0",  # else every stop waits 10 s
    }
    text = "".join(f"{name}={value}\n" for name, value in settings.items())
    (folder / "conf" / "neo4j.conf").write_text(text, encoding="utf-8")
