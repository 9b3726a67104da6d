"""Bench: programs put into folders, ready to be adapted or run: untouched, reference, mutants."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from adapter.bench.tasks import Mutant, Task, TaskError

Change = Callable[[str], str]


def put_before(task: Task, folder: Path) -> Path:
    """Put the untouched program into a new folder, under the neutral name that it runs by."""
    return _put(task, task.before, folder)


def put_reference(task: Task, folder: Path) -> Path:
    """Put the reference into a new folder."""
    return _put(task, task.reference, folder)


def put_mutant(task: Task, mutant: Mutant, folder: Path) -> Path:
    """Put the reference with the mutant's text into a new folder.

    Raises:
        TaskError: the text to be replaced does not occur in the reference, or the result is not Python.
    """
    _put(task, task.reference, folder)
    path = folder / (mutant.file or task.entry)
    if not change_program(path, lambda text: text.replace(mutant.replace, mutant.by, mutant.count or -1)):
        place = f"{task.folder / 'task.yaml'}: the mutant {mutant.why!r}"
        raise TaskError(f"{place}: {mutant.replace!r} does not occur in the reference {path.name}")
    if path.suffix == ".py":
        try:
            compile(path.read_text(encoding="utf-8"), str(path), "exec")
        except SyntaxError as error:
            place = f"{task.folder / 'task.yaml'}: the mutant {mutant.why!r}"
            raise TaskError(f"{place}: is not Python any more at line {error.lineno}: {error.msg}") from error
    return folder


def change_program(path: Path, change: Change) -> bool:
    """Change the text of a script or of the cells of a notebook; whether that made a difference."""
    text = path.read_text(encoding="utf-8")
    changed = _changed_cells(text, change) if path.suffix == ".ipynb" else change(text)
    path.write_text(changed, encoding="utf-8")
    return changed != text


def _changed_cells(text: str, change: Change) -> str:
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and change(source) != source:
            cell["source"] = change(source).splitlines(keepends=True)
            text = ""
    return text or json.dumps(notebook, indent=1) + "\n"


def _put(task: Task, program: Path, folder: Path) -> Path:
    if program.is_dir():
        shutil.copytree(program, folder, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        folder.mkdir(parents=True)
        shutil.copyfile(program, folder / task.entry)
    return folder
