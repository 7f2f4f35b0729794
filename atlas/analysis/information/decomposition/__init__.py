"""Take apart what several sources tell about a target."""

from atlas.analysis.information.decomposition.agreement import Agreement, agreement, agreement_of_rows
from atlas.analysis.information.decomposition.decomposing import decompose
from atlas.analysis.information.decomposition.joint import Joint
from atlas.analysis.information.decomposition.minimum import set_bits, specific_bits
from atlas.analysis.information.decomposition.shared_exclusions import shared_exclusions

__all__ = [
    "Agreement",
    "Joint",
    "agreement",
    "agreement_of_rows",
    "decompose",
    "set_bits",
    "shared_exclusions",
    "specific_bits",
]
