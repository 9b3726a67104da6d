"""Bench: the tasks of `corpus/tasks`, loaded and checked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from adapter.graph.yamlfile import Document, MapError, read_document

TASK_FILE = "task.yaml"
ORACLE_FILE = "oracle.py"


class Family(StrEnum):
    """The groups that results are reported by."""

    TRACKING = "tracking"
    REGISTRY = "registry"
    TUNING = "tuning"
    OPTIMISATION = "optimisation"
    TRANSLATION = "translation"
    UPGRADE = "upgrade"


class TaskError(Exception):
    """A task is not as the format says; the message gives file:line:column, the cause and what to do."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A wrong answer: the reference with one text put in the place of another.

    `count` is how many places from the first, 0 for all; `file` names a file of a folder program;
    `crashes` says that ending with an error is what is wrong with it.
    """

    why: str
    replace: str
    by: str
    count: int = 0
    file: str = ""
    crashes: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """One program to adapt. `seconds` is CPU time, `options` those of the command of the rules arm.

    `licence` is that of the program (SPDX), "" where the task does not say it. `programs` is the folder in
    which a variant's programs lie, as `before/` and `reference/`.
    """

    folder: Path
    family: Family
    function: str
    source: str | None
    target: str
    framework: str
    difficulty: str
    traits: tuple[str, ...]
    program: str
    entry: str
    arguments: tuple[str, ...]
    options: Mapping[str, Any]
    seconds: int
    memory_mb: int
    instruction: str
    mutants: tuple[Mutant, ...]
    licence: str = ""
    programs: Path | None = None

    @property
    def name(self) -> str:
        """Family and id, as they stand in a command line: `tracking/torch-gan`."""
        return f"{self.family}/{self.folder.name}"

    @property
    def packaged(self) -> bool:
        """Whether the task comes with the package."""
        return self.folder.resolve().is_relative_to(tasks_folder().resolve())

    @property
    def before(self) -> Path:
        """The untouched program: a script, a notebook or a folder."""
        return self.folder / self.program if self.programs is None else self.programs / "before"

    @property
    def reference(self) -> Path:
        """The program as a careful colleague would adapt it."""
        if self.programs is not None:
            return self.programs / "reference"
        return self.folder / self.program.replace("before", "reference")


def tasks_folder() -> Path:
    """Where the tasks are, in a checkout as in an installed package."""
    return Path(str(files("corpus") / "tasks"))


def select_tasks(names: Sequence[str], family: str | None = None, folder: Path | None = None) -> list[Task]:
    """The tasks with these names (`tracking/torch-gan`, `torch-gan` or a path), all when none is given.

    Raises:
        TaskError: a name that no task has, or a task that is not as the format says.
    """
    root = folder or tasks_folder()
    found = {path.parent: path for path in sorted(root.glob(f"*/*/{TASK_FILE}"))}
    chosen = [*_named(names, found)] if names else [*found]
    tasks = [load_task(path) for path in chosen]
    return [task for task in tasks if family is None or task.family == family]


def _named(names: Sequence[str], found: Mapping[Path, Path]) -> Iterator[Path]:
    for name in names:
        as_path = Path(name).resolve()
        fitting = [
            path
            for path in found
            if name in {path.name, f"{path.parent.name}/{path.name}"} or path.resolve() == as_path
        ]
        if len(fitting) != 1:
            what = "is not the name of a task" if not fitting else "is the name of several tasks"
            raise TaskError(f"{name!r} {what}; give FAMILY/ID as `adapter bench selfcheck` prints it")
        yield fitting[0]


def load_task(folder: Path) -> Task:
    """The task in a folder.

    Raises:
        TaskError: the file breaks the schema, or a file that it names is missing.
    """
    path = folder / TASK_FILE
    try:
        document = read_document(str(path), path.read_text(encoding="utf-8"))
        _check_schema(document)
        task = _task_of(folder, document.data)
        _check_files(task, document)
    except MapError as error:
        raise TaskError(str(error)) from error
    except OSError as error:
        raise TaskError(f"{path}:1:1: cannot be read: {error.strerror}") from error
    return task


@cache
def _validator() -> Any:
    from jsonschema import Draft202012Validator

    schema = (files("corpus") / "schema" / "task.schema.json").read_text("utf-8")
    return Draft202012Validator(json.loads(schema))


def _check_schema(document: Document) -> None:
    errors = sorted(_validator().iter_errors(document.data), key=lambda error: [str(p) for p in error.path])
    if errors:
        address = tuple(errors[0].path)
        where = ".".join(map(str, address)) or "the file"
        raise document.error(address, f"{where}: {errors[0].message}")


def _task_of(folder: Path, data: Mapping[str, Any]) -> Task:
    limits = data.get("limits", {})
    default_entry = "train.ipynb" if data["program"].endswith(".ipynb") else "train.py"
    return Task(
        folder=folder,
        family=Family(data["family"]),
        function=data["function"],
        source=data.get("source"),
        target=data["target"],
        framework=data["framework"],
        difficulty=data["difficulty"],
        traits=tuple(data["traits"]),
        program=data["program"].rstrip("/"),
        entry=data.get("entry") or default_entry,
        arguments=tuple(data.get("arguments", ())),
        options=data.get("options", {}),
        seconds=limits.get("seconds", 60),
        memory_mb=limits.get("memory_mb", 4000),
        instruction=data["instruction"],
        mutants=tuple(Mutant(**item) for item in data["mutants"]),
        licence=data.get("licence", ""),
    )


def _check_files(task: Task, document: Document) -> None:
    if task.folder.parent.name != task.family:
        raise document.error(("family",), f"family: the task lies in the folder {task.folder.parent.name!r}")
    for path in (task.before, task.reference, task.folder / ORACLE_FILE):
        if not path.exists():
            raise document.error(("program",), f"program: {path.name} is missing beside this file")
    if task.before.is_dir() and not (task.before / task.entry).is_file():
        raise document.error(("entry",), f"entry: there is no {task.entry} in {task.program}/")
