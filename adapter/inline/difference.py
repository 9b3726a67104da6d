"""inline: a new text of a file as the fewest changes of whole lines, so that all else stays byte for byte."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from adapter.plan import Change, Span
from adapter.source.text import Source

_CELL_MARK = re.compile(r"\n*^(?:(?:#\f)+|# COMMAND -+)[ \t]*$\n*", re.MULTILINE)


def line_changes(source: Source, text: str) -> list[Change]:
    """The changes that make a text of a source; in a notebook each cell has its own.

    Raises:
        ValueError: the text has not the cells of the notebook.
    """
    if not source.cells:
        return list(_changes(source.data.decode("utf-8"), text, 0))
    old = [source.data[cell.start : cell.end].decode("utf-8") for cell in source.cells]
    new = _CELL_MARK.split(text)
    if len(old) != len(new):
        raise ValueError(f"{len(new)} cells instead of {len(old)}")
    found: list[Change] = []
    for cell, before, after in zip(source.cells, old, new, strict=True):
        found += _changes(before, _trimmed(before, after), cell.start)
    return found


def _trimmed(before: str, after: str) -> str:
    """The new text of a cell without blank lines at its ends that the old one did not have."""
    if not before.startswith("\n"):
        after = after.lstrip("\n")
    return after if before.endswith("\n") else after.rstrip("\n")


def _changes(before: str, after: str, start: int) -> Iterator[Change]:
    old, new = _lines(before), _lines(after)
    matcher = SequenceMatcher(None, [_plain(line) for line in old], [_plain(line) for line in new], False)
    offsets = [start]
    for line in old:
        offsets.append(offsets[-1] + len(line.encode("utf-8")))
    for tag, first, last, begin, stop in matcher.get_opcodes():
        if tag != "equal":
            text = "".join(_plain(line) for line in new[begin:stop])
            yield Change(Span(offsets[first], offsets[last]), text)


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True) if "\f" not in text and "\x0b" not in text else _split(text)


def _split(text: str) -> list[str]:
    """The lines of a text by line feeds alone."""
    parts = text.split("\n")
    lines = [f"{part}\n" for part in parts[:-1]]
    return [*lines, parts[-1]] if parts[-1] else lines


def _plain(line: str) -> str:
    return f"{line[:-2]}\n" if line.endswith("\r\n") else line
