"""An atlas of trained neural networks in Neo4j."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from atlas.client import Atlas, Network, Neurons, connect
    from atlas.version import __version__

__all__ = ["Atlas", "Network", "Neurons", "__version__", "connect"]


def __getattr__(name: str) -> Any:
    """Import what stands at a Python prompt when it is first used, so that `import atlas` is light."""
    if name in ("Atlas", "Network", "Neurons", "connect"):
        from atlas import client

        return getattr(client, name)
    if name == "__version__":
        from atlas import version

        return version.__version__
    raise AttributeError(f"module 'atlas' has no attribute {name!r}")
