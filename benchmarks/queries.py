"""Every question and picture on an atlas with a network of 1 million weights and twenty small ones; then with another.

    python -m benchmarks.queries [N_REPEATS] [N_HIDDEN]

An atlas of its own is filled and removed again. Every analysis has run on the large networks, with few random draws:
how many is not what a question takes longer for. A time is that of `ask`, or of `cypher` with the text of a picture,
from the name to the table, in ms; the two answers are compared before a time counts. Look-ups have 100 ms at the 95th
percentile; scans, which read all weights or neurons of a cluster, the network or the whole atlas, have 2 s. Medians may
rise 1.5 times, or by 2 ms, with the other network. Questions about two networks are asked about small ones.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

import ingest
from atlas import server
from atlas.catalogue import Query, questions
from atlas.catalogue.header import example_lines, example_values
from atlas.client import Atlas, Network, connect
from atlas.errors import AtlasError
from atlas.store import link_checkpoints
from ingest.data import read_data
from ingest.demo import train
from ingest.record import Origin

N_SMALL, N_LAST, N_WARM = 20, 32, 2
LOOK_UP_MS, SCAN_MS, MOST_RATIO, LEAST_RISE_MS = 100, 2000, 1.5, 2
DEMO, LARGE, OTHER = "digits-mlp", "large", "other"
# The small networks that questions about two networks name in their examples.
COMPARED = [(f"mnist-seed{seed}", Origin(family="mnist", seed=seed)) for seed in (0, 1)]
COMPARED += [(f"{DEMO}-step{step}", Origin(family=DEMO, seed=0, training_step=step)) for step in (0, 100)]
PARTITION, PARTS = "leiden-1.0-seed0", "parts"
SCANS = {"cluster_matrix", "cluster_members", "subgraph_of_cluster", "strongest_paths", "common_inputs"}  # weights
SCANS |= {"find_neurons", "find_similar_neurons", "boundary_neurons", "class_specialists", "safe_to_prune"}  # neurons
SCANS |= {"effect_vs_strength_outliers", "checkpoint_diff", "data_dictionary", "atlas_health"}


@dataclass(frozen=True, kw_only=True)
class Case:
    """A question, or its picture, and the values it is asked with."""

    query: Query
    values: dict[str, object]
    is_view: bool = False
    more: str = ""  # what of the values is not the example

    def __str__(self) -> str:
        return f"{self.query.name}{'.view' if self.is_view else ''} {self.more}".rstrip()

    @property
    def limit_ms(self) -> int:
        """How long it may take."""
        is_scan = self.query.name in SCANS or self.query.subject == "checks"
        return SCAN_MS if is_scan else LOOK_UP_MS

    def ask(self, atlas: Atlas) -> pd.DataFrame:
        """Ask once."""
        if self.is_view:
            return atlas.cypher(str(self.query.view), **self.values)
        return atlas.ask(self.query.name, **self.values)


def analyse(network: Network) -> None:
    """Let every analysis write once, in the order in which they need each other."""
    steps: dict[str, Callable[[], object]] = {
        "partition": lambda: network.partition(n_null=2, n_seeds=2),
        "ablate": lambda: network.ablate(n_null=9),
        "inform": lambda: network.inform(n_null=9, n_subsamples=9),
        "indicators": lambda: network.indicators(n_bootstrap=9, n_null=9),
        "populations": lambda: network.populations(by="activation", n_null=9, n_bootstrap=9, max_groups=5, name=PARTS),
        "agree": lambda: network.agree(PARTITION, PARTS, n_null=9, n_bootstrap=9),
        "lesion": lambda: network.lesion(partition=PARTITION, n_null=9),
        "pairs": lambda: network.pairs(layers="fc3", n_null=9),
        "pairs of clusters": lambda: network.pairs(partition=PARTITION, n_null=9),
        "motifs": lambda: network.motifs(n_strongest=5, n_null=3),
        "relay": lambda: network.relay(partition=PARTITION, n_null=9, n_searches=1, n_subsamples=9, n_sets=9),
        "complexity": lambda: network.complexity(
            partition=PARTITION, n_null=3, n_subsamples=3, n_noise=1, n_subsets=3, n_draws=100
        ),
        "synergy": lambda: network.synergy(partition=PARTITION, n_null=9),
        "correlate": lambda: network.correlate(closures="gauss", n_null=3, n_bootstrap=3, n_surrogates=2),
        "roles": lambda: network.roles(),
    }
    for name, step in steps.items():
        began = time.perf_counter()
        step()
        print(f"  {name:<18}{time.perf_counter() - began:6.1f} s", file=sys.stderr, flush=True)


def take_in(atlas: Atlas, key: str, hidden: list[int], origin: Origin | None = None) -> Network:
    """Load a network that has seen the digits five times; its layers are called as the demo's."""
    print(f"load {key}", file=sys.stderr, flush=True)
    seed = 0 if origin is None or origin.seed is None else origin.seed
    network = train(read_data("digits:train"), hidden=hidden, seed=seed, epochs=5)
    return ingest.add(atlas, network, key=key, data="digits", origin=origin)


def take_in_small(atlas: Atlas) -> None:
    """Load the small networks and ablate them; two are compared as seeds, two as checkpoints."""
    for number in range(N_SMALL):
        key, origin = COMPARED[number] if number < len(COMPARED) else (f"small-{number}", Origin(seed=number))
        network = take_in(atlas, key, [24, 16], origin)
        network.ablate(n_null=9)
        if number < len(COMPARED):
            network.partition(n_null=2, n_seeds=2)
    first, second, early, late = (key for key, _ in COMPARED)
    atlas.compare(first, second, n_null=19, n_bootstrap=9)
    link_checkpoints(atlas.store, [early, late])
    atlas.network(late).compare_checkpoints(n_null=19, n_bootstrap=9)


def cases(n_second: int) -> list[Case]:
    """List every question and picture with its examples about the large network, and what else takes long."""
    every = [f"{LARGE}/fc2/{number}" for number in range(n_second)]
    changes: dict[str, list[dict[str, object]]] = {
        "find_similar_neurons": [{}, {"by": "weights"}],
        "strongest_paths": [{}, {"measure": "bottleneck"}],
        "common_inputs": [{}, {"neurons": every}],
        "cluster_history": [{"network": COMPARED[-1][0]}],
        "knows_but_unused": [{}, {"partition": PARTITION, "max_abs_points": 100.0, "fdr": 1.0}],
        "safe_to_prune": [{}, {"partition": PARTITION, "max_points": 100.0}],
    }
    found = []
    for query in questions():
        for changed in changes.get(query.name, [{}]):
            values = parameters(query) | changed
            more = " ".join(f"{name}={value}" if isinstance(value, str) else name for name, value in changed.items())
            found.append(Case(query=query, values=values, more=more))
            if query.view is not None:
                used = example_values(example_lines(query.view), query.path)
                drawn = {name: values[name] for name in used}
                found.append(Case(query=query, values=drawn, more=more, is_view=True))
    return found


def parameters(query: Query) -> dict[str, object]:
    """Give the examples of a question, of the large network instead of the demo's."""
    names = {parameter.name for parameter in query.parameters}
    values = {name: of_large(value) for name, value in query.example_values.items()}
    return values | ({"network": LARGE} if "network" in names else {})


def of_large(value: object) -> object:
    """Name the large network where the demo's is named."""
    if isinstance(value, list):
        return [of_large(one) for one in value]
    is_of_demo = isinstance(value, str) and (value == DEMO or value.startswith(f"{DEMO}/"))
    return str(value).replace(DEMO, LARGE) if is_of_demo else value


def measure(atlas: Atlas, case: Case, repeats: int) -> tuple[pd.DataFrame, list[float]]:
    """Ask a question again and again; its answer and milliseconds."""
    for _ in range(N_WARM):
        answer = case.ask(atlas)
    took = []
    for _ in range(repeats):
        began = time.perf_counter()
        answer = case.ask(atlas)
        took.append((time.perf_counter() - began) * 1e3)
    return answer, took


def report(case: Case, before: list[float], after: list[float], *, n_rows: int) -> bool:
    """Print a line; tell whether every limit is kept."""
    p50, p95 = np.percentile(before, [50, 95])
    later, later_p95 = np.percentile(after, [50, 95])
    is_over = {"p95": max(p95, later_p95) > case.limit_ms, "ratio": scales(p50, later)}
    over = " ".join(text for text, over in is_over.items() if over)
    numbers = f"{p50:9.1f}{p95:9.1f}{later:9.1f}{later_p95:9.1f}{later / p50:7.2f}"
    print(f"{case!s:<44.43}{numbers}{n_rows:6}  (limit {case.limit_ms} ms) {over and 'OVER ' + over}".rstrip())
    return not over


def scales(before: float, after: float) -> bool:
    """Tell whether a median grew with a network that was not asked about."""
    return after > MOST_RATIO * before and after - before > LEAST_RISE_MS


def answered(atlas: Atlas, asked: list[Case], repeats: int) -> dict[int, tuple[pd.DataFrame, list[float]]]:
    """Measure every case; say which were refused."""
    found = {}
    for place, case in enumerate(asked):
        try:
            found[place] = measure(atlas, case, repeats)
        except AtlasError as error:
            print(f"{case}: {error}", flush=True)
    return found


def main(repeats: int, n_hidden: int) -> int:
    """Fill the atlas, ask, add the other network, ask again, and print every question with its limits."""
    hidden = [n_hidden, n_hidden - n_hidden // 10, N_LAST]
    with connect() as atlas:
        take_in_small(atlas)
        analyse(take_in(atlas, LARGE, hidden))
        asked = cases(hidden[1])
        answered(atlas, asked, 3)  # the server compiles what it runs often
        before = answered(atlas, asked, repeats)
        analyse(take_in(atlas, OTHER, hidden))
        after = answered(atlas, asked, repeats)
    print(f"{'milliseconds':<44}{'p50':>9}{'p95':>9}{'p50':>9}{'p95':>9}{'ratio':>7}{'rows':>6}  (then with the other)")
    kept = []
    for place, (answer, took) in before.items():
        if "network" in asked[place].values:
            pd.testing.assert_frame_equal(answer, after[place][0])
        kept.append(report(asked[place], took, after[place][1], n_rows=len(answer)))
    print(f"{sum(kept)} of {len(asked)} keep their limits")
    return int(sum(kept) < len(asked))


def in_its_own_home(repeats: int, n_hidden: int) -> int:
    """Run all in an atlas that is removed again."""
    with tempfile.TemporaryDirectory(prefix="atlas-queries-") as home:
        os.environ["ATLAS_HOME"] = home
        os.environ.pop("ATLAS_NEO4J_URI", None)
        try:
            return main(repeats, n_hidden)
        finally:
            server.stop(Path(home))


if __name__ == "__main__":
    sys.exit(in_its_own_home(*(int(float(text)) for text in (sys.argv[1:] + ["20", "1010"][len(sys.argv) - 1 :]))))
