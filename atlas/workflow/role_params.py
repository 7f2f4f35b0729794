"""What may be asked of roles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from atlas.analysis.roles import RoleRules
from atlas.errors import BadParameter, UnknownName
from atlas.keys import names_in
from atlas.records import Parameter
from atlas.results.partition import ROLES as ROLES_IN_PARTITION
from atlas.results.roles import ROLES


@dataclass(frozen=True, kw_only=True)
class Source:
    """One analysis that roles are judged by."""

    run: str  # parameter that names the run
    kind: str  # of run; also the command
    roles: tuple[str, ...]


SOURCES = (
    Source(run="relay_run", kind="relay", roles=("relay", "redundant")),
    Source(run="activation_run", kind="indicators", roles=("dead", "saturated")),
    Source(run="effect_run", kind="ablate", roles=("specialist",)),
    Source(run="partition_run", kind="partition", roles=ROLES_IN_PARTITION),
)


@dataclass(frozen=True, kw_only=True)
class RoleParams:
    """How to judge roles. The meaning of the thresholds stands at `atlas.analysis.roles.rules`."""

    roles: tuple[str, ...] | None = None  # None: all whose analyses have run
    rules: RoleRules = field(default_factory=RoleRules)
    relay_run: str | None = None  # None: the newest
    activation_run: str | None = None
    effect_run: str | None = None
    partition_run: str | None = None

    def __post_init__(self) -> None:
        for role in self.roles or ():
            if role not in ROLES:
                raise UnknownName("role", role, ROLES)
        for source in SOURCES:
            named = self.named(source)
            if named is not None and not set(source.roles) & set(self.asked):
                raise BadParameter(
                    f"The run {named!r} is for the roles {', '.join(source.roles)}, and none of them is asked for. "
                    f"Leave out {source.run}, or ask for one of them."
                )

    @property
    def asked(self) -> tuple[str, ...]:
        """List the roles to judge, in the order of `ROLES`."""
        return ROLES if self.roles is None else tuple(role for role in ROLES if role in self.roles)

    def named(self, source: Source) -> str | None:
        """Give the run to judge by, if one is named."""
        run: str | None = getattr(self, source.run)
        return run

    def for_run(self, roles: Sequence[str], runs: dict[str, str]) -> dict[str, Parameter]:
        """List what the run records: which roles are judged, by which runs, and the thresholds."""
        return {"roles": ",".join(roles), **runs, **self.rules.for_run}


def role_names(roles: str | Sequence[str] | None) -> tuple[str, ...] | None:
    """Take the roles asked for as a sequence, or as one text with commas between; None asks for all there can be.

    Raises
    ------
    BadParameter
        None is named.
    """
    if roles is None:
        return None
    named = names_in(roles)
    if not any(named):
        raise BadParameter(f"No role is named. Name one or more of {', '.join(ROLES)}, or leave it out for all.")
    return named
