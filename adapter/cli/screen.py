"""Command line: the terminal as the screen of a review; what it says goes to stderr, as all talk does."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import typer

from adapter.cli.reviewing import Screen
from adapter.plan import Plan
from adapter.report.diff import DiffPrinter, readable_line
from adapter.report.hunks import Proposal
from adapter.report.paths import shown
from adapter.report.printer import Output, wants_color


def terminal_screen() -> Screen:
    """Hunks are shown in colour where stderr is a terminal; answers are read from stdin, a line each."""
    terminal = sys.stderr.isatty()
    printer = DiffPrinter(Output(sys.stderr.buffer, True, terminal and wants_color(), sys.stderr.encoding))

    def show(plan: Plan, proposal: Proposal) -> None:
        cells = f" cell {', '.join(map(str, proposal.cells))}" if proposal.cells else ""
        printer.show_hunks(f"{shown(plan.path)}{cells}", [proposal.hunk], readable_line(plan))
        sys.stderr.flush()

    return Screen(_say, _ask, show, _edit)


def _say(text: str) -> None:
    typer.echo(text, err=True)


def _ask(question: str) -> str:
    typer.echo(question, err=True, nl=False)
    answer = sys.stdin.readline()
    if not answer:
        typer.echo("", err=True)
        raise EOFError
    return answer


def _edit(text: str, suffix: str) -> str | None:
    """What the reader's editor made of a text; None when it was left as it was, or no editor could be run."""
    command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
    with TemporaryDirectory(prefix="adapter-review-") as folder:
        path = Path(folder) / f"hunk{suffix}"
        path.write_text(text, "utf-8", newline="")
        try:
            subprocess.run([*command, str(path)], check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            _say(f"The editor did not run ({error}); set EDITOR to the one to use.")
            return None
        edited = path.read_bytes().decode("utf-8")
    return None if edited == text else edited
