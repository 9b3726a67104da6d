"""fence: form: the answer is one whole block of Python that fits where the region stood."""

from __future__ import annotations

import ast
import warnings

from adapter.fallback.fence.candidate import Candidate
from adapter.source.python_says import syntax_problem


def complete(candidate: Candidate) -> str:
    """The answer was not cut off."""
    return "" if candidate.is_complete else "the answer was cut off before its end"


def one_block(candidate: Candidate) -> str:
    """The answer has one block of code, no more and no fewer."""
    count = len(candidate.blocks)
    if count == 1:
        return ""
    return f"the answer must have one block between ```python and ```, it has {count or 'none'}"


def parses(candidate: Candidate) -> str:
    """The block is Python, and so is the file with it."""
    if len(candidate.blocks) != 1:
        return ""
    if not candidate.code.strip():
        return "the block is empty"
    ground = candidate.ground
    is_notebook = ground.source.cells is not None
    problem = _problem(candidate.after.data, is_notebook=is_notebook)
    if not problem or _problem(ground.source.data, is_notebook=is_notebook):
        return ""
    return f"the block is not Python there: {problem}"


def _problem(data: bytes, *, is_notebook: bool) -> str:
    """What is wrong with a file; also what only a module shows, such as a return outside of functions."""
    found = syntax_problem(data, notebook=is_notebook)
    if found is not None:
        return found[2]
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if is_notebook else 0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(data, "<region>", "exec", flags=flags, dont_inherit=True)
    except SyntaxError as error:
        return error.msg
    return ""
