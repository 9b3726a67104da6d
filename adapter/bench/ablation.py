"""Bench: an ablation, one YAML file: which arms with which settings, on which tasks, how often."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib.resources import files
from itertools import product
from pathlib import Path
from typing import Any

from adapter.bench.tasks import Task, TaskError, select_tasks
from adapter.graph.yamlfile import MapError, read_document

_GRID = ("model", "docs", "documents", "temperature", "fallback", "prompt")
# How many pieces of documentation a question gets, unless it is said.
DOCUMENTS = 12


@dataclass(frozen=True, slots=True)
class Cell:
    """One arm with all its settings.

    `model` is a spec as for `--llm`, "" for the rules; `documents` is how many pieces of documentation the
    whole-program question gets at most.
    """

    arm: str
    model: str = ""
    docs: str = "none"
    manual: str = ""
    temperature: float = 0.0
    fallback: str = "both"
    prompt: str = "v1"
    documents: int = DOCUMENTS

    @property
    def key(self) -> str:
        """Stands for the cell in names of files; a setting that came later counts where it is not usual."""
        settings = asdict(self)
        if self.documents == DOCUMENTS:
            del settings["documents"]
        return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:10]

    @property
    def model_name(self) -> str:
        """The model without the place of its file or server."""
        return Path(self.model.partition(":")[2].partition("@")[0].partition("?")[0]).name

    @property
    def label(self) -> str:
        """The cell in a few words, for tables."""
        if self.arm == "rules":
            return "rules"
        found = f" {self.documents}" if self.documents != DOCUMENTS else ""
        parts = [self.arm, self.model_name, f"docs {self.docs}{found}", f"T={self.temperature:g}"]
        if self.prompt != "v1":
            parts.append(f"prompt {self.prompt}")
        if self.arm == "hybrid":
            parts.append(f"asks {self.fallback}")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Ablation:
    """A grid of cells, the tasks, and how many answers are wanted of each cell for each task."""

    name: str
    cells: tuple[Cell, ...]
    tasks: tuple[Task, ...]
    samples: int

    def samples_of(self, cell: Cell) -> int:
        """How many answers make sense: rules always give the same."""
        return 1 if cell.arm == "rules" else self.samples


def read_ablation(path: Path, tasks_folder: Path | None = None) -> Ablation:
    """The ablation in a file.

    Raises:
        TaskError: it breaks the schema, or names a task that there is not; with file:line:column.
    """
    try:
        document = read_document(str(path), path.read_text("utf-8"))
    except OSError as error:
        raise TaskError(f"{path}: {error.strerror}") from error
    except MapError as error:
        raise TaskError(str(error)) from error
    errors = sorted(_validator().iter_errors(document.data), key=lambda error: [str(p) for p in error.path])
    if errors:
        raise TaskError(str(document.error(tuple(errors[0].path), errors[0].message)))
    data = document.data
    cells = tuple(dict.fromkeys(cell for arm in data["arms"] for cell in _cells(arm, path.parent)))
    for cell in cells:
        if cell.arm != "rules" and not cell.model:
            raise TaskError(f"{path}: the arm {cell.arm} needs a model")
    return Ablation(
        data["name"], cells, tuple(_tasks(data.get("tasks", {}), tasks_folder)), data.get("samples", 1)
    )


def _validator() -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(
        json.loads((files("corpus") / "schema" / "ablation.schema.json").read_text("utf-8"))
    )


def _cells(arm: Mapping[str, Any], folder: Path) -> Iterator[Cell]:
    if arm["arm"] == "rules":
        yield Cell("rules")
        return
    names = [name for name in _GRID if name in arm]
    series = [arm[name] if isinstance(arm[name], list) else [arm[name]] for name in names]
    for values in product(*series):
        chosen = dict(zip(names, values, strict=True))
        manual = str(folder / arm["manual"]) if chosen.get("docs") == "manual" and "manual" in arm else ""
        if arm["arm"] == "llm":
            chosen.pop("fallback", None)
        else:
            chosen.pop("documents", None)
            chosen.pop("prompt", None)
        yield Cell(arm["arm"], manual=manual, **chosen)


def _tasks(wanted: Mapping[str, Any], folder: Path | None) -> list[Task]:
    found = select_tasks(wanted.get("names", []), None, folder)
    families = wanted.get("families")
    return [task for task in found if families is None or task.family in families]
