"""source: where the cells of a notebook, and their lines that are not Python, lie in its virtual text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """A code cell: its number from 1 among all cells, and the byte offsets of its text."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ShellLine:
    """A magic, shell or help line, or a whole cell in another language.

    The span in the virtual text holds a placeholder of the same length; `text` is what really stands
    there. A change over exactly this span replaces the real text.
    """

    start: int
    end: int
    text: str
