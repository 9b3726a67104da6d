"""What the entries of maps claim about a library: the names that they read and the calls that they write."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from adapter.graph.model import SELF, Entry, Library
from adapter.graph.signature import ANY_MEMBER, Signature
from adapter.graph.template import BODY, Line, Template
from adapter.plan import SiteKind

_TOKEN = re.compile(r"PLACEHOLDER_(\d+)_")


@dataclass(frozen=True, slots=True)
class Call:
    """How a written call passes its arguments; `partial` when `*` or `**` passes more."""

    positional: int
    keywords: tuple[str, ...]
    partial: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """One use of a library that a map knows.

    `name` is the qualified name to look up, `text` how the map spells it. A written call has `call`, a
    pattern that reads one has `signature`.
    """

    entry: Entry
    name: str
    text: str
    is_written: bool
    call: Call | None = None
    signature: Signature | None = None


def claims_of(entry: Entry, library: Library) -> Iterator[Claim]:
    """What an entry, of this library's map or of another's, claims about the library."""
    if entry.library == library.name:
        yield from _read(entry)
        if entry.write is not None:
            yield from written_claims(entry, entry.write, library)
    elif library.name in entry.direct:
        yield from written_claims(entry, entry.direct[library.name], library)


def _read(entry: Entry) -> Iterator[Claim]:
    pattern = entry.pattern
    if pattern is None or pattern.kind in (SiteKind.KEYWORD, SiteKind.ENVIRONMENT):
        return
    for key in entry.keys:
        name = key.removesuffix(f".{ANY_MEMBER}").removesuffix("[]")
        text = f"{key}({_parameters(pattern.signature)})" if pattern.signature else key
        yield Claim(entry, name, text, False, signature=pattern.signature)


def _parameters(signature: Signature) -> str:
    return ", ".join(f"{p.name}=" if p.optional else p.name for p in signature.parameters)


def written_claims(entry: Entry, template: Template, library: Library) -> Iterator[Claim]:
    """What a template claims about the library that it writes."""
    names = _imported(entry, library)
    for line in template.lines:
        yield from _of_line(entry, line, names, library)


def _imported(entry: Entry, library: Library) -> dict[str, str]:
    """Local names of written code, to the qualified names that the import lines bind them to."""
    names = {library.name.partition(".")[0]: library.name.partition(".")[0]}
    for text in (library.import_line, *entry.imports):
        for node in ast.parse(text).body:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    first = alias.name.partition(".")[0]
                    names[alias.asname or first] = alias.name if alias.asname else first
            elif isinstance(node, ast.ImportFrom):
                names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return names


def _of_line(entry: Entry, line: Line, names: dict[str, str], library: Library) -> Iterator[Claim]:
    tree = ast.parse(line.text.replace(BODY, " "))
    called = {node.func: node for node in ast.walk(tree) if isinstance(node, ast.Call)}
    inner = {node.value for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    holes = {f"PLACEHOLDER_{_number(line, index)}_": hole for index, hole in enumerate(line.placeholders)}
    types = {token: _type_of(hole.name, entry, library) for token, hole in holes.items()}
    for node in ast.walk(tree):
        if not isinstance(node, (ast.Attribute, ast.Name)) or node in inner:
            continue
        name = _dotted(node, names, types)
        if name is None or "." not in name:
            continue
        call = called.get(node)
        text = ast.unparse(call or node)
        for token, hole in holes.items():
            text = text.replace(token, f"{{{hole.name}}}")
        yield Claim(entry, name, text, True, call=None if call is None else _call(call))


def _number(line: Line, index: int) -> int:
    """The number that stands in the text at a placeholder."""
    hole = line.placeholders[index]
    match = _TOKEN.fullmatch(line.text[hole.start : hole.end])
    return int(match[1]) if match else index


def _dotted(node: ast.expr, names: dict[str, str], types: dict[str, str]) -> str | None:
    if isinstance(node, ast.Name):
        return names.get(node.id) or types.get(node.id) or None
    if isinstance(node, ast.Attribute):
        owner = _dotted(node.value, names, types)
        return f"{owner}.{node.attr}" if owner and "PLACEHOLDER" not in node.attr else None
    if isinstance(node, ast.Call):
        owner = _dotted(node.func, names, types)
        return f"{owner}()" if owner else None
    return None


def _type_of(argument: str, entry: Entry, library: Library) -> str:
    """The type of the library that a placeholder stands for; empty when that is not known."""
    if argument in ("holder", "run"):
        return next((kind.name for kind in library.types.values() if kind.concept == "tracking.Run"), "")
    pattern = entry.pattern
    if entry.library == library.name and pattern is not None and entry.lift is not None:
        owner = pattern.name.rpartition(".")[0]
        if (
            owner in library.types
            and entry.lift.arguments.get(argument)
            and entry.lift.plain(argument) == SELF
        ):
            return owner
    wanted = f"{library.name}.{argument.capitalize()}"
    # A library with several such types (Trial, FrozenTrial) does not say which one is meant.
    alike = [name for name in library.types if name.endswith(argument.capitalize())]
    return wanted if alike == [wanted] else ""


def _call(node: ast.Call) -> Call:
    starred = any(isinstance(argument, ast.Starred) for argument in node.args)
    keywords = tuple(keyword.arg for keyword in node.keywords if keyword.arg is not None)
    positional = sum(not isinstance(argument, ast.Starred) for argument in node.args)
    return Call(positional, keywords, starred or len(keywords) < len(node.keywords))
