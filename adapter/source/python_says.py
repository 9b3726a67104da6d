"""source: what Python itself says about a text, in the words of its own error message."""

from __future__ import annotations

import ast
import re
import warnings

_PYTHON_2_MESSAGES = (
    "Missing parentheses in call to",
    "multiple exception types must be parenthesized",
    "leading zeros in decimal integer literals",
)
_PYTHON_2_LINE = re.compile(
    r"^\s*(?:(?:print|exec)\s+[^\s=(]|print\s*>>|raise\s+[\w.]+\s*,|except\s+[^:]+,\s*\w+\s*:)"
    r"|<>|`[^`]*`|\b\d+[lL]\b|\b[uU][rR][\"']"
)


def syntax_problem(data: bytes, notebook: bool) -> tuple[int, int, str] | None:
    """Line, column and message of the first syntax error, or None; a notebook may await at top level."""
    flags = ast.PyCF_ONLY_AST | (ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if notebook else 0)
    text = data.decode("utf-8")
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
