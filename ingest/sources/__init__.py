"""Where networks come from: files, factories and chains, read without running foreign code."""

from ingest.sources.chain import module_of_chain
from ingest.sources.exported import read_exported
from ingest.sources.factory import module_of_factory
from ingest.sources.inspection import Inspection, inspect
from ingest.sources.tensors import TensorFile, check_weights, read_tensors

__all__ = [
    "Inspection",
    "TensorFile",
    "check_weights",
    "inspect",
    "module_of_chain",
    "module_of_factory",
    "read_exported",
    "read_tensors",
]
