"""Write the reference of all commands: `python -m atlas.cli.page > docs/commands.md`."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Any, get_args, get_type_hints

from typer.main import get_command

from atlas.cli.app import app

_HEAD = """# Commands

<!-- Made from atlas/cli by `make reference`. Do not edit by hand. -->

Data goes to standard output (`--format table|csv|json|parquet` where it is a table), progress to standard error. A
command exits 0 when done, 1 with one line when something is wrong, 2 on wrong usage, 130 when interrupted. `--dry-run`
tells what would be done. `--help` of each command ends with a runnable example.
"""


def page() -> str:
    """Render every command as Markdown: what it does, its arguments and options with their defaults."""
    return "\n".join([_HEAD, *(_command(name, command) for name, command in _commands("atlas", get_command(app)))])


def _commands(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    subcommands = getattr(command, "commands", None)
    if subcommands is None:
        yield name, command
        return
    for subname, subcommand in subcommands.items():
        yield from _commands(f"{name} {subname}", subcommand)


def _command(name: str, command: Any) -> str:
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    usage = " ".join([name, *(_argument(each) for each in arguments)])
    hints = get_type_hints(command.callback)
    rows = [(_names(each), _choices(hints[each.name]), _default(each), _text(each.help)) for each in command.params]
    lines = [("argument or option", "one of", "default", "meaning"), ("---",) * 4, *rows]
    table = "\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines) if rows else ""
    return f"## `{usage}`\n\n{_text(command.help)}\n\n{_example(command.epilog)}{table}"


def _argument(argument: Any) -> str:
    return str(argument.metavar or argument.name.upper())


def _names(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return f"`{_argument(parameter)}`"
    metavar = "" if parameter.metavar is None else f" {parameter.metavar}"
    return " ".join(f"`{name}{metavar}`" for name in (*parameter.opts, *parameter.secondary_opts))


def _choices(hint: Any) -> str:
    kinds = [kind for kind in (hint, *get_args(hint)) if isinstance(kind, type) and issubclass(kind, Enum)]
    return ", ".join(f"`{member.value}`" for kind in kinds for member in kind)


def _default(parameter: Any) -> str:
    value = parameter.default
    if parameter.required:
        return "required"
    if value is None or value is False:
        return ""
    if value is True:
        return f"`{parameter.opts[0]}`"
    return f"`{value.value if isinstance(value, Enum) else value}`"


def _text(help_: str) -> str:
    return help_.replace("*", "\\*").replace("|", "\\|")


def _example(epilog: str | None) -> str:
    example = (epilog or "").partition("Example: ")[2]
    return f"```sh\n{example}\n```\n" if example else ""


if __name__ == "__main__":
    print(page(), end="")
