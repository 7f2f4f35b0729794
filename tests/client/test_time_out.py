"""A question that takes too long: an error, in Python and in the command, and no table."""

import pytest

from atlas import connect
from atlas.errors import BadParameter, TimedOut

SLOW = "UNWIND range(1, 1000000000) AS x WITH x WHERE x % 7 = 8 RETURN x"


def test_in_python(environment, blocks):
    with connect(timeout_seconds=1) as atlas:
        with pytest.raises(TimedOut, match=r"connect\(timeout_seconds=\.\.\.\), ATLAS_TIMEOUT_SECONDS"):
            atlas.cypher(SLOW)
        assert len(atlas.network("client-blocks").neurons()) == 14


def test_in_the_command(run, monkeypatch):
    monkeypatch.setenv("ATLAS_TIMEOUT_SECONDS", "1")
    done = run("cypher", SLOW)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "took longer than it may, and gave no answer" in done.stderr


def test_a_limit_that_is_no_number(environment, monkeypatch):
    monkeypatch.setenv("ATLAS_TIMEOUT_SECONDS", "soon")
    with pytest.raises(BadParameter, match="ATLAS_TIMEOUT_SECONDS is 'soon', no number"):
        connect()
    monkeypatch.setenv("ATLAS_TIMEOUT_SECONDS", "-1")
    with pytest.raises(BadParameter, match=r"The time-out cannot be -1\.0\. Give seconds above 0"):
        connect()
    with connect(timeout_seconds=60):  # what is given comes first
        pass
