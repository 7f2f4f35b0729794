"""A network taken apart into affine maps and nonlinearities of each element alone."""

from ingest.masked.staging.staging import staged

__all__ = ["staged"]
