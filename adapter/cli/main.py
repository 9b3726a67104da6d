"""Command line: the entry point of `adapter`, which imports next to nothing before it knows what is asked."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; ends the process with the exit code of the contract."""
    if sys.argv[1:] == ["--version"]:
        from adapter import __version__

        sys.stdout.write(f"adapter {__version__}\n")
        return
    from pathlib import Path

    from typer.main import get_command

    from adapter.cli.app import app
    from adapter.cli.defaults import DefaultsError, default_map

    command = get_command(app)
    try:
        defaults = default_map(command, Path.cwd())
    except (DefaultsError, OSError) as error:
        sys.stderr.write(f"adapter: {error}\n")
        sys.exit(2)
    command(prog_name="adapter", default_map=defaults)
