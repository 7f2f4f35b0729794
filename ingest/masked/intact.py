"""The intact network: run once on all trials, in blocks, and kept where memory allows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from atlas.records import FloatArray, IntArray
from ingest.masked.layout import Layout, layouts
from ingest.masked.summary import Steps, summarised
from ingest.program.operation import Array, Program
from ingest.walk.walked import Site, Walked

BLOCK_BYTES = 256 * 2**20  # of all values of one block of trials
KEPT_BYTES = 2 * 2**30  # of what all layers put out in all trials; above it, every run begins at the input


class Intact:
    """What every layer puts out in every trial; `values` have the shape (n_trials, *shape of the layer's site)."""

    def __init__(self, program: Program, walked: Walked, inputs: Array, *, trial_weights: FloatArray) -> None:
        self._program, self._inputs, self._trial_weights = program, inputs, trial_weights
        self.sites = walked.sites
        self._order = [layer.name for layer in walked.layers]
        tokens = inputs if inputs.dtype.kind == "i" else None
        found = layouts(program, {site.value for site in self.sites.values()} | {program.output}, tokens=tokens)
        self._layouts = {layer: found[site.value] for layer, site in self.sites.items()}
        self.output_layout = found[program.output]
        self.block = max(1, BLOCK_BYTES // _bytes_per_trial(program))
        self._steps = _steps(program, self.sites)
        self._kept: dict[str, Array] = {}
        self._means: dict[str, Array] = {}
        self._balanced_means: dict[str, Array] = {}
        self._activations: dict[str, FloatArray] = {}
        self.outputs = self._run_all()

    def activations(self, layer: str) -> FloatArray:
        """Give one number for every neuron and trial."""
        return self._activations[layer]

    def values(self, layer: str, rows: IntArray) -> Array:
        """Give what a layer puts out in the chosen trials; computed again where it was too large to be kept."""
        if layer in self._kept:
            kept = self._kept[layer]
            return kept if len(rows) == len(kept) and (rows == np.arange(len(kept))).all() else kept[rows]
        site = self.sites[layer]
        found = self._program.run({self._program.input.value: self._inputs[rows]}, [site.value])
        return self._layouts[layer].apart(found[site.value])

    def keep(self, layer: str, values: Array) -> None:
        """Keep the values of a layer in the order that somebody else needs them in."""
        if layer in self._kept:
            self._kept[layer] = _read_only(values)

    def mean(self, layer: str) -> Array:
        """Average what a layer puts out over all trials, element by element."""
        return self._means[layer]

    def balanced_mean(self, layer: str) -> Array:
        """Average what a layer puts out over all trials, element by element, every class counting alike."""
        return self._balanced_means[layer]

    def layout(self, layer: str) -> Layout:
        """Tell where the trials stand in a layer's value."""
        return self._layouts[layer]

    def steps(self, layer: str) -> Steps | None:
        """Tell the steps of a recurrent layer."""
        return self._steps.get(layer)

    def summarised(self, layer: str, values: Array) -> FloatArray:
        """Give one number for every neuron."""
        return summarised(self.sites[layer], values, steps=self._steps.get(layer))

    def blocks(self, rows: IntArray) -> Iterator[IntArray]:
        """Cut trials into blocks that fit into memory."""
        for first in range(0, max(len(rows), 1), self.block):
            yield rows[first : first + self.block]

    def given(self, layer: str, rows: IntArray) -> Mapping[str, Array]:
        """List the values a run that begins at `layer` may start from: those of the layers up to it."""
        upstream = self._order[: self._order.index(layer) + 1]
        if layer in self._steps:
            upstream = upstream[:-1]
        return _Given(self, [name for name in upstream if name in self._kept], rows)

    def inputs(self, rows: IntArray) -> Array:
        """Give the inputs of the chosen trials."""
        return self._inputs[rows]

    @property
    def input_value(self) -> str:
        """Name of the value the inputs are."""
        return self._program.input.value

    def _run_all(self) -> Array:
        """Run all trials; keep activations, means, and what fits."""
        rows = np.arange(len(self._inputs))
        wanted = [site.value for site in self.sites.values()]
        pieces: dict[str, list[Array]] = {layer: [] for layer in self.sites}
        summaries: dict[str, list[FloatArray]] = {layer: [] for layer in self.sites}
        sums = {layer: np.zeros(site.numbers.shape) for layer, site in self.sites.items()}
        balanced = {layer: np.zeros(site.numbers.shape) for layer, site in self.sites.items()}
        outputs, keep = [], self._fits()
        for block in self.blocks(rows):
            found = self._program.run({self.input_value: self._inputs[block]}, [*wanted, self._program.output])
            outputs.append(self.output_layout.apart(found[self._program.output]))
            for layer, site in self.sites.items():
                values = self._layouts[layer].apart(found[site.value])
                sums[layer] += values.sum(axis=0, dtype=np.float64)
                balanced[layer] += np.tensordot(self._trial_weights[block], values, axes=1)
                summaries[layer].append(self.summarised(layer, values))
                pieces[layer].extend([values] if keep else [])
        self._means = {layer: total / len(rows) for layer, total in sums.items()}
        self._balanced_means = balanced
        self._activations = {layer: _read_only(np.concatenate(parts)) for layer, parts in summaries.items()}
        self._kept = {layer: _read_only(np.concatenate(parts)) for layer, parts in pieces.items() if parts}
        return np.concatenate(outputs)

    def _fits(self) -> bool:
        per_trial = sum(site.numbers.size for site in self.sites.values()) * self._inputs.itemsize
        return per_trial * len(self._inputs) <= KEPT_BYTES


class _Given(Mapping[str, Array]):
    """Values of chosen trials, put together only when they are asked for."""

    def __init__(self, intact: Intact, layers: list[str], rows: IntArray) -> None:
        self._intact, self._rows = intact, rows
        self._layers = {intact.sites[layer].value: layer for layer in layers}

    def __getitem__(self, value: str) -> Array:
        if value == self._intact.input_value:
            return self._intact.inputs(self._rows)
        layer = self._layers[value]
        return self._intact.layout(layer).together(self._intact.values(layer, self._rows))

    def __iter__(self) -> Iterator[str]:
        return iter({self._intact.input_value: "", **self._layers})

    def __len__(self) -> int:
        return len(list(iter(self)))


def _bytes_per_trial(program: Program) -> int:
    return 4 * sum(int(np.prod(shape, dtype=np.int64)) for shape in program.shapes.values())


def _steps(program: Program, sites: Mapping[str, Site]) -> dict[str, Steps]:
    made_by = {operation.output: operation for operation in program.operations if operation.kind == "recurrent"}
    return {
        layer: Steps(
            axis=made_by[site.value].options["steps"], bidirectional=made_by[site.value].options["bidirectional"]
        )
        for layer, site in sites.items()
        if site.value in made_by and made_by[site.value].options["steps"] is not None
    }


def _read_only(array: Array) -> Array:
    array.flags.writeable = False
    return array
