"""Test by lesions which clusters matter, and matter to some classes more than to others, beyond random sets."""

from atlas.analysis.lesion.combining import bates, fisher
from atlas.analysis.lesion.double import double_lesions
from atlas.analysis.lesion.sets import MATCHED_ON, tested_sets
from atlas.analysis.lesion.testing import RULES, lesion_tests

__all__ = ["MATCHED_ON", "RULES", "bates", "double_lesions", "fisher", "lesion_tests", "tested_sets"]
