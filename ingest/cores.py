"""How many cores torch computes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def one_core() -> Iterator[None]:
    """Keep torch on one core for a while.

    Sums over several cores differ in their last bits, and on matrices as small as those of one run over a few
    thousand trials the cores wait for each other longer than they compute, on a busy machine 30 times as long.
    """
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(n_threads)
