"""Templates: what a map writes, as source-shaped text with placeholders whose absence is clean.

A template is one or more lines. `{name}` stands for an argument, `{name!converter}` for an argument
that a converter reshapes, `{name?}` at the start of a line keeps the line only when the argument was
given and is not plainly false. A line that starts with `value =` gives the value of the whole call, one
that starts with `then` goes behind the `with` block that the value is entered by, one that starts with
`first` goes before the statement and is never the value.
A keyword argument whose placeholder is absent falls away; any other line with an absent placeholder
falls away as a whole.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import lru_cache

_PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)?)(?:!([a-z_]+))?\}")
_GUARD = re.compile(r"^\{([a-z_][a-z0-9_]*)\?\}\s*")
_TOKEN = re.compile(r"PLACEHOLDER_(\d+)_")
# stands between the colon of a compound statement and its body, where a line break goes
BODY = "\0"
_VALUE = re.compile(r"^value\s*=\s*(?!=)")
_BEHIND = re.compile(r"^then\s+")
_BEFORE = re.compile(r"^first\s+")


class TemplateSyntaxError(ValueError):
    """A template in a map cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A hole in a template line.

    `tight` holes stand where only an atom may stand (`{x}.attribute`), `quoted` ones lie inside a
    string literal; `keyword` is the span of the keyword argument that falls away with the hole.
    """

    name: str
    converter: str | None
    start: int
    end: int
    tight: bool
    quoted: bool
    keyword: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Line:
    """One statement of a template; `text` has the tokens that the placeholders' spans point at."""

    text: str
    placeholders: tuple[Placeholder, ...]
    guard: str | None
    is_value: bool
    is_expression: bool
    roots: frozenset[str]
    calls: tuple[str, ...]
    is_behind: bool
    is_before: bool


@dataclass(frozen=True, slots=True)
class Template:
    """The statements that a concept call becomes."""

    lines: tuple[Line, ...]

    @property
    def names(self) -> frozenset[str]:
        """Every argument that the template uses, dotted ones by their first part."""
        found = {hole.name.partition(".")[0] for line in self.lines for hole in line.placeholders}
        return frozenset(found | {line.guard for line in self.lines if line.guard})

    @property
    def value_line(self) -> Line | None:
        """The line that stands for the value; a lone expression stands for itself."""
        marked = next((line for line in self.lines if line.is_value), None)
        if marked is not None or len(self.lines) != 1:
            return marked
        only = self.lines[0]
        return only if only.is_expression and not only.is_before else None


@lru_cache(maxsize=4096)
def parse_template(text: str) -> Template:
    """Reads a template.

    Raises:
        TemplateSyntaxError: a line is not a Python statement once its placeholders are filled.
    """
    stripped = [line.strip() for line in text.strip().splitlines()]
    return Template(tuple(_parse_line(line) for line in stripped if line))


def _parse_line(source: str) -> Line:
    guard_match = _GUARD.match(source)
    guard = guard_match[1] if guard_match else None
    body = source[guard_match.end() :] if guard_match else source
    value_match = _VALUE.match(body)
    if value_match:
        body = body[value_match.end() :]
    behind_match = _BEHIND.match(body)
    if behind_match:
        body = body[behind_match.end() :]
    before_match = _BEFORE.match(body)
    if before_match:
        body = body[before_match.end() :]
    found: list[tuple[str, str | None]] = []

    def tokenise(match: re.Match[str]) -> str:
        found.append((match[1], match[2]))
        return f"PLACEHOLDER_{len(found) - 1}_"

    text = _PLACEHOLDER.sub(tokenise, body)
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        raise TemplateSyntaxError(f"the template line {source!r} is not Python: {error.msg}") from error
    if len(tree.body) != 1:
        raise TemplateSyntaxError(f"the template line {source!r} must be one statement")
    statement = tree.body[0]
    if isinstance(statement, (ast.For, ast.With, ast.If)):
        start = _column_offsets(text)[statement.body[0].col_offset]
        text = f"{text[: start - 1]}{BODY}{text[start:]}"
    parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    holes = tuple(_placeholder(match, found, parents, text) for match in _TOKEN.finditer(text))
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    roots = frozenset(name.id for name in names if not _TOKEN.fullmatch(name.id))
    calls = tuple(
        _TOKEN.sub("…", ast.unparse(node.func)) for node in ast.walk(tree) if isinstance(node, ast.Call)
    )
    is_expression = isinstance(tree.body[0], ast.Expr)
    marks = bool(behind_match), bool(before_match)
    return Line(text, holes, guard, bool(value_match), is_expression, roots, calls, *marks)


def _placeholder(
    match: re.Match[str], found: list[tuple[str, str | None]], parents: dict[ast.AST, ast.AST], text: str
) -> Placeholder:
    name, converter = found[int(match[1])]
    node = next((n for n in parents if isinstance(n, ast.Name) and n.id == match[0]), None)
    if node is None:
        attribute = next((n for n in parents if isinstance(n, ast.Attribute) and n.attr == match[0]), None)
        return Placeholder(name, converter, match.start(), match.end(), False, attribute is None, None)
    tight = isinstance(
        parents.get(node), (ast.Attribute, ast.Subscript, ast.BinOp, ast.UnaryOp, ast.Compare, ast.Starred)
    )
    parent = parents.get(node)
    if isinstance(parent, ast.Subscript) and parent.slice is node:
        tight = False
    if isinstance(parent, ast.keyword) and parent.arg is None:
        tight = True
    if isinstance(parent, ast.Call) and parent.func is node:
        tight = True
    return Placeholder(
        name, converter, match.start(), match.end(), tight, False, _keyword_span(node, parents, text)
    )


def _keyword_span(node: ast.AST, parents: dict[ast.AST, ast.AST], text: str) -> tuple[int, int] | None:
    offsets = _column_offsets(text)
    current: ast.AST | None = node
    while current is not None and not (isinstance(current, ast.keyword) and current.arg is not None):
        current = parents.get(current)
    if not isinstance(current, ast.keyword):
        return None
    assert current.end_col_offset is not None
    return offsets[current.col_offset], offsets[current.end_col_offset]


def _column_offsets(text: str) -> dict[int, int]:
    """Character index by UTF-8 offset: `ast` counts bytes."""
    table, position = {}, 0
    for index, character in enumerate(text):
        table[position] = index
        position += len(character.encode())
    table[position] = len(text)
    return table
