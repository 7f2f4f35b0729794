"""Count which neurons relay what inputs tell about outputs, in bits."""

from atlas.analysis.information.relay.aggregating import aggregated_bits
from atlas.analysis.information.relay.definition import RelayBits, relay_information
from atlas.analysis.information.relay.leave_one_out import NeuronRelays, leave_one_out
from atlas.analysis.information.relay.patterns import Patterns
from atlas.analysis.information.relay.searching import SEARCHES, grow, grow_each, shrink, shrink_each
from atlas.analysis.information.relay.trials import Trials

__all__ = [
    "SEARCHES",
    "NeuronRelays",
    "Patterns",
    "RelayBits",
    "Trials",
    "aggregated_bits",
    "grow",
    "grow_each",
    "leave_one_out",
    "relay_information",
    "shrink",
    "shrink_each",
]
