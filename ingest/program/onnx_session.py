"""Pieces of an ONNX graph, run by ONNX Runtime on one core."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache

import numpy as np
import onnx
import onnxruntime

from atlas.errors import BadParameter, UnsupportedLayer
from ingest.program.onnx_graph import Graph, reads_of
from ingest.program.onnx_words import one_line
from ingest.program.operation import Array

_IR_VERSION = 10  # the newest that every supported ONNX Runtime reads
_EMBEDDED_BYTES = 1024  # smaller constants stand in the pieces themselves, where shapes are read from them
_SHARED = ("float32", "float64", "int64", "int32", "bool", "uint8", "int8", "float16")
_N_SESSIONS = 64


class Pieces:
    """Runs the part of a graph that lies between known and wanted values.

    Nothing is fused or reordered, so a value is the same whichever piece computes it.

    Parameters
    ----------
    graph
        The graph. Of its constants one copy serves all pieces.
    dtypes
        ONNX's element types of values, filled in as they become known.
    """

    def __init__(self, graph: Graph, dtypes: dict[str, int]) -> None:
        self.graph, self.dtypes = graph, dtypes
        self._held: dict[str, onnxruntime.OrtValue] = {}
        self._session = lru_cache(maxsize=_N_SESSIONS)(self._open)
        self.places = lru_cache(maxsize=1024)(self._places)

    def compute(self, known: Mapping[str, Array], wanted: Sequence[str]) -> dict[str, Array]:
        """Compute the wanted values; those known are given back as they are."""
        missing = tuple(name for name in dict.fromkeys(wanted) if name not in known)
        if not missing:
            return {name: known[name] for name in wanted}
        inputs, session = self._session(frozenset(known), missing)
        try:
            values = session.run(list(missing), {name: np.ascontiguousarray(known[name]) for name in inputs})
        except Exception as error:  # ONNX Runtime's errors have no class of their own
            raise UnsupportedLayer(
                f"ONNX Runtime fails on the way to {missing[0]!r}: {one_line(error)}. Check the shapes of the input."
            ) from error
        return {**{name: known[name] for name in wanted if name in known}, **dict(zip(missing, values, strict=True))}

    def _places(self, known: AbstractSet[str], wanted: tuple[str, ...]) -> tuple[int, ...]:
        """Number the nodes between known and wanted values, in order."""
        graph = self.graph
        needed: set[int] = set()
        ahead = [name for name in wanted if name not in known]
        while ahead:
            name = ahead.pop()
            place = graph.places.get(name, -1)
            if place < 0:
                raise BadParameter(
                    f"The value {wanted[0]!r} needs {name!r}, which is neither given nor computed. Give it."
                )
            if place not in needed:
                needed.add(place)
                ahead += [read for read in reads_of(graph.nodes[place]) if self._asked(read, known)]
        return tuple(sorted(needed))

    def _asked(self, name: str, known: AbstractSet[str]) -> bool:
        return name not in known and name not in self.graph.constants

    def _open(
        self, known: frozenset[str], wanted: tuple[str, ...]
    ) -> tuple[tuple[str, ...], onnxruntime.InferenceSession]:
        nodes = [self.graph.nodes[place] for place in self.places(known, wanted)]
        reads = dict.fromkeys(name for node in nodes for name in reads_of(node))
        made = {name for node in nodes for name in node.output}
        inputs = tuple(name for name in reads if name in known and name not in made)
        options = _options()
        constants = [self._constant(name, options) for name in reads if name in self.graph.constants]
        graph = onnx.GraphProto(
            name="piece",
            node=[_without(node, known) for node in nodes],
            initializer=constants,
            input=[onnx.helper.make_tensor_value_info(name, self.dtypes[name], None) for name in inputs],
            output=[onnx.ValueInfoProto(name=name) for name in wanted],
        )
        opsets = [onnx.helper.make_opsetid(domain, version) for domain, version in self.graph.opsets.items()]
        model = onnx.helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION)
        try:
            session = onnxruntime.InferenceSession(
                model.SerializeToString(), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # ONNX Runtime's errors have no class of their own
            raise UnsupportedLayer(
                f"ONNX Runtime cannot run the network up to {wanted[-1]!r}: {one_line(error)}. "
                "Export it again with opset_version=18, or update onnxruntime."
            ) from error
        return inputs, session

    def _constant(self, name: str, options: onnxruntime.SessionOptions) -> onnx.TensorProto:
        """Put a small constant into a piece, and a large one beside it."""
        array = self.graph.constants[name]
        if array.nbytes <= _EMBEDDED_BYTES or array.dtype.name not in _SHARED:
            return onnx.numpy_helper.from_array(np.asarray(array), name)
        if name not in self._held:
            self._held[name] = onnxruntime.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(array))
        options.add_external_initializers([name], [self._held[name]])
        data_type = onnx.helper.np_dtype_to_tensor_dtype(array.dtype)
        location = onnx.StringStringEntryProto(key="location", value="memory")
        return onnx.TensorProto(
            name=name, data_type=data_type, dims=array.shape,
            data_location=onnx.TensorProto.EXTERNAL, external_data=[location],
        )  # fmt: skip


def _options() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.use_deterministic_compute = True
    options.enable_cpu_mem_arena = False  # many sessions are open at a time
    options.log_severity_level = 4
    return options


def _without(node: onnx.NodeProto, known: AbstractSet[str]) -> onnx.NodeProto:
    """Leave out what a node puts out where it is known already."""
    if not any(name in known for name in node.output):
        return node
    copy = onnx.NodeProto()
    copy.CopyFrom(node)
    copy.output[:] = ["" if name in known else name for name in node.output]
    return copy
