"""How long many draws will take, from a few."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from atlas.workflow.plan import seconds_of

SLOW = 2.0  # seconds; of what takes longer, getting ready is a small part


def seconds_each(call: Callable[[int], object], *, n_tried: int = 2) -> tuple[float, float]:
    """Measure how long a call takes without draws, and how much longer with each.

    The first call gets ready what later ones find ready. Its time counts once, so it is not what each draw adds to.
    """
    first = seconds_of(partial(call, 0))
    bare = first if first > SLOW else seconds_of(partial(call, 0))
    return first, max(0.0, seconds_of(partial(call, n_tried)) - bare) / n_tried
