"""Read networks one by one, or ahead of their loading in processes of their own; in order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from queue import SimpleQueue

from ingest.bulk.entry import Entry
from ingest.bulk.process import ReadingProcess
from ingest.bulk.reading import Reading, Work, attempt
from ingest.keep import Keep

_WORTH_A_PROCESS = 100  # networks for each: until it has read the first takes as long as reading that many small ones
_MOST = 4  # more read faster than one server takes in


def read_all(work: Work, entries: Sequence[Entry], keep: Keep | None, *, workers: int | None) -> Iterator[Reading]:
    """Read networks in order.

    Parameters
    ----------
    work
        Reads one.
    workers
        Processes that read ahead of the one that is taken; with 1, this process reads each when it is asked for.
        None: by the number of networks and cores. On two cores, which the server needs too, more gain nothing.
    """
    n_processes = workers or _fitting(len(entries))
    if n_processes > 1:
        return _read_ahead(work, entries, keep, n_processes)
    return (attempt(work, entry, keep) for entry in entries)


def _fitting(n_networks: int) -> int:
    """Leave half of the cores to the server."""
    return max(1, min(_MOST, (os.cpu_count() or 1) // 2, n_networks // _WORTH_A_PROCESS))


def _read_ahead(work: Work, entries: Sequence[Entry], keep: Keep | None, n_processes: int) -> Iterator[Reading]:
    """Read one network more than there are processes ahead."""
    with ExitStack() as stack:
        pool = ThreadPoolExecutor(n_processes)
        stack.callback(pool.shutdown)
        read = _in_processes(stack, work, keep, n_processes)
        stack.callback(pool.shutdown, wait=False, cancel_futures=True)
        waiting: deque[Future[Reading]] = deque()
        for entry in entries:
            waiting.append(pool.submit(read, entry))
            if len(waiting) > n_processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _in_processes(stack: ExitStack, work: Work, keep: Keep | None, n_processes: int) -> Callable[[Entry], Reading]:
    """Share some processes among as many threads."""
    free: SimpleQueue[ReadingProcess] = SimpleQueue()
    for _ in range(n_processes):
        free.put(stack.enter_context(ReadingProcess()))

    def read(entry: Entry) -> Reading:
        process = free.get()
        try:
            return process.read(work, entry, keep)
        finally:
            free.put(process)

    return read
