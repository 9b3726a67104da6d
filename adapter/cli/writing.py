"""Command line: writing plans to disk, journaled so that `adapter undo` can take them back."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from adapter.plan import FileError, Plan
from adapter.source.errors import SourceError, os_failure
from adapter.source.journal import Journal

_ROOT_MARKS = (".git", "pyproject.toml", "setup.py")


class Writer:
    """Writes the plans of one run; the journal is begun with the first file that changes."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._root = project_root(paths)
        self._journal: Journal | None = None

    def write(self, plan: Plan) -> None:
        """Write what a plan changes; what goes wrong becomes the error of the plan."""
        if plan.error is not None or plan.after is None or not plan.changed:
            return
        try:
            if plan.path.read_bytes() != plan.before:
                plan.error = FileError(plan.path, "changed while it was read", remedy="run the command again")
                return
            if self._journal is None:
                self._journal = Journal.start(self._root, shlex.join(sys.argv))
            self._journal.write(plan.path, plan.before, plan.after)
        except OSError as error:
            plan.error = os_failure(plan.path, error, "read")
        except SourceError as error:
            plan.error = error.error

    def finish(self) -> str:
        """End the journal; returns the command that undoes the run, empty when nothing was written."""
        if self._journal is None:
            return ""
        self._journal.finish()
        inside = Path.cwd().is_relative_to(self._root)
        return f"adapter undo {self._journal.run}" + (
            "" if inside else f" --in {shlex.quote(str(self._root))}"
        )


def project_root(paths: Sequence[Path]) -> Path:
    """The folder whose `.adapter/journal` records a run over these paths.

    The nearest folder around all of them that is a repository or a project; without one the working
    directory if it holds them all, else the folder that they share.
    """
    resolved = [path.resolve() for path in paths]
    shared = Path(os.path.commonpath([path if path.is_dir() else path.parent for path in resolved]))
    for mark in _ROOT_MARKS:
        for folder in (shared, *shared.parents):
            if (folder / mark).exists():
                return folder
    here = Path.cwd()
    return here if shared.is_relative_to(here) else shared
