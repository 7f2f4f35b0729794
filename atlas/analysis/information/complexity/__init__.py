"""Representational complexity: how many sources must be known together, in the mean over what they tell."""

from atlas.analysis.information.complexity.clocks import clock_complexity
from atlas.analysis.information.complexity.estimating import ESTIMATORS
from atlas.analysis.information.complexity.exact import complexity_of
from atlas.analysis.information.complexity.measuring import complexity_of_elements
from atlas.analysis.information.complexity.minimum import minimum_complexity
from atlas.analysis.information.complexity.profile import Complexity

__all__ = [
    "ESTIMATORS",
    "Complexity",
    "clock_complexity",
    "complexity_of",
    "complexity_of_elements",
    "minimum_complexity",
]
