"""One machine thread for sums, whoever else works beside: by more, they would depend on how many there are."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import threadpoolctl

_OF_PROCESS, _OF_THREAD = "blas", "openmp"  # what all threads share, and what every thread has of its own


class _Shared:
    """A limit for the whole process, from the first who enters to the last who leaves."""

    def __init__(self) -> None:
        self._lock, self._n_inside = threading.Lock(), 0
        self._limit: threadpoolctl.threadpool_limits | None = None

    def enter(self) -> None:
        with self._lock:
            self._n_inside += 1
            if self._limit is None:
                _release()
                self._limit = threadpoolctl.threadpool_limits(1, user_api=_OF_PROCESS)

    def leave(self) -> None:
        with self._lock:
            self._n_inside -= 1
            if self._n_inside == 0 and self._limit is not None:
                _release()
                self._limit.restore_original_limits()
                self._limit = None
                _release()


_shared = _Shared()


@contextmanager
def one_thread() -> Iterator[None]:
    """Let linear algebra and k-means use one thread, as long as this lasts.

    Limits of `threadpoolctl` that overlap in two threads undo each other: the first to leave gives the other all
    threads back, the last leaves one to the process for good. These can overlap.
    """
    _shared.enter()
    try:
        with threadpoolctl.threadpool_limits(1, user_api=_OF_THREAD):
            yield
    finally:
        _shared.leave()


def _release() -> None:
    """Let any thread set the limit: since threadpoolctl 3.7 one alone may, and others do nothing."""
    library = getattr(threadpoolctl, "OpenBLASController", None)
    release = getattr(library, "clear_controlling_thread", None)
    if release is not None:
        release(force=True)
