"""fence: form: the answer is one whole block of Python that fits where the region stood."""

from __future__ import annotations

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
    ground = candidate.ground
    is_notebook = ground.source.cells is not None
    problem = syntax_problem(candidate.after.data, notebook=is_notebook)
    if problem is None or syntax_problem(ground.source.data, notebook=is_notebook) is not None:
        return "" if candidate.code.strip() else "the block is empty"
    return f"the block is not Python there: {problem[2]}"
