"""source: a Databricks notebook that is kept as a .py file; its lines that are not Python are masked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from adapter.plan import Change, Span
from adapter.source.cells import DATABRICKS_HEADER, ShellLine
from adapter.source.edits import apply_changes
from adapter.source.magics import find_masks, masked_text, whole_cell
from adapter.source.python_says import syntax_problem

_CELL_END = re.compile(rb"^# COMMAND -{10}[ \t]*\r?$", re.MULTILINE)
_RUN = re.compile(rb"^# MAGIC[ \t]+%run[ \t]+[\"']?(\.[\w./-]*)[\"']?[ \t]*\r?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Masked:
    """The real text of a notebook, and what of it is masked in the text that is worked on."""

    text: bytes
    shell_lines: tuple[ShellLine, ...]

    def apply(self, changes: Iterable[Change], virtual: bytes, newline: str) -> bytes:
        """The real text with the changes made, those that enclose a masked line with the real line in it."""
        return apply_changes(self.text, [self._real(change, virtual) for change in changes], newline)

    def _real(self, change: Change, virtual: bytes) -> Change:
        inside = [line for line in self.shell_lines if change.span.contains(Span(line.start, line.end))]
        return Change(change.span, self._restored(change.text, virtual, inside))

    def restore(self, data: bytes, virtual: bytes) -> bytes:
        """A new text with every real line in the place of what masks it."""
        return self._restored(data.decode("utf-8"), virtual, self.shell_lines).encode("utf-8")

    @staticmethod
    def _restored(text: str, virtual: bytes, lines: Iterable[ShellLine]) -> str:
        for line in lines:
            text = text.replace(virtual[line.start : line.end].decode("utf-8"), line.text, 1)
        return text


def is_notebook(data: bytes) -> bool:
    """Whether a Python file is a notebook that Databricks wrote."""
    return data.startswith(DATABRICKS_HEADER)


def mask(data: bytes) -> tuple[bytes, Masked]:
    """The text with Python of the same length where a line, or a cell that does not parse, is none."""
    pieces: list[bytes] = []
    lines: list[ShellLine] = []
    for start, end in _cells(data):
        cell = data[start:end]
        masks = tuple(find_masks(cell))
        masked = masked_text(cell, masks, len(lines))
        if cell.strip() and syntax_problem(masked, notebook=True):
            masks = (whole_cell(cell),)
            masked = masked_text(cell, masks, len(lines))
        lines += (
            ShellLine(start + m.start, start + m.end, cell[m.start : m.end].decode("utf-8"), m.kind)
            for m in masks
        )
        pieces.append(masked)
    return b"".join(pieces), Masked(data, tuple(lines))


def runs(data: bytes) -> list[tuple[int, int, str]]:
    """The notebooks that `# MAGIC %run ./path` runs in this one's place: where, and as a relative import.

    All names of such a notebook are there afterwards, as if they were imported with a star.
    """
    if not is_notebook(data):
        return []
    return [(m.start(), m.end(), _as_import(m[1].decode("utf-8"))) for m in _RUN.finditer(data)]


def _as_import(path: str) -> str:
    parts = PurePosixPath(path).parts
    up = sum(part == ".." for part in parts)
    return "." * (up + 1) + ".".join(part for part in parts if part != "..")


def _cells(data: bytes) -> list[tuple[int, int]]:
    """Where the cells lie; the line that ends a cell belongs to it."""
    ends = [match.end() for match in _CELL_END.finditer(data)]
    return list(zip([0, *ends], [*ends, len(data)], strict=True))
