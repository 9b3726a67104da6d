"""Bench: the words that every library's recordings are put into.

What is normalised here, before anything is compared:

* Parameters are text, as MLflow keeps them. Two spellings of one number ("1" and "1.0") are one text, and
  so are a tuple and a list of the same items, because W&B keeps JSON.
* Tags are words. MLflow's `k=true` (or an empty value) is the word "k", its `k=v` is the word "k:v". W&B's
  group and job type are the words "group:..." and "job_type:...", and a summary text is the word "key:text".
* Artifacts are file names; their folders and the artifact that holds them belong to the library. A digest
  of the content follows the name where the content can be compared: JSON and YAML by what they say, other
  files byte by byte, and files that hold times, addresses or source code (see `OPAQUE`) by name alone.
* Media are the keys of pictures, tables and figures. A picture that is kept as a file counts under its
  name without folder and suffix, because MLflow logs figures as files.
* Tables are media whose columns and rows can be compared; 1 and 1.0 are the same number.
"""

from __future__ import annotations

import ast
import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Any

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif", ".svg", ".html"})
OPAQUE = frozenset({".keras", ".h5", ".py", ".ipynb", ".zip", ".pdf"})


class Library(StrEnum):
    """The tracking libraries whose recordings can be read."""

    WANDB = "wandb"
    MLFLOW = "mlflow"
    TENSORBOARD = "tensorboard"
    DVCLIVE = "dvclive"
    AIM = "aim"


@dataclass(frozen=True, slots=True)
class Table:
    """A logged table: its column names and its rows as JSON texts."""

    columns: tuple[str, ...]
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LoggedModel:
    """A model that a run logged as one: its name and its files by their place in it."""

    name: str
    files: Mapping[str, Path]


@dataclass(slots=True)
class RunRecord:
    """What one run recorded.

    `name` is empty when the library made it up. `metrics` holds (step, value) in the order of logging.
    `summary` holds the numbers that were set as such and are not just the last value of a metric.
    `finished` is whether the run was ended well, `nested` whether it is part of another run.
    """

    name: str = ""
    notes: str = ""
    params: dict[str, str] = field(default_factory=dict)
    metrics: dict[str, list[tuple[int, float]]] = field(default_factory=dict)
    tags: set[str] = field(default_factory=set)
    artifacts: set[str] = field(default_factory=set)
    media: set[str] = field(default_factory=set)
    tables: dict[str, Table] = field(default_factory=dict)
    summary: dict[str, float] = field(default_factory=dict)
    models: list[LoggedModel] = field(default_factory=list)
    finished: bool = True
    nested: bool = False


@dataclass(slots=True)
class Recording:
    """What one program recorded with one library: its runs in the order in which they started.

    `project` is the W&B project or the MLflow experiment, empty for the library's default one.
    `strays` names other libraries that recorded something as well.
    """

    library: Library
    project: str = ""
    runs: list[RunRecord] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)


def parameter_text(value: object) -> str:
    """The one spelling of a parameter."""
    if isinstance(value, str):
        return _text_of_literal(value)
    return _text_of_literal(str(value))


def same_number(left: float, right: float) -> bool:
    """Whether two numbers agree within one part in 10^9; NaN agrees with NaN."""
    return math.isclose(left, right, rel_tol=1e-9) or (math.isnan(left) and math.isnan(right))


def tag_word(key: str, value: str) -> str:
    """The word for a tag with a key and a value."""
    return key if value.lower() in {"", "true"} else f"{key}:{value}"


def media_key(path: str) -> str:
    """The key under which a picture or a table counts."""
    name = PurePosixPath(path).name
    return name[: -len(suffix)] if (suffix := PurePosixPath(name).suffix) in PICTURES | {".json"} else name


def add_file(record: RunRecord, name: str, content: Path) -> None:
    """Count a recorded file, as a picture or as an artifact."""
    if PurePosixPath(name).suffix.lower() in PICTURES:
        record.media.add(media_key(name))
    else:
        record.artifacts.add(artifact_text(name, content))


def artifact_text(name: str, content: Path) -> str:
    """The file name, and the digest of its content where that can be compared."""
    base = PurePosixPath(name).name
    if PurePosixPath(base).suffix.lower() in OPAQUE:
        return base
    return f"{base} sha256:{hashlib.sha256(_comparable_bytes(base, content.read_bytes())).hexdigest()[:12]}"


def table_of(text: str) -> Table:
    """The table in a JSON text with "columns" and "data", which is how both libraries keep tables."""
    loaded = json.loads(text)
    rows = tuple(json.dumps([_number(cell) for cell in row], sort_keys=True) for row in loaded["data"])
    return Table(tuple(str(column) for column in loaded["columns"]), rows)


def _comparable_bytes(name: str, data: bytes) -> bytes:
    suffix = PurePosixPath(name).suffix.lower()
    if suffix == ".json":
        return json.dumps(json.loads(data), sort_keys=True).encode()
    if suffix in {".yaml", ".yml"}:
        import yaml

        return json.dumps(yaml.safe_load(data), sort_keys=True, default=str).encode()
    return data


def _text_of_literal(text: str) -> str:
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
    return str(_plain(value))


def _plain(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return int(value) if float(value).is_integer() else float(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(value[key]) for key in sorted(value, key=str)}
    return value


def _number(cell: Any) -> Any:
    """A whole number as the float that a table with a column type may keep it as."""
    return float(cell) if isinstance(cell, int) and not isinstance(cell, bool) else cell
