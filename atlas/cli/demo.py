"""`atlas demo`: from nothing to a first answer."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from atlas.cli.examples import example
from atlas.cli.opening import opened
from atlas.cli.progress import ConsoleProgress
from atlas.cli.tables import Format, print_table

if TYPE_CHECKING:
    import pandas as pd

    from atlas.client import Atlas
    from atlas.workflow.plan import Outcome

_COLUMNS = (
    "cluster_number",
    "n_neurons",
    "effect_points",
    "effect_null_mean",
    "effect_q",
    "label_bits",
    "null_bits",
    "information_q",
    "quadrant",
)
_LEGEND = """\
effect_points: accuracy lost when the cluster is ablated, in percentage points; effect_null_mean: the same for random
sets with as many neurons of each layer. label_bits: what the cluster tells about the class; null_bits: under shuffled
labels. q: false discovery rate. A cluster is not measured where the trials are too few for its states."""


_PARTITION = "leiden-1.0-seed0"


def add_to(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command(epilog=example("atlas demo --data digits"))(demo)


def demo(
    data: Annotated[
        str, typer.Option(metavar="SPEC", help="digits, mnist:FOLDER or fashion:FOLDER: trained on, measured on.")
    ] = "digits",
) -> None:
    """Train a small network, take it in, partition, ablate and inform it, and show the first answer.

    Run again, it reuses what is there.
    """
    key = f"{data.partition(':')[0]}-mlp"
    steps = _Steps()
    with ConsoleProgress() as progress:
        with steps.timed("train", progress):
            network = _trained(data, progress)
        with steps.timed("server", progress), connect(progress=progress) as atlas:
            pass
