"""Report: the cells of a notebook that a change touches, as plain text."""

from __future__ import annotations

import json
from typing import Any


def changed_cells(before: bytes, after: bytes) -> list[tuple[int, bytes, bytes]]:
    """Number (from 1, all cells counted), old and new text of every cell whose text differs.

    Empty when the two are not notebooks with the same number of cells.
    """
    old, new = _cells(before), _cells(after)
    if len(old) != len(new):
        return []
    pairs = zip(old, new, strict=True)
    return [(number, first, second) for number, (first, second) in enumerate(pairs, 1) if first != second]


def _cells(data: bytes) -> list[bytes]:
    try:
        notebook = json.loads(data)
    except ValueError:
        return []
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    return [_text(cell) for cell in cells] if isinstance(cells, list) else []


def _text(cell: Any) -> bytes:
    """The text of a cell, ended by a newline as a file is: notebooks leave the last one out."""
    source = cell.get("source", "") if isinstance(cell, dict) else ""
    text = "".join(map(str, source)) if isinstance(source, list) else str(source)
    if text and not text.endswith("\n"):
        text += "\n"
    return text.encode("utf-8", errors="surrogatepass")
