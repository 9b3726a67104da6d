"""Command line: the tasks that a command of `adapter bench` is about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from adapter.cli.exits import failure

if TYPE_CHECKING:
    from adapter.bench.tasks import Task


def select(names: list[str] | None, family: str | None, folder: Path | None) -> list[Task]:
    """The tasks that are asked for.

    Raises:
        typer.Exit: there is none, or one is not as the format says.
    """
    from adapter.bench.tasks import Family, TaskError, select_tasks

    if family is not None and family not in set(Family):
        raise failure(f"there is no family {family!r}; there are: {', '.join(Family)}")
    try:
        chosen = select_tasks(names or [], family, folder)
    except TaskError as error:
        raise failure(str(error)) from error
    if not chosen:
        raise failure("there is no such task")
    return chosen
