"""Who works at a sweep: threads of this process, or Dask workers on any number of machines."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from atlas.analysis.mapping import Arrays, Block, Mapper, one_by_one
from atlas.analysis.seeds import check_whole
from atlas.errors import AnalysisError, BadParameter, shown


@dataclass(frozen=True, kw_only=True)
class Workers:
    """Who works at a sweep. The numbers are the same whoever does, so no run records it."""

    threads: int | None = None  # None: as many as this process may use cores
    dask: str | None = None  # address of a Dask scheduler, tcp://HOST:PORT, instead of threads

    def __post_init__(self) -> None:
        if self.threads is not None:
            check_whole(least=1, threads=self.threads)
        if self.dask is not None and not isinstance(self.dask, str):
            raise BadParameter(f"dask is {shown(self.dask)}. It is the address of a Dask scheduler, tcp://HOST:PORT.")
        if self.threads is not None and self.dask is not None:
            raise BadParameter("A sweep runs in threads or on Dask workers, not both. Give one of them.")


@contextmanager
def mapper_of(workers: Workers) -> Iterator[Mapper]:
    """Set workers to work, as long as this lasts.

    Raises
    ------
    BadParameter
        It is another thing than workers.
    AnalysisError
        Dask is not installed, there is no scheduler, or it has no workers.
    """
    if not isinstance(workers, Workers):
        raise BadParameter(
            f"workers is {shown(workers)}. Give atlas.workflow.workers.Workers(threads=4), or None for one thread for "
            "each core."
        )
    if workers.dask is not None:
        with _dask(workers.dask) as mapper:
            yield mapper
        return
    n_threads = workers.threads or _n_cores()
    if n_threads == 1:
        yield one_by_one
        return
    executor = ThreadPoolExecutor(n_threads, thread_name_prefix="sweep")

    def in_threads(function: Callable[[Block], Arrays], blocks: Sequence[Block]) -> Iterator[Arrays]:
        return executor.map(function, blocks)

    try:
        yield in_threads
    finally:
        executor.shutdown(cancel_futures=True)


def _n_cores() -> int:
    """Count the cores this process may use, where the system tells."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _dask(address: str) -> Iterator[Mapper]:
    try:
        import distributed
    except ImportError as error:
        raise AnalysisError(
            "Dask is not installed. Install it: pip install 'network-atlas[dask]', here and where the workers run."
        ) from error
    try:
        client: Any = distributed.Client(address, timeout="10s", set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise AnalysisError(
            f"There is no Dask scheduler at {address!r}. Start one (`dask scheduler`), and workers (`dask worker "
            f"{address}`), or leave out --dask."
        ) from error
    with client:
        if not client.scheduler_info()["workers"]:
            raise AnalysisError(
                f"The Dask scheduler at {address!r} has no workers. Start one: `dask worker {address}`."
            )
        yield _DaskMapper(client)


class _DaskMapper:
    """Send the function to every worker once, then the blocks to whoever is free."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __call__(self, function: Callable[[Block], Arrays], blocks: Sequence[Block]) -> Iterator[Arrays]:
        everywhere = self._client.scatter(function, broadcast=True, hash=False)
        futures = [self._client.submit(_call, everywhere, block, pure=False) for block in blocks]
        for number, future in enumerate(futures):
            yield future.result()
            futures[number] = None  # lets the worker forget it


def _call(function: Callable[[Block], Arrays], block: Block) -> Arrays:
    return function(block)
