"""Errors of the atlas end a command with one line and status 1."""

from __future__ import annotations

import sys
from typing import Any

import typer
from typer.core import TyperGroup

from atlas.errors import AtlasError


class OneLineErrors(TyperGroup):
    """The commands of `atlas`: what the atlas refuses is told in one line on standard error."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except AtlasError as error:
            print(f"atlas: {' '.join(str(error).split())}", file=sys.stderr)
            raise typer.Exit(1) from error
        except KeyboardInterrupt as error:
            print("atlas: interrupted. The same command begins anew, or goes on where it was.", file=sys.stderr)
            raise typer.Exit(130) from error  # as shells do
