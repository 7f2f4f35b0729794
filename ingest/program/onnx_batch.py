"""One trial and many: how the values of an ONNX graph grow with the batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import onnx

from atlas.errors import DataMismatch, IngestError
from ingest.program.onnx_graph import Graph, reads_of
from ingest.program.onnx_session import Pieces
from ingest.program.operation import Array, Shape


class Batches:
    """Runs pieces of a graph on a batch of any size.

    Where the graph itself takes only one trial at a time, trials are run one by one, and their values laid one behind
    the other along the first axis.

    Parameters
    ----------
    graph
        The graph. Its `shapes` are filled in, and sizes that no batch changes become constants.
    shape, dtype
        Of one trial, with a batch axis of one; ONNX's element type.
    """

    def __init__(self, graph: Graph, shape: Shape, dtype: int) -> None:
        self._graph, self._shape = graph, shape
        self.dtypes = {graph.input: dtype}
        self.pieces = Pieces(graph, self.dtypes)
        one = self._run_whole(self._example()[:1])
        graph.shapes = {name: value.shape for name, value in one.items()}
        self.dtypes.update({name: onnx.helper.np_dtype_to_tensor_dtype(value.dtype) for name, value in one.items()})
        two = self._two_trials(one[graph.output])
        self._two = None if two is None else {name: value.shape for name, value in two.items()}
        graph.at_one = {name: one[name] for name in graph.sizes}
        settled = one if two is None else two
        graph.settle({name: one[name] for name in graph.sizes if np.array_equal(one[name], settled[name])})
        self._sizes: dict[int, dict[str, Array]] = {}

    @property
    def together(self) -> bool:
        """Whether many trials run at once."""
        return self._two is not None

    def compute(self, known: Mapping[str, Array], wanted: Sequence[str]) -> dict[str, Array]:
        """Compute the wanted values for all trials."""
        typed = {name: np.asarray(value, dtype=self._dtype(name)) for name, value in known.items()}
        if not wanted or all(name in typed for name in wanted):
            return {name: typed[name] for name in wanted}
        n_trials = self.count(typed)
        if self.together:
            values = self.pieces.compute({**self.sizes_at(n_trials), **typed}, wanted)
            return {name: values[name] for name in wanted}
        trials = []
        for number in range(n_trials):
            own = {name: self._trial(name, value, number) for name, value in typed.items()}
            trials.append(self.pieces.compute(own, wanted))
        return {name: np.concatenate([np.atleast_1d(values[name]) for values in trials]) for name in wanted}

    def count(self, known: Mapping[str, Array]) -> int:
        """Count the trials that values hold; they must agree."""
        counts = {name: self._count(name, value) for name, value in known.items()}
        if len(set(counts.values())) > 1:
            found = ", ".join(f"{name!r} {n}" for name, n in counts.items())
            raise DataMismatch(f"Values with different numbers of trials: {found}. Give the same trials in each.")
        return next(iter(counts.values()))

    def _count(self, name: str, value: Array) -> int:
        axis, one = self.axis(name), self._graph.shapes[name]
        rest = value.shape[:axis] + value.shape[axis + 1 :]
        if rest != one[:axis] + one[axis + 1 :] or value.shape[axis] % max(one[axis], 1):
            raise DataMismatch(
                f"The value {name!r} of one trial has the shape {one}, trials along axis {axis}; got {value.shape}. "
                "Give the same shape."
            )
        return int(value.shape[axis] // max(one[axis], 1))

    def axis(self, name: str) -> int:
        """Give the axis of a value along which trials lie."""
        if self._two is None:
            return 0
        one, two = self._graph.shapes[name], self._two[name]
        return next((axis for axis, (a, b) in enumerate(zip(one, two, strict=True)) if a != b), 0)

    def sizes_at(self, n_trials: int) -> dict[str, Array]:
        """Compute all values that depend on sizes alone."""
        if n_trials not in self._sizes:
            known: dict[str, Array] = {}
            for node in self._graph.nodes:
                if all(name not in self._graph.sizes for name in node.output):
                    continue
                if node.op_type in ("Shape", "Size") and node.input[0] not in known:
                    inputs = {node.input[0]: np.broadcast_to(np.int8(0), self._shape_at(node.input[0], n_trials))}
                else:
                    inputs = {name: self._known(name, known) for name in reads_of(node)}
                known.update(self._graph.evaluate(node, inputs))
            self._sizes.clear()
            self._sizes[n_trials] = known
        return self._sizes[n_trials]

    def _known(self, name: str, sizes: Mapping[str, Array]) -> Array:
        if name in sizes:
            return sizes[name]
        constants = self._graph.constants
        return constants[name] if name in constants else np.zeros((), self._dtype(name))  # only its type matters

    def _shape_at(self, name: str, n_trials: int) -> Shape:
        one = self._graph.shapes[name]
        two = one if self._two is None else self._two[name]
        return tuple(a + (n_trials - 1) * (b - a) for a, b in zip(one, two, strict=True))

    def _trial(self, name: str, value: Array, number: int) -> Array:
        length = self._graph.shapes[name][0]
        return value[number * length : (number + 1) * length]

    def _dtype(self, name: str) -> np.dtype[np.generic]:
        return np.dtype(onnx.helper.tensor_dtype_to_np_dtype(self.dtypes[name]))

    def _example(self) -> Array:
        """Make two different trials; of tokens the first two, which every vocabulary has."""
        shape = (2, *self._shape[1:])
        dtype = self._dtype(self._graph.input)
        if dtype.kind in "iub":
            return np.broadcast_to(np.arange(2).reshape(2, *[1] * (len(shape) - 1)), shape).astype(dtype)
        return np.random.default_rng(0).random(shape).astype(dtype)

    def _run_whole(self, trials: Array) -> dict[str, Array]:
        graph = self._graph
        names = [name for node in graph.nodes for name in node.output if name]
        return {graph.input: trials, **self.pieces.compute({graph.input: trials}, names)}

    def _two_trials(self, one: Array) -> dict[str, Array] | None:
        """Compute all values at a batch of two; None where it fails or changes what comes out."""
        graph, trials = self._graph, self._example()
        try:
            both = self._run_whole(trials)
            second = self.pieces.compute({graph.input: trials[1:]}, [graph.output])[graph.output]
        except IngestError:
            return None
        if not all(
            _doubled(one_shape, both[name].shape) for name, one_shape in graph.shapes.items() if graph.is_data(name)
        ):
            return None
        axis = next(a for a, (x, y) in enumerate(zip(one.shape, both[graph.output].shape, strict=True)) if x != y)
        apart = np.concatenate([one, second], axis=axis)
        tolerance = 1e-5 * max(1.0, float(np.abs(apart).max()))
        return both if np.allclose(both[graph.output], apart, rtol=1e-3, atol=tolerance, equal_nan=True) else None


def _doubled(one: Shape, two: Shape) -> bool:
    """Tell whether exactly one axis differs, twice as long."""
    grown = [(a, b) for a, b in zip(one, two, strict=False) if a != b]
    return len(one) == len(two) and len(grown) == 1 and grown[0][1] == 2 * grown[0][0]
