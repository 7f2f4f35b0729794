"""An atlas of trained neural networks in Neo4j."""

from importlib.metadata import version

__version__ = version("network-atlas")
