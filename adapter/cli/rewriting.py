"""Command line: what all commands that rewrite files share: from plans to output, files and exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

import typer

from adapter.cli.exits import Exit, failure
from adapter.cli.progress import ProgressBar
from adapter.plan import Plan
from adapter.report.printer import Format, Output, Printer, open_output
from adapter.report.printers import printer_for
from adapter.report.run import Run

Plans = Callable[[Callable[[int, int], None]], Iterable[Plan]]


@dataclass(frozen=True, slots=True)
class Mode:
    """What is to be done with the plans: printed, written or only judged."""

    write: bool = False
    check: bool = False
    strict: bool = False
    form: Format | None = None
    output: Path | None = None
    review: bool = False
    verify: str = ""

    @property
    def writes(self) -> bool:
        """Whether files are changed."""
        return self.write or self.review

    @property
    def printed(self) -> Format | None:
        """The format to print: the one asked for, else a diff unless the files are written or judged."""
        if self.form is not None:
            return self.form
        return Format.DIFF if self.output is not None or not (self.writes or self.check) else None


def rewrite(
    plans: Plans, paths: Iterable[Path], mode: Mode, tell: Callable[[Run], None] = lambda run: None
) -> None:
    """Print or write every plan, then the summary; ends with the exit code of the contract.

    `tell` adds to the run what else is to be said about it, once all plans are made.

    Raises:
        typer.Exit: always, with that code.
    """
    if mode.check and mode.writes:
        raise failure("--check writes nothing; give it without --write and --review")
    run = Run()
    try:
        with ProgressBar("Reading files") as bar:
            ready = _started(plans(bar.update))
            with open_output(mode.output) as output:
                undo = _print_and_write(ready, list(paths), mode, run, output, bar, tell)
    except BrokenPipeError as error:
        # The interpreter flushes standard output once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(Exit.BROKEN_PIPE) from error
    except OSError as error:
        raise failure(f"{error.filename}: {error.strerror}" if error.filename else str(error)) from error
    _print_summary(run, mode, undo)
    raise typer.Exit(exit_code(run, mode))


def _started(plans: Iterable[Plan]) -> Iterator[Plan]:
    """The same plans with the first one made, so that wrong usage shows before an output file is emptied."""
    iterator = iter(plans)
    return chain(list(islice(iterator, 1)), iterator)


def exit_code(run: Run, mode: Mode) -> Exit:
    """The code of the contract: errors before gaps and changes."""
    if run.errors:
        return Exit.FAILED
    if (mode.check and run.changed) or (mode.strict and run.gaps) or run.broken:
        return Exit.NOT_CLEAN
    return Exit.DONE


def _print_and_write(
    plans: Iterable[Plan],
    paths: list[Path],
    mode: Mode,
    run: Run,
    output: Output,
    bar: ProgressBar,
    tell: Callable[[Run], None],
) -> str:
    """Returns the command that undoes what was written, empty when nothing was."""
    from adapter.cli.writing import Writer

    printer: Printer | None = printer_for(mode.printed, output) if mode.printed else None
    settled = _settled(plans, paths, mode, run)
    writer = Writer(paths) if mode.writes and not run.broken else None
    for plan in settled:
        if writer is not None:
            writer.write(plan)
        run.add(plan)
        if printer is not None:
            with bar.hidden():
                printer.add(plan)
    run.files, run.seconds = bar.total, bar.seconds
    tell(run)
    if printer is not None:
        printer.finish(run)
    return writer.finish() if writer is not None else ""


def _settled(plans: Iterable[Plan], paths: list[Path], mode: Mode, run: Run) -> Iterable[Plan]:
    """The plans as they are to be printed and written: reviewed and verified where that is asked for."""
    if mode.review:
        from adapter.cli.reviewing import reviewed

        plans = reviewed(plans, run)
    if not mode.writes and not mode.verify:
        return plans
    # A plan may rest on other files as they are now, so all are made before the first is written.
    made = list(plans)
    if mode.verify:
        from adapter.cli.verifying import verified

        run.verified = verified(mode.verify, made, paths)
    return made


def _print_summary(run: Run, mode: Mode, undo: str) -> None:
    from adapter.report.paths import shown
    from adapter.report.summary import summary

    writes = mode.writes and not run.broken
    if mode.printed is None and run.changed:
        names = "\n".join(f"  {shown(path)}" for path in run.changed)
        typer.echo(f"{'Changed' if writes else 'Would change'}:\n{names}\n", err=True)
    typer.echo(summary(run, "changed" if writes else "would change"), err=True, nl=False)
    if undo:
        typer.echo(f"undo   {undo}", err=True)
