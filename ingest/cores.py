"""How many cores torch computes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

import torch

_lock = Lock()
_inside: list[int] = []  # one entry for every thread inside: how many cores there were when the first came


@contextmanager
def one_core() -> Iterator[None]:
    """Keep torch on one core for a while; several threads may, and the last one out gives the cores back.

    Sums over several cores differ in their last bits, and on matrices as small as those of one run over a few
    thousand trials the cores wait for each other longer than they compute, on a busy machine 30 times as long.
    """
    with _lock:
        _inside.append(_inside[0] if _inside else torch.get_num_threads())
        torch.set_num_threads(1)  # in every thread anew: each has a number of its own
    try:
        yield
    finally:
        with _lock:
            n_threads = _inside.pop()
            if not _inside:
                torch.set_num_threads(n_threads)
