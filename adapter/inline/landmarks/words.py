"""inline: the closed sets of words that landmarks are described by."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

Literal: TypeAlias = bool | int | float | str | tuple["Literal", ...] | None


class Entry(StrEnum):
    """How a program begins."""

    GUARD = "main guard"
    CALL = "call of main()"
    FLAT = "flat script"
    NOTEBOOK = "notebook"
    LIBRARY = "no entry point"


class Source(StrEnum):
    """Where a hyper-parameter is set."""

    ARGPARSE = "argparse"
    CLICK = "click"
    TYPER = "typer"
    DATACLASS = "dataclass"
    DICT = "dict"
    CONSTANT = "constant"
    FUNCTION = "function default"
    KEYWORD = "keyword argument"


class LoopKind(StrEnum):
    """What a training loop counts."""

    EPOCH = "epoch loop"
    BATCH = "batch loop"
    FOLD = "fold loop"
    OTHER = "loop"


class Part(StrEnum):
    """The part of the data that something belongs to."""

    TRAIN = "training"
    VALIDATION = "validation"
    TEST = "test"
    UNKNOWN = ""


class DataForm(StrEnum):
    """What a landmark of the data holds."""

    BATCHES = "batches"
    ARRAY = "array"
    TARGETS = "targets"
