"""The code of the README runs, on an atlas that `atlas demo` has filled."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)


def command_lines() -> list[str]:
    return [line for block in blocks("sh") for line in block.splitlines() if line.startswith("atlas ")]


@pytest.fixture(scope="module")
def environment(demo_environment):
    return {**os.environ, **demo_environment}


@pytest.mark.parametrize("text", blocks("python"), ids=lambda text: text.splitlines()[-1][:30].strip())
def test_python(text, environment):
    done = subprocess.run([sys.executable, "-c", text], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_commands_one_after_the_other(environment):
    lines = command_lines()
    assert len(lines) >= 7
    folder = Path(sys.executable).parent
    for line in lines:
        words = shlex.split(line)
        done = subprocess.run([str(folder / words[0]), *words[1:]], env=environment, capture_output=True, text=True)
        assert done.returncode == 0, f"{line}\n{done.stderr}"


@pytest.mark.parametrize("text", blocks("cypher"), ids=lambda text: text[:20])
def test_cypher(text, environment):
    from atlas import connect

    uri, user, password = (environment[f"ATLAS_NEO4J_{name}"] for name in ("URI", "USER", "PASSWORD"))
    with connect(uri, user=user, password=password) as atlas:
        table = atlas.cypher(text)
    assert list(table["cluster"]) == list(range(len(table)))
    assert len(table) > 1


def test_each_question_named_is_a_query_file():
    named = re.findall(r"`([a-z_]+)`$", README.split("## Two commands")[0], flags=re.MULTILINE)
    assert len(named) == 14
    for name in named:
        assert list((ROOT / "queries").rglob(f"{name}.cypher")), name


def test_links_lead_somewhere():
    for target in re.findall(r"\]\(([^)]+)\)", README):
        assert (ROOT / target).exists(), target
