"""The atlas at a Python prompt."""

from atlas.client.atlas import Atlas
from atlas.client.connecting import connect
from atlas.client.criteria import Neurons
from atlas.client.network import Network

__all__ = ["Atlas", "Network", "Neurons", "connect"]
