"""Ask a running server over HTTP whether its database is up; the driver belongs to another room."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from typing import Any

from atlas.errors import ServerFailed
from atlas.server.settings import HOST, USER, Ports

_TIMEOUT_SECONDS = 10.0


def answers_query(ports: Ports, password: str) -> bool:
    """Run `RETURN 1` on the user database. Bolt and the front page answer before it is up.

    Raises
    ------
    ServerFailed
        The server refuses the password kept for it.
    """
    return _rows(ports, password, database="neo4j", statement="RETURN 1") == [[1]]


def database_failure(ports: Ports, password: str) -> str:
    """Ask a server why it gave up on the user database, which it never tries again; empty when it did not.

    It gives up while it starts, or later, on a full disk for one: then it still calls the database online.
    """
    rows = _rows(ports, password, database="system", statement="SHOW DATABASE neo4j YIELD statusMessage")
    return " ".join(message for (message,) in rows or [] if message)


def _rows(ports: Ports, password: str, *, database: str, statement: str) -> list[list[Any]] | None:
    """Run one statement; None when the server or the database does not answer."""
    request = urllib.request.Request(
        f"http://{HOST}:{ports.http}/db/{database}/tx/commit",
        data=json.dumps({"statements": [{"statement": statement}]}).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Basic {_token(password)}"},
    )
    # No proxy: the address is this machine's own.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=_TIMEOUT_SECONDS) as reply:
            found = json.load(reply)
    except urllib.error.HTTPError as error:
        if error.code == 401:
            raise _password_refused(ports) from error
        return None
    except (OSError, ValueError):
        return None
    return None if found["errors"] else [row["row"] for row in found["results"][0]["data"]]


def _password_refused(ports: Ports) -> ServerFailed:
    return ServerFailed(
        f"The server on port {ports.http} refuses the password of its own password file. "
        "If it was changed by hand, write the new one into the file."
    )


def _token(password: str) -> str:
    return base64.b64encode(f"{USER}:{password}".encode()).decode("ascii")
