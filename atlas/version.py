"""The version of this library, which every run records."""

from importlib.metadata import version

__version__ = version("network-atlas")
