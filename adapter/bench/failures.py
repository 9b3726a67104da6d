"""Bench: why an answer is wrong, in classes that are the same for every arm."""

from __future__ import annotations

import re
from enum import StrEnum

from adapter.bench.grading import Verdict


class Failure(StrEnum):
    """The class of a wrong answer; an answer belongs to the first that fits, and every trial is counted."""

    INFRASTRUCTURE = "infrastructure"
    NO_ANSWER = "no answer"
    UNCHANGED = "no change"
    SYNTAX = "does not parse"
    TIMEOUT = "time-out"
    NAME = "import or name error"
    API = "wrong API or argument"
    CRASH = "other error"
    ORACLE = "runs, but the oracle fails"


_NAME_ERRORS = re.compile(r"\b(?:ModuleNotFoundError|ImportError|NameError|UnboundLocalError)\b")
_API_ERRORS = re.compile(r"\b(?:AttributeError|TypeError)\b|unexpected keyword argument")
_SYNTAX_ERRORS = re.compile(r"\b(?:SyntaxError|IndentationError|TabError)\b")


def failure_of(verdict: Verdict, *, answered: bool, changed: bool, parses: bool) -> Failure | None:
    """The class of a wrong answer; None for a right one.

    `answered`: there was something to grade; `changed`: it differs from the untouched program; `parses`: all
    its Python does.
    """
    if verdict.passed:
        return None
    if not answered:
        return Failure.NO_ANSWER
    if not changed:
        return Failure.UNCHANGED
    if not parses or _SYNTAX_ERRORS.search(verdict.reason):
        return Failure.SYNTAX
    if not verdict.crashed:
        return Failure.ORACLE
    if "took too long" in verdict.reason:
        return Failure.TIMEOUT
    if _NAME_ERRORS.search(verdict.reason):
        return Failure.NAME
    return Failure.API if _API_ERRORS.search(verdict.reason) else Failure.CRASH
