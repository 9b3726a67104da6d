"""Command line: the options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from adapter.report.printer import Format

Paths = Annotated[
    list[Path], typer.Argument(metavar="PATH...", help="Files and folders.", show_default=False)
]
Source = Annotated[
    str, typer.Option("--from", metavar="LIB", help="The library that the code uses.", show_default=False)
]
Target = Annotated[
    str, typer.Option("--to", metavar="LIB", help="The library that it shall use.", show_default=False)
]
Write = Annotated[bool, typer.Option("--write", help="Change the files; `adapter undo` restores them.")]
Check = Annotated[bool, typer.Option("--check", help="Print no diff; exit 1 if something would change.")]
ReviewHunks = Annotated[
    bool, typer.Option("--review", help="Ask about every hunk, then write those that were accepted.")
]
Unsafe = Annotated[bool, typer.Option("--unsafe", help="Also make edits that may change behaviour.")]
Alongside = Annotated[
    bool, typer.Option("--alongside", help="Keep the calls and put the target's beside them.")
]
Strict = Annotated[bool, typer.Option("--strict", help="Exit 1 if sites of the library are left.")]
Jobs = Annotated[int, typer.Option("--jobs", metavar="N", min=0, help="Processes; 0 for one per core.")]
Include = Annotated[list[str] | None, typer.Option(metavar="GLOB", help="Only files that match; repeatable.")]
Exclude = Annotated[list[str] | None, typer.Option(metavar="GLOB", help="No files that match; repeatable.")]
Data = Annotated[
    list[str] | None,
    typer.Option("--data", metavar="GLOB", help="Paths that are data, for a move to DVC; repeatable."),
]
Form = Annotated[
    Format | None,
    typer.Option("--format", help="What to print; without --write and --check: diff.", show_default=False),
]
OutputFile = Annotated[
    Path | None, typer.Option("--output", metavar="FILE", help="Print to a file.", show_default=False)
]

Verify = Annotated[
    str,
    typer.Option(
        "--verify",
        metavar="CMD",
        help="A shell command that must pass, run in a sandbox.",
        show_default=False,
    ),
]


def processes(jobs: int) -> int:
    """The number of processes that `--jobs` asks for."""
    import os

    return jobs or len(os.sched_getaffinity(0))
