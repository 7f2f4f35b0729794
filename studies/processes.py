"""Jobs of a study in several processes at once."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed

from threadpoolctl import threadpool_limits

from atlas.progress import Progress


def in_processes(function: Callable, jobs: Sequence, name: str, *, n_processes: int, progress: Progress) -> list:
    """Apply a function to jobs, several at once, and give what it returns, in their order."""
    context = multiprocessing.get_context("spawn")
    progress(name, 0, len(jobs))
    with ProcessPoolExecutor(n_processes, mp_context=context) as pool:
        running = [pool.submit(_on_one_thread, function, job) for job in jobs]
        for n_done, _ in enumerate(as_completed(running), start=1):
            progress(name, n_done, len(jobs))
        return [one.result() for one in running]


def _on_one_thread(function: Callable, job) -> object:
    """Keep the processes from waiting for each other's threads."""
    with threadpool_limits(1):
        return function(job)
