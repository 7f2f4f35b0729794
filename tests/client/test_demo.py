"""The demonstration, run again on the atlas it has filled."""

import os
import subprocess
import sys
from pathlib import Path

from atlas import connect


def test_second_time_reuses_what_is_there(demo_environment):
    uri, user, password = (demo_environment[f"ATLAS_NEO4J_{name}"] for name in ("URI", "USER", "PASSWORD"))
    with connect(uri, user=user, password=password) as atlas:
        before = atlas.runs("digits-mlp")
        command = [str(Path(sys.executable).parent / "atlas"), "demo"]
        done = subprocess.run(
            command, env={**os.environ, **demo_environment}, capture_output=True, text=True, check=True
        )
        assert atlas.runs("digits-mlp").equals(before)
    assert before["kind"].tolist() == ["partition", "ablate", "ablate", "inform", "inform"]
    assert done.stderr.count("was there already") == 6
    assert "reused" in done.stderr
    assert "quadrant" in done.stdout
    assert done.stdout.count("informed, not used") + done.stdout.count("used and informed") >= 2
    assert "/browser/" in done.stdout or demo_environment["ATLAS_NEO4J_URI"] in done.stdout
