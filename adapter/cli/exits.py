"""Command line: exit codes, and how a run that cannot go on ends."""

from __future__ import annotations

from enum import IntEnum

import typer


class Exit(IntEnum):
    """What the process tells its caller.

    `NOT_CLEAN`: `--check` would change something, or `--strict` found gaps. `FAILED`: wrong usage, or
    something could not be read or written. `BROKEN_PIPE`: the reader of the output went away.
    """

    DONE = 0
    NOT_CLEAN = 1
    FAILED = 2
    BROKEN_PIPE = 141


def failure(message: str) -> typer.Exit:
    """Says on stderr why nothing can be done; the result is to be raised."""
    typer.echo(f"adapter: {message}", err=True)
    return typer.Exit(Exit.FAILED)
