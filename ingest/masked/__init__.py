"""A network run on its trials, with activations replaced on the way."""

from ingest.masked.forward import ProgramForward

__all__ = ["ProgramForward"]
