"""Errors of the atlas end a command with one line and status 1."""

from __future__ import annotations

import errno
import io
import sys
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup

from atlas.cli.interrupt import INTERRUPTED, LINE
from atlas.errors import AtlasError, InputError

_UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)


class OneLineErrors(TyperGroup):
    """The commands of `atlas`: what the atlas refuses is told in one line on standard error."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the command line, and see that all it printed was written."""
        try:
            try:
                return super().main(*args, **kwargs)
            finally:
                if sys.stdout is not None:
                    sys.stdout.flush()
        except OSError as error:
            _end_unwritten(error)

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            if sys.stdout is None:
                raise InputError("Standard output is closed, so nothing can be printed. Leave it open, or name a file.")
            return super().invoke(ctx)
        except AtlasError as error:
            print(f"atlas: {' '.join(str(error).split())}", file=sys.stderr)
            raise typer.Exit(1) from error
        except KeyboardInterrupt as error:
            print(LINE, file=sys.stderr)
            raise typer.Exit(INTERRUPTED) from error


def _end_unwritten(error: OSError) -> NoReturn:
    """End where the output cannot be written: with a line, but without where its reader has ended (`| head`)."""
    if error.errno in _UNWRITABLE:
        print(f"atlas: The output cannot be written: {error.strerror}. Send it elsewhere.", file=sys.stderr)
    elif error.errno != errno.EPIPE:
        raise error
    sys.stdout = io.StringIO()  # else Python writes what is left when it ends, and complains again
    sys.exit(1)
