"""Roles of neurons by what finished runs measured: relay, redundant, dead, saturated, specialist, hub, ..."""

from atlas.analysis.roles.judging import roles_of_neurons
from atlas.analysis.roles.rules import RoleRules

__all__ = ["RoleRules", "roles_of_neurons"]
