"""Bench: how far an answer reaches beyond what had to change."""

from __future__ import annotations

from difflib import SequenceMatcher
from pathlib import Path


def reach_beyond(before: Path, answer: Path, reference: Path) -> int:
    """How many lines of the untouched program the answer changes or takes away and the reference leaves."""
    total = 0
    for path in sorted(before.rglob("*")):
        name = path.relative_to(before)
        if not path.is_file() or path.suffix not in {".py", ".ipynb"}:
            continue
        touched = _touched(path, answer / name)
        total += len(touched - _touched(path, reference / name))
    return total


def _touched(before: Path, after: Path) -> set[int]:
    """The numbers of the lines that are not there any more."""
    old = before.read_text("utf-8").splitlines()
    new = after.read_text("utf-8", errors="replace").splitlines() if after.is_file() else []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return {
        line
        for kind, start, end, _new_start, _new_end in matcher.get_opcodes()
        if kind in {"replace", "delete"}
        for line in range(start, end)
    }
