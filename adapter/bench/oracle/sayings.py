"""Oracle: numbers and names in what a program printed and logged."""

from __future__ import annotations

import re
from typing import Any

from adapter.bench.oracle.names import agrees, same_name
from adapter.sandbox.run import Execution

# What Optuna itself logs is not what the program says.
OPTUNA_LINE = re.compile(r"^(\x1b\[\d+m)?\[[DIWEC] \d{4}-\d\d-\d\d .*$", re.MULTILINE)

NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


def numbers(pattern: str, execution: Execution) -> list[str]:
    """The numbers that a pattern finds in what a run said.

    Raises:
        ValueError: there is none.
    """
    texts = re.findall(pattern, said(execution), re.MULTILINE)
    if not texts:
        raise ValueError(f"the untouched program says nothing that matches {pattern!r}")
    return [text.rstrip(".,;") for text in texts]


def said(execution: Execution) -> str:
    """What a program printed and logged, without what Optuna logs."""
    return execution.stdout + "\n" + OPTUNA_LINE.sub("", execution.stderr)


def names(text: str, name: str) -> bool:
    """Whether a text holds a name, in any spelling that means the same."""
    return name in text or any(same_name(name, word) for word in re.findall(r"[\w.\-/]+", text))


def says(text: str, value: Any) -> bool:
    """Whether a text holds a value: a number to at least three digits of it, anything else as it is."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value) in text
    return any(_is_number(found, float(value)) for found in NUMBER.findall(text))


def _is_number(text: str, value: float) -> bool:
    if value in {float(text), float(text) / 100}:
        return True
    digits = re.sub(r"[eE].*|[-+.]", "", text).lstrip("0")
    return len(digits) >= 3 and (agrees(value, text) or agrees(value, text, 100.0))
