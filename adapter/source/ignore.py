"""source: what .gitignore files say, each for the folder that holds it and all below."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_NAMED_GROUP = re.compile(r"\(\?P<\w+>")


@dataclass(frozen=True, slots=True)
class IgnoreFile:
    """The rules of one folder; `base` is its absolute path with a slash at the end."""

    base: str
    spec: GitIgnoreSpec
    any_rule: re.Pattern[str]

    def verdict(self, path: str) -> bool | None:
        """Whether an absolute path (a folder's ends with a slash) is ignored, or None if no rule says."""
        relative = path[len(self.base) :]
        # One search for all rules costs a tenth of asking pathspec, and most paths match no rule.
        if not self.any_rule.match(relative):
            return None
        return self.spec.check_file(relative).include


def is_ignored(path: str, layers: Sequence[IgnoreFile]) -> bool:
    """Whether the nearest rule that says something about a path ignores it; layers go outwards."""
    for layer in layers:
        verdict = layer.verdict(path)
        if verdict is not None:
            return verdict
    return False


def compile_rules(base: str, lines: Iterable[str]) -> IgnoreFile | None:
    """Rules as in a .gitignore file; None when there are none. Lines that are no rule are passed over."""
    from pathspec import GitIgnoreSpec

    usable: list[str] = []
    expressions: list[str] = []
    for line in lines:
        try:
            patterns = GitIgnoreSpec.from_lines([line]).patterns
        except ValueError:
            continue
        for pattern in patterns:
            if pattern.include is not None and pattern.regex is not None:
                usable.append(line)
                expressions.append(_NAMED_GROUP.sub("(?:", pattern.regex.pattern))
    if not usable:
        return None
    return IgnoreFile(base, GitIgnoreSpec.from_lines(usable), re.compile("|".join(expressions)))


def read_rules(folder: str, name: str = ".gitignore") -> IgnoreFile | None:
    """The rules of a folder's .gitignore (or another such file); None where there is none to read."""
    base = folder.rstrip("/") + "/"
    try:
        text = Path(base + name).read_bytes().decode("utf-8-sig", "replace")
    except OSError:
        return None
    return compile_rules(base, text.replace("\r\n", "\n").split("\n"))


def rules_above(folder: str) -> list[IgnoreFile]:
    """The rules that a folder (an absolute path) inherits from its repository, the nearest first.

    A folder outside of a repository inherits none, nor does one that its own repository ignores: the
    user named it, so it is wanted.
    """
    layers: list[IgnoreFile] = []
    current = Path(folder)
    while not (current / ".git").exists():
        if current.parent == current:
            return []
        current = current.parent
        layers += [rules] if (rules := read_rules(str(current))) else []
    if str(current) != folder:
        layers += [rules] if (rules := read_rules(str(current), ".git/info/exclude")) else []
    return [] if is_ignored(folder + "/", layers) else layers
