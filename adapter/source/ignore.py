"""source: what .gitignore files say, each for the folder that holds it and all below."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

_FOLDER_MARK = "ps_d"
_NAMED_GROUP = re.compile(r"\(\?P<\w+>")


@dataclass(frozen=True, slots=True)
class Rule:
    """One line: what it matches, and whether it ignores or (with "!") takes back."""

    expression: re.Pattern[str]
    ignores: bool

    def matches(self, path: str, itself: bool) -> bool:
        """Whether a relative path matches, and not only a folder that holds it if `itself`."""
        if not itself or _FOLDER_MARK not in self.expression.groupindex:
            return self.expression.search(path) is not None
        # The group holds the slash after the folder that matched.
        return any(match.end(_FOLDER_MARK) in (-1, len(path)) for match in self.expression.finditer(path))


@dataclass(frozen=True, slots=True)
class IgnoreFile:
    """The rules of one folder; `base` is its absolute path with a slash at the end."""

    base: str
    rules: tuple[Rule, ...]
    any_rule: re.Pattern[str]

    def verdict(self, path: str, itself: bool = True) -> bool | None:
        """Whether the last rule for an absolute path ignores it, or None if there is no rule for it.

        The path of a folder ends with a slash. For a walk that asks about every folder before what it
        holds, only rules that match the path `itself` count, as they do for git.
        """
        relative = path[len(self.base) :]
        # One search for all rules together is cheap, and most paths match none.
        if not self.any_rule.search(relative):
            return None
        for rule in reversed(self.rules):
            if rule.matches(relative, itself):
                return rule.ignores
        return None


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

    rules: list[Rule] = []
    for line in lines:
        # To pathspec "a/**" matches the folder too, to git only what it holds.
        line = f"{line.rstrip()}/*" if line.rstrip().endswith("/**") else line
        try:
            patterns = GitIgnoreSpec.from_lines([line]).patterns
        except ValueError:
            continue
        rules += [Rule(p.regex, p.include) for p in patterns if p.include is not None and p.regex is not None]
    if not rules:
        return None
    either = "|".join(_NAMED_GROUP.sub("(?:", rule.expression.pattern) for rule in rules)
    return IgnoreFile(base, tuple(rules), re.compile(either))


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
    ignored = any(layer.verdict(folder + "/", itself=False) for layer in layers)
    return [] if ignored else layers
