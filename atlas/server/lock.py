"""The server lines that can be run, each with the exact jars it is made of."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from importlib import resources

from atlas.errors import UnknownName

DEFAULT_LINE = "5.26"


@dataclass(frozen=True, kw_only=True)
class Jar:
    """One file of a server, by its Maven coordinate."""

    group: str
    artifact: str
    version: str
    classifier: str
    sha256: str

    @property
    def coordinate(self) -> str:
        """Spell it as in the lock file: `group:artifact:version[:classifier]`."""
        return ":".join(part for part in (self.group, self.artifact, self.version, self.classifier) if part)

    @property
    def path(self) -> str:
        """Name the file within a Maven repository's folders."""
        suffix = f"-{self.classifier}" if self.classifier else ""
        folder = f"{self.group.replace('.', '/')}/{self.artifact}/{self.version}"
        return f"{folder}/{self.artifact}-{self.version}{suffix}.jar"


@dataclass(frozen=True, kw_only=True)
class Line:
    """A supported server line: its main class and the Java versions that run it."""

    name: str
    main_class: str
    java_versions: tuple[int, ...]

    @functools.cached_property
    def jars(self) -> tuple[Jar, ...]:
        """Read the line's lock file; the order is that of the class path."""
        text = resources.files("atlas.server").joinpath(f"neo4j-{self.name}.lock").read_text(encoding="utf-8")
        return tuple(parse_lock_line(row) for row in text.splitlines() if row)

    @property
    def version(self) -> str:
        """Give the exact version of Neo4j the lock file names."""
        return next(jar.version for jar in self.jars if (jar.group, jar.artifact) == ("org.neo4j", "neo4j"))


LINES = {
    line.name: line
    for line in (
        Line(name="5.26", main_class="org.neo4j.server.CommunityEntryPoint", java_versions=(17, 21)),
        Line(name="2026.08", main_class="org.neo4j.server.Neo4jCommunity", java_versions=(21, 25)),
    )
}


def server_line(name: str) -> Line:
    """Find a supported server line by name: `5.26` or `2026.08`."""
    if name not in LINES:
        raise UnknownName("server line", name, LINES)
    return LINES[name]


def parse_lock_line(text: str) -> Jar:
    """Split `group:artifact:version[:classifier] sha256`."""
    coordinate, sha256 = text.split()
    group, artifact, version, *classifier = coordinate.split(":")
    return Jar(group=group, artifact=artifact, version=version, classifier="".join(classifier), sha256=sha256)
