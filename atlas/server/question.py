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


def database_failed(ports: Ports, password: str) -> bool:
    """See whether the server runs but gave up on the user database: then it says why, and never tries again."""
    statement = "SHOW DATABASE neo4j YIELD currentStatus, statusMessage"
    rows = _rows(ports, password, database="system", statement=statement)
    return rows is not None and any(status != "online" and message for status, message in rows)


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
