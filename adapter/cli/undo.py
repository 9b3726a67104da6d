"""Command line: `adapter undo`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapter.cli.exits import Exit, failure

if TYPE_CHECKING:
    from adapter.source.journal import UndoResult


def undo(
    run: Annotated[
        str | None,
        typer.Argument(metavar="[RUN]", help="A run, or the start of its name.", show_default=False),
    ] = None,
    folder: Annotated[Path, typer.Option("--in", metavar="DIR", help="A folder of the project.")] = Path(),
) -> None:
    """Restore the files that a --write changed: those of the last run, or of the one named.

    A file that has changed since is left alone and reported. Exit code: 0 done, 2 when there is nothing to
    undo or a file was left alone.
    """
    from adapter.report.paths import error_text
    from adapter.source.errors import SourceError
    from adapter.source.journal import undo as undo_run

    try:
        result = undo_run(_journal_root(folder), run)
    except SourceError as error:
        raise failure(error_text(error.error)) from error
    typer.echo(_report(result), err=True, nl=False)
    raise typer.Exit(Exit.FAILED if result.left else Exit.DONE)


def _journal_root(folder: Path) -> Path:
    """The nearest folder from here upwards that has a journal; the search ends with the repository."""
    from adapter.source.journal import FOLDER

    start = folder.resolve()
    for root in (start, *start.parents):
        if (root / FOLDER).is_dir():
            return root
        if (root / ".git").exists():
            break
    raise failure(f"nothing to undo: no run has written in {start} or a folder above; name one with --in")


def _report(result: UndoResult) -> str:
    from adapter.report.paths import error_text, shown

    lines = [f"run    {result.run}"]
    for what, paths in (("restored", result.restored), ("as it was", result.already)):
        lines += [f"  {what}: {shown(path)}" for path in paths]
    lines += [f"  {error_text(error)}" for error in result.left]
    counts = (
        f"{len(result.restored)} restored, {len(result.already)} as they were, {len(result.left)} left alone"
    )
    return "\n".join([*lines, f"files  {counts}"]) + "\n"
