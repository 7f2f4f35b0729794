"""`atlas demo`: from nothing to a first answer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from atlas.cli.examples import example
from atlas.cli.progress import ConsoleProgress
from atlas.cli.tables import Format, print_table

if TYPE_CHECKING:
    import pandas as pd

    from atlas.client import Atlas
    from atlas.workflow.plan import Outcome
    from ingest import DemoNetwork

_PARTITION = "leiden-1.0-seed0"
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
effect_points      accuracy lost when the cluster is ablated, in percentage points
effect_null_mean   the same for random sets with as many neurons of each layer
label_bits         what the cluster's neurons tell about the class, in bits
null_bits          the same under shuffled labels
effect_q, information_q   false discovery rates; used or informed: at most 0.05
bits unknown       the cluster has more states than the trials can fill, or no hidden neuron
"""


def add_to(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command(epilog=example("atlas demo --data digits"))(demo)


def demo(
    data: Annotated[
        str, typer.Option(metavar="SPEC", help="digits, mnist:FOLDER or fashion:FOLDER: trained and measured on.")
    ] = "digits",
) -> None:
    """Train a small network, take it in, partition, ablate and inform it, and show the first answer.

    Run again, it reuses what is there.
    """
    key = f"{data.partition(':')[0]}-mlp"
    with ConsoleProgress() as progress:
        network = _trained(data, progress)
        with _timed("server", progress) as notes:
            atlas = _connected(progress)
            notes.append(atlas.store.uri)
        with atlas:
            answer = _answer(atlas, key, network, progress)
            uri = atlas.store.uri
    print_table(answer[list(_COLUMNS)], Format.table)
    print(_LEGEND)
    print(_how_to_go_on(key, uri))


def _trained(data: str, progress: ConsoleProgress) -> DemoNetwork:
    with _timed("train", progress) as notes:
        from atlas.server.settings import atlas_home
        from ingest import demo_network

        network = demo_network(atlas_home() / "networks", data, progress=progress)
        notes.append(f"{'reused' if network.reused else 'trained'}, {network.path}")
    return network


def _connected(progress: ConsoleProgress) -> Atlas:
    from atlas.client import connect

    return connect(progress=progress)


def _answer(atlas: Atlas, key: str, demo_network: DemoNetwork, progress: ConsoleProgress) -> pd.DataFrame:
    from ingest import Opening, Origin, add

    with _timed("ingest", progress) as notes:
        was_there = key in set(atlas.networks()["network"])
        network = add(
            atlas,
            demo_network.path,
            key=key,
            data=demo_network.data,
            opening=Opening(chain=demo_network.chain),
            origin=Origin(seed=demo_network.seed),
            progress=progress,
        )
        notes.append(f"{key} {'was there already' if was_there else 'loaded'}")
    with _timed("partition", progress) as notes:
        notes += _told(network.partition(resolution=1.0, seed=0, progress=progress))
    with _timed("ablate", progress) as notes:
        notes += _told(*network.ablate(partition=_PARTITION, progress=progress))
    with _timed("inform", progress) as notes:
        notes += _told(*network.inform(partition=_PARTITION, progress=progress))
    with _timed("ask", progress) as notes:
        notes.append("effect_and_information")
        return atlas.ask("effect_and_information", network=key, partition=_PARTITION)


def _told(*outcomes: Outcome[object]) -> list[str]:
    return [f"{each.measures}{': was there already' if each.already_there else ''}" for each in outcomes]


@contextmanager
def _timed(step: str, progress: ConsoleProgress) -> Iterator[list[str]]:
    """Tell how long a step took, and what is noted of it."""
    notes: list[str] = []
    started = time.perf_counter()
    yield notes
    progress.say(f"{step:<10}{time.perf_counter() - started:5.1f} s  {'; '.join(notes)}")


def _how_to_go_on(key: str, uri: str) -> str:
    return f"""\
Go on from here:
  Browser       {_browser(uri)}
                There, try: MATCH path = (:Neuron)-[:IN_CLUSTER]->(:Cluster {{key: '{key}/{_PARTITION}/0'}}) RETURN path
  Python        from atlas import connect
                with connect() as atlas:
                    print(atlas.network({key!r}).clusters())
  Command line  atlas ask most_damaging_neurons network={key} top=5
                atlas questions"""


def _browser(uri: str) -> str:
    from atlas.server import status

    managed = status()
    if managed is None or managed.uri != uri:
        return f"Neo4j Browser of your own server, {uri}"
    return f"{managed.browser_uri}\n                User {managed.user}, password in {managed.folder / 'password'}"
