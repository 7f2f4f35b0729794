"""Do searches for relays find the neurons a class is known to pass? After Hintze and Adami (2023).

    python -m studies.relays --data FOLDER

trains detectors of the ten classes of MNIST by themselves, puts them side by side in one network, looks for the two
neurons of each by every search, and sets relay information against knock-outs. Writes docs/studies/relays.md with its
figures. FOLDER holds `mnist/`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

import ingest
from atlas.analysis.information.discretising import Discretisation
from atlas.analysis.information.relay import Patterns, Trials, grow, relay_information, shrink
from atlas.analysis.information.relay.knock_outs import knock_outs
from atlas.analysis.information.relay.measuring import relay_of_neurons
from atlas.analysis.information.relay.regression import knock_out_regression, random_sets
from atlas.cli.progress import ConsoleProgress
from atlas.progress import Progress, silent
from atlas.records import DataRecord, IntArray, MaskedForward
from atlas.results import RelayPath, RelayResult
from studies import relays_drawing, relays_page
from studies.detectors import N_STEPS, planted_pair, train_detectors

LAYER = "fc1"
STATES = Discretisation(method="two_means", n_states=2)
N_TRAINING = 20_000  # images detectors are trained on; the others are halved: to choose on, and to report on
N_SETS = 200
N_NULL = 20
SEARCHED = {"greedy": ("greedy", 1), "beam 16": ("beam", 16), "beam 64": ("beam", 64)}
DIRECTIONS = {"shrink": shrink, "grow": grow}


@dataclass(frozen=True, kw_only=True)
class Half:
    """A network on half of the trials."""

    forward: MaskedForward
    states: IntArray  # of the hidden neurons, shape (n_neurons, n_trials)
    inputs: IntArray
    outputs: IntArray

    @classmethod
    def of(cls, forward: MaskedForward) -> Half:
        """Run the network and put its activations in two states."""
        states = STATES.states(forward.activations(LAYER))
        return cls(forward=forward, states=states, inputs=forward.data.labels, outputs=forward.predict())

    def lost(self, sets: list[IntArray]) -> np.ndarray:
        """Knock sets out: points lost, shape (n_sets, n_targets)."""
        return knock_outs(self.forward, [{LAYER: numbers} for numbers in sets], self.forward.data.n_classes)


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the study found, one row for each network, numeral and: method; neuron; or nothing else."""

    pairs: pd.DataFrame
    neurons: pd.DataFrame
    regressions: pd.DataFrame
    networks: pd.DataFrame  # one row each


def main() -> None:
    """Do the study and write its page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds mnist/")
    parser.add_argument("--output", type=Path, default=Path("docs/studies"), help="where the page goes")
    parser.add_argument("--networks", type=int, default=10, help="how many are trained")
    chosen = parser.parse_args()
    with ConsoleProgress() as progress:
        data = ingest.read_data(f"mnist:{chosen.data / 'mnist'}:train")
        found = find(data, n_networks=chosen.networks, progress=progress)
    figures = chosen.output / "relays"
    figures.mkdir(parents=True, exist_ok=True)
    relays_drawing.draw(found, figures)
    (chosen.output / "relays.md").write_text(relays_page.written(found), encoding="utf-8")


def find(
    data: DataRecord,
    *,
    n_networks: int,
    n_training: int = N_TRAINING,
    n_steps: int = N_STEPS,
    n_sets: int = N_SETS,
    progress: Progress = silent,
) -> Found:
    """Train networks, and look for what is planted in each."""
    tables: list[dict[str, pd.DataFrame]] = []
    for seed in range(n_networks):
        progress("networks", seed, n_networks)
        network = train_detectors(_part(data, 0, n_training), seed=seed, n_steps=n_steps)
        middle = (n_training + len(data.labels)) // 2
        halves = [
            Half.of(ingest.forward(network, key="detectors", data=_part(data, *ends)))
            for ends in ((n_training, middle), (middle, len(data.labels)))
        ]
        tables.append(
            {name: table.assign(seed=seed) for name, table in found_in(*halves, seed=seed, n_sets=n_sets).items()}
        )
    progress("networks", n_networks, n_networks)
    return Found(**{name: pd.concat([table[name] for table in tables], ignore_index=True) for name in tables[0]})


def found_in(chosen_on: Half, reported_on: Half, *, seed: int, n_sets: int) -> dict[str, pd.DataFrame]:
    """Choose a pair for every numeral by every method on one half of the trials; measure it on the other."""
    own = [relayed(chosen_on, n_null=0, seed=seed), relayed(reported_on, n_null=N_NULL, seed=seed)]
    pairs = [np.array(pair) for pair in combinations(range(len(chosen_on.states)), 2)]
    lost = {half_name: half.lost(pairs) for half_name, half in (("chosen", chosen_on), ("reported", reported_on))}
    points = {frozenset(pair.tolist()): row for pair, row in zip(pairs, lost["reported"], strict=True)}
    rows = []
    for numeral in range(chosen_on.forward.data.n_classes):
        best_pair = frozenset(pairs[int(lost["chosen"][:, 1 + numeral].argmax())].tolist())
        picked = {**dict(_searched(chosen_on, numeral)), **_ranked(own[0], numeral), "knock-outs of pairs": best_pair}
        picked["planted"] = planted_pair(numeral)
        rows += [
            {
                "numeral": numeral,
                "method": method,
                "found": pair == planted_pair(numeral),
                "bits": _pair_bits(reported_on, numeral, pair),
                "points": points[pair][1 + numeral],
            }
            for method, pair in picked.items()
        ]
    return {
        "pairs": pd.DataFrame(rows),
        "neurons": _neurons(own[1]),
        "regressions": _regressed(reported_on, seed=seed, n_sets=n_sets),
        "networks": _network(reported_on, own[1]),
    }


def relayed(half: Half, *, n_null: int, seed: int) -> RelayResult:
    """Measure every neuron, knocked out as well."""
    n_neurons = len(half.states)
    sets = [*np.arange(n_neurons)[:, None], np.arange(n_neurons)]
    return relay_of_neurons(
        {LAYER: half.states},
        half.inputs,
        half.outputs,
        half.forward.data.n_classes,
        network="detectors",
        n_null=n_null,
        n_searches=0,
        n_subsamples=0,
        seed=seed,
        knock_outs=half.lost(sets),
    )


def _searched(half: Half, numeral: int) -> Iterator[tuple[str, frozenset[int]]]:
    """Search the best pair: what is left of all neurons, or is there first."""
    trials = Trials.of(*_one_against_rest(half, numeral), Patterns.of(half.states))
    for direction, search_in in DIRECTIONS.items():
        for name, (search, beam) in SEARCHED.items():
            yield f"{direction}, {name}", _pair(search_in(trials, search=search, beam=beam))


def _pair(path: RelayPath) -> frozenset[int]:
    (at,) = np.flatnonzero(path.sets.sum(axis=1) == 2)
    return frozenset(np.flatnonzero(path.sets[at]).tolist())


def _ranked(own: RelayResult, numeral: int) -> dict[str, frozenset[int]]:
    """Take the two neurons that have most by themselves, where trials are enough to tell."""
    columns = {
        "relay information, alone": own.alone_bits,
        "relay information, rest given": own.bits,
        "label information": own.input_bits,
        "knock-outs one by one": own.knock_out_points,
    }
    known = {name: values[:-1, 1 + numeral] for name, values in columns.items()}
    return {
        name: frozenset(np.argsort(-values, kind="stable")[:2].tolist())
        for name, values in known.items()
        if not np.isnan(values).any()
    }


def _one_against_rest(half: Half, numeral: int) -> tuple[IntArray, IntArray]:
    return (half.inputs == numeral).astype(np.int64), (half.outputs == numeral).astype(np.int64)


def _pair_bits(half: Half, numeral: int, pair: frozenset[int]) -> float:
    return relay_information(*_one_against_rest(half, numeral), half.states.T, relay=sorted(pair)).bits


def _neurons(own: RelayResult) -> pd.DataFrame:
    """Tell of every neuron and numeral what it relays, and what it costs."""
    table = own.to_frame()
    table = table[(table["element"] != own.elements[-1]) & (table["target"] != "all")]
    numeral = table["target"].astype(int)
    neuron = table["element"].str.rpartition("/")[2].astype(int)
    planted = [number in planted_pair(k) for number, k in zip(neuron, numeral, strict=True)]
    return table.assign(numeral=numeral, neuron=neuron, planted=planted)[
        ["numeral", "neuron", "planted", "bits", "alone_bits", "knock_out_points"]
    ]


def _regressed(half: Half, *, seed: int, n_sets: int) -> pd.DataFrame:
    sets = random_sets(len(half.states), n_sets, seed)
    lost = half.lost([np.flatnonzero(one) for one in sets])
    fit = knock_out_regression(
        {LAYER: half.states},
        half.inputs,
        half.outputs,
        half.forward.data.n_classes,
        network="detectors",
        sets={LAYER: sets},
        knock_outs={LAYER: lost},
        seed=seed,
    )
    names = ("size_slope", "relay_slope", "r_squared")
    columns = {name: getattr(fit, name)[0, 1:] for name in names}
    return pd.DataFrame(columns | {"numeral": range(half.forward.data.n_classes)})


def _network(half: Half, own: RelayResult) -> pd.DataFrame:
    row = {
        "accuracy_percent": 100.0 * float((half.inputs == half.outputs).mean()),
        "n_states": own.n_states[-1],
        "trials_per_state": own.trials_per_state[-1],
        "layer_bits": own.bits[-1, 1:].mean(),
        "null_bits": own.null_bits[-1, 1:].mean(),
    }
    return pd.DataFrame([row])


def _part(data: DataRecord, first: int, last: int) -> DataRecord:
    return replace(data, inputs=data.inputs[first:last], labels=data.labels[first:last])


if __name__ == "__main__":
    main()
