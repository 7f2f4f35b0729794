"""Write the lock file of one server line: every jar of the server's runtime class path with its SHA-256.

    python tools/lock_jars.py 5.26.30 5.24.0 > atlas/server/neo4j-5.26.lock

Arguments are the version of `org.neo4j:neo4j` and of `org.neo4j.client:neo4j-browser`. Needs Maven (`mvn`).
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

POM = """<project><modelVersion>4.0.0</modelVersion>
<groupId>lock</groupId><artifactId>lock</artifactId><version>1</version>
<dependencies>
<dependency><groupId>org.neo4j</groupId><artifactId>neo4j</artifactId><version>{server}</version></dependency>
<dependency><groupId>org.neo4j.client</groupId><artifactId>neo4j-browser</artifactId><version>{browser}</version></dependency>
</dependencies></project>
"""
GOAL = "org.apache.maven.plugins:maven-dependency-plugin:2.8:list"


def runtime_jars(server: str, browser: str) -> list[tuple[str, Path]]:
    """List coordinate and file of every jar on the runtime class path, as Maven resolves it."""
    with tempfile.TemporaryDirectory() as folder:
        pom, listing = Path(folder) / "pom.xml", Path(folder) / "list.txt"
        pom.write_text(POM.format(server=server, browser=browser), encoding="utf-8")
        options = ["-DincludeScope=runtime", "-DoutputAbsoluteArtifactFilename=true", f"-DoutputFile={listing}"]
        subprocess.run(["mvn", "-q", "-B", "-f", str(pom), GOAL, *options], check=True, stdout=sys.stderr)
        lines = [line.strip() for line in listing.read_text(encoding="utf-8").splitlines() if ":jar:" in line]
    return sorted(parse(line) for line in lines)


def parse(line: str) -> tuple[str, Path]:
    """Split `group:artifact:jar[:classifier]:version:scope:file`, as the plugin prints it."""
    line, file = line.split(" -- ")[0].split(":/", 1)
    group, artifact, _, *classifier, version, _scope = line.split(":")
    return ":".join([group, artifact, version, *classifier]), Path("/" + file)


def main() -> None:
    server, browser = sys.argv[1:]
    for coordinate, file in runtime_jars(server, browser):
        print(coordinate, hashlib.sha256(file.read_bytes()).hexdigest())


if __name__ == "__main__":
    main()
