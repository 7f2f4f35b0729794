"""Wait until what was open has ended."""

from __future__ import annotations

import time

from atlas.progress import Progress, silent
from atlas.store.connection import Store

WAIT_SECONDS = 60.0
_LIST = "SHOW TRANSACTIONS YIELD transactionId, database WHERE database <> 'system' RETURN transactionId AS id"


def wait_for_older(store: Store, *, progress: Progress = silent, seconds: float = WAIT_SECONDS) -> bool:
    """Wait until every transaction that is open now has ended; False when one outlasts `seconds`."""
    open_now = _open(store)
    deadline = time.monotonic() + seconds
    while True:
        left = open_now & _open(store)
        if not left or time.monotonic() > deadline:
            return not left
        progress("wait for queries to end", len(open_now) - len(left), len(open_now))
        time.sleep(0.05)


def _open(store: Store) -> set[str]:
    """List open transactions; that of the listing itself has ended when the next listing is made."""
    return {row["id"] for row in store.rows(_LIST)}
