"""Command line: the entry point of `adapter`, which imports next to nothing before it knows what is asked."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; ends the process with the exit code of the contract."""
    if sys.argv[1:] == ["--version"]:
        from adapter import __version__

        sys.stdout.write(f"adapter {__version__}\n")
        return
    from adapter.cli.app import app

    app(prog_name="adapter")
