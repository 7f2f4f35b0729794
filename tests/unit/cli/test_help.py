"""Help of every command ends with an example that the command takes."""

import shlex

import pytest
from typer.main import get_command

from atlas.cli.app import app

ROOT = get_command(app)


def commands(group=ROOT, path=("atlas",)):
    yield path, group
    for name, command in getattr(group, "commands", {}).items():
        yield from commands(command, (*path, name))


@pytest.mark.parametrize(
    ("path", "command"), list(commands()), ids=lambda value: value[-1] if type(value) is tuple else ""
)
def test_help_ends_with_an_example(path, command):
    last = command.get_help(command.make_context(" ".join(path), [], resilient_parsing=True)).rstrip().splitlines()[-1]
    words = shlex.split(last.strip().removeprefix("Example: "))
    assert tuple(words[: len(path)]) == path or path == ("atlas", "server")
    parse(ROOT, words)


def parse(command, words):
    """Parse an example as the command line would; wrong usage raises."""
    assert words, "an example stops at a group"
    for _ in words:
        if not hasattr(command, "commands"):
            break
        command, words = command.commands[words[1]], words[1:]
    command.make_context(words[0], words[1:])


def test_no_command_is_lost_or_unknown():
    names = {" ".join(path[1:]) for path, command in commands() if not hasattr(command, "commands")}
    assert names == {
        *(
            "demo",
            "ingest",
            "partition",
            "compare",
            "lesion",
            "ablate",
            "inform",
            "relay",
            "complexity",
            "correlate",
            "synergy",
            "ask",
            "questions",
            "cypher",
        ),
        *("indicators", "roles", "embedding", "training", "draw"),
        *("pairs", "curve", "motifs"),
        *("populations", "agree"),
        *("networks", "runs", "check", "remove", "dump", "load", "inspect", "export", "import"),
        *("server start", "server stop", "server status", "server browser"),
    }
