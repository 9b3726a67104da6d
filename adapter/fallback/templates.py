"""fallback: prompts: versioned text files that ship with the package."""

from __future__ import annotations

import string
from functools import cache
from importlib.resources import files

VERSION = "v1"


@cache
def _text(name: str) -> string.Template:
    folder = files("adapter.fallback") / "prompts" / VERSION
    return string.Template((folder / f"{name}.txt").read_text("utf-8").strip())


def fill(name: str, /, **values: str) -> str:
    """A prompt with its holes filled; raises KeyError for a hole without a value."""
    return _text(name).substitute(values)
