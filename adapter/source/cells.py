"""source: where the cells of a notebook, and their lines that are not Python, lie in its virtual text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

DATABRICKS_HEADER = b"# Databricks notebook source"
"""The first line of a notebook that Databricks keeps as a .py file."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A code cell: its number from 1 among all cells, and the byte offsets of its text."""

    number: int
    start: int
    end: int


class MaskKind(StrEnum):
    """Why a part of a notebook is not read as Python."""

    SHELL = "shell"
    MAGIC = "magic"
    HELP = "help"
    OTHER_LANGUAGE = "other-language"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class ShellLine:
    """A magic, shell or help line, or a whole cell that is in another language or does not parse.

    The span in the virtual text holds a placeholder of the same length; `text` is what really stands
    there. A change over this span, or within it, changes the real text.
    """

    start: int
    end: int
    text: str
    kind: MaskKind = MaskKind.SHELL
