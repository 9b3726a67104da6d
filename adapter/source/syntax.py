"""source: whether a text is Python at all, and where it stops being so."""

from __future__ import annotations

import ast
import re
import warnings

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
_PYTHON_2_MESSAGES = (
    "Missing parentheses in call to",
    "multiple exception types must be parenthesized",
    "leading zeros in decimal integer literals",
)
_PYTHON_2_LINE = re.compile(
    r"^\s*(?:(?:print|exec)\s+[^\s=(]|print\s*>>|raise\s+[\w.]+\s*,|except\s+[^:]+,\s*\w+\s*:)"
    r"|<>|`[^`]*`|\b\d+[lL]\b|\b[uU][rR][\"']"
)


def first_syntax_error(source: Source, strict: bool = False) -> tuple[int, int, str] | None:
    """Line, column and message of the first place that is not Python, or None.

    Python itself is asked only where tree-sitter found an error or something looks like Python 2, or
    always if `strict`. In a notebook the line counts within the cell, which the message names.
    """
    if not (strict or source.tree.root_node.has_error or _maybe_python_2(source.data)):
        return None
    problem = _python_says(source)
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


def _python_says(source: Source) -> tuple[int, int, str] | None:
    flags = ast.PyCF_ONLY_AST | (ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if source.cells is not None else 0)
    text = source.data.decode("utf-8")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<source>", "exec", flags=flags, dont_inherit=True)
    except SyntaxError as error:
        line, column = error.lineno or 1, max(error.offset or 1, 1)
        message = error.msg
        if _is_python_2(message, error.text or ""):
            message = f"Python 2 code: {message}"
        return line, column, message
    except (RecursionError, MemoryError):
        return 1, 1, "nested too deeply for Python to read"
    return None


def _is_python_2(message: str, line: str) -> bool:
    return message.startswith(_PYTHON_2_MESSAGES) or bool(_PYTHON_2_LINE.search(line))
