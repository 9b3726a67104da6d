"""source: whether a text is Python at all, and where it stops being so."""

from __future__ import annotations

import re

from adapter.source.python_says import syntax_problem
from adapter.source.text import Source

# tree-sitter reads Python 2 without complaint, so a line that looks like it is put to Python itself.
_MAYBE_PYTHON_2 = re.compile(
    rb"""^[ \t]*(?:(?:print|exec)(?:[ \t]+[^\s=.,)\]:|&+*/%<!>(]|["'`])|raise[ \t]+[\w.]+[ \t]*,"""
    rb"|except\b[^:\n#]*,[ \t]*\w+[ \t]*:|def[ \t]+\w+[ \t]*\((?:[\w ,]*,)?[ \t]*\()",
    re.MULTILINE,
)
_MAYBE_PYTHON_2_INSIDE = re.compile(
    rb"""[=(,][ \t]*(?:0[0-7]+[,)\s]|(?:0[xX][0-9a-fA-F]+|[0-9]+)[lL]\b|`\w|[uU][rR]["'])|<>"""
)


def first_syntax_error(source: Source, strict: bool = False) -> tuple[int, int, str] | None:
    """Line, column and message of the first place that is not Python, or None.

    Python itself is asked only where tree-sitter found an error or something looks like Python 2, or
    always if `strict`. In a notebook the line counts within the cell, which the message names.
    """
    if not (strict or source.tree.root_node.has_error or _maybe_python_2(source.data)):
        return None
    problem = syntax_problem(source.data, notebook=source.cells is not None)
    if problem is None:
        return None
    line, column, message = problem
    starts = source.line_starts()
    if source.cells and line <= len(starts):
        cell = source.cell_at(starts[line - 1])
        if cell is not None:
            return max(line - source.position(cell.start)[0] + 1, 1), column, f"cell {cell.number}: {message}"
    return line, column, message


def _maybe_python_2(data: bytes) -> bool:
    return bool(_MAYBE_PYTHON_2.search(data) or _MAYBE_PYTHON_2_INSIDE.search(data))
