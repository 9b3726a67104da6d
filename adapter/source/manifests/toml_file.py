"""source: pyproject.toml and Pipfile: lists of requirements, and tables of names with versions."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from adapter.plan import Change, Span
from adapter.source.encoding import place_in
from adapter.source.errors import SourceError
from adapter.source.manifests.entry import Entry
from adapter.source.manifests.items import cut_item, cut_lines, indent_of, item_before
from adapter.source.manifests.request import Request, normalise
from adapter.source.manifests.requirement import parse_requirement

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

Keys = tuple[str, ...]

_EXTRAS = ("tool", "poetry", "extras")
# Where lists of requirements stand; "*" is any one key.
_LISTS: tuple[Keys, ...] = (
    ("project", "dependencies"),
    ("project", "optional-dependencies", "*"),
    ("dependency-groups", "*"),
    ("build-system", "requires"),
    (*_EXTRAS, "*"),
    ("tool", "pdm", "dev-dependencies", "*"),
    ("tool", "hatch", "envs", "*", "dependencies"),
    ("tool", "hatch", "envs", "*", "extra-dependencies"),
    ("tool", "uv", "dev-dependencies"),
    ("tool", "uv", "constraint-dependencies"),
    ("tool", "uv", "override-dependencies"),
    ("tool", "flit", "metadata", "requires"),
    ("tool", "flit", "metadata", "requires-extra", "*"),
)
# Where tables stand whose keys are distributions.
_TABLES: tuple[Keys, ...] = (
    ("tool", "poetry", "dependencies"),
    ("tool", "poetry", "dev-dependencies"),
    ("tool", "poetry", "group", "*", "dependencies"),
    ("tool", "pixi", "dependencies"),
    ("tool", "pixi", "pypi-dependencies"),
    ("tool", "pixi", "feature", "*", "dependencies"),
    ("tool", "pixi", "feature", "*", "pypi-dependencies"),
)
_NOT_PACKAGES = frozenset({"source", "requires", "scripts", "pipenv"})
# What says where the old distribution comes from, and so means nothing for the new one.
_ORIGIN = frozenset(
    {"version", "extras", "git", "branch", "rev", "tag", "ref", "path", "file", "url", "develop"}
    | {"editable", "subdirectory", "source", "index", "hashes"}
)
_PLACE = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)")


def read_entries(path: Path, data: bytes, request: Request) -> Iterator[Entry]:
    """The entries for the two distributions of a request.

    Raises SourceError, with line and column, for what is not TOML.
    """
    _check(path, data)
    reader = _Reader(data, request, path.name == "Pipfile")
    root = _parser().parse(data).root_node
    if root.has_error:
        raise SourceError.at(path, "has TOML that only newer versions know", 1, 1, "edit it by hand")
    for child in root.named_children:
        if child.type == "pair":
            yield from reader.pair((), child)
        elif child.type in ("table", "table_array_element"):
            yield from reader.table(child)


@functools.cache
def _parser() -> Parser:
    import tree_sitter_toml
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_toml.language()))


def _check(path: Path, data: bytes) -> None:
    try:
        tomllib.loads(data.decode())
    except tomllib.TOMLDecodeError as problem:
        match = _PLACE.fullmatch(str(problem))
        message = match[1] if match else str(problem)
        line, column = place_in(data, len(data))
        if match and match[2]:
            line, column = int(match[2]), int(match[3])
        text = message[:1].lower() + message[1:]
        raise SourceError.at(path, f"is not TOML: {text}", line, column, "correct it") from None


@dataclass(frozen=True, slots=True)
class _Reader:
    """Finds the entries in the tree of one file."""

    data: bytes
    request: Request
    pipfile: bool

    def table(self, table: Node) -> Iterator[Entry]:
        """The entries of `[header]` and what stands below it."""
        header = next((child for child in table.named_children if _is_key(child)), None)
        if header is None:
            return
        keys = self.keys(header)
        pairs = [child for child in table.named_children if child.type == "pair"]
        if self.names_packages(keys[:-1]) and self.request.concerns(keys[-1]):
            yield self.own_table(keys, _last_key(header), table, pairs)
            return
        for pair in pairs:
            yield from self.pair(keys, pair)

    def pair(self, above: Keys, pair: Node) -> Iterator[Entry]:
        """The entries of `key = value`, wherever in the tables it stands."""
        key, value = [child for child in pair.named_children if child.type != "comment"]
        keys = above + self.keys(key)
        if value.type == "array" and _matches(keys, _LISTS):
            yield from self.list_items(keys, value)
        elif self.names_packages(keys[:-1]) and self.request.concerns(keys[-1]):
            yield self.named(keys, key, pair, value)
        elif self.names_packages(keys[:-2]) and self.request.concerns(keys[-2]):
            span = Span(pair.start_byte, pair.end_byte)
            yield Entry(keys[-2], ".".join(keys[:-2]), span, obstacle="it is spelled with dotted keys")
        elif value.type == "inline_table":
            for inner in value.named_children:
                if inner.type == "pair":
                    yield from self.pair(keys, inner)

    def list_items(self, keys: Keys, array: Node) -> Iterator[Entry]:
        """The entries among the strings of a list."""
        # Extras of Poetry name what stands with its version in the table of dependencies.
        request = replace(self.request, version="") if keys[:3] == _EXTRAS else self.request
        for item in array.named_children:
            text = self.text(item)
            if item.type != "string" or text.startswith(('"""', "'''")):
                continue
            requirement = parse_requirement(text[1:-1])
            if requirement is None or not self.request.concerns(requirement.name):
                continue
            first = item.start_byte + 1 + len(text[1:][: requirement.start].encode())
            last = first + len(text[1:][requirement.start : requirement.end].encode())
            span = Span(item.start_byte, item.end_byte)
            quoted = f"{text[0]}{requirement.render(request)}{text[0]}"
            yield Entry(
                requirement.name,
                ".".join(keys),
                span,
                requirement.marker,
                (Change(Span(first, last), request.requirement),),
                (cut_item(self.data, span),),
                (item_before(self.data, span, quoted),),
                requirement.obstacle,
                requirement.loss(self.request),
            )

    def named(self, keys: Keys, key: Node, pair: Node, value: Node) -> Entry:
        """The entry of `name = version` or `name = {version = ..., ...}`."""
        span = Span(pair.start_byte, pair.end_byte)
        last = _last_key(key)
        inline = pair.parent is not None and pair.parent.type == "inline_table"
        text = f"{self.request.new} = {_quoted(self.request.constraint)}"
        beside = Change(Span(span.start, span.start), f"{text}\n{indent_of(self.data, span.start)}")
        return Entry(
            keys[-1],
            ".".join(keys[:-1]),
            span,
            swap=(self.renamed(last), Change(Span(value.start_byte, value.end_byte), self.value(value))),
            drop=(cut_item(self.data, span) if inline else cut_lines(self.data, span.start, span.end),),
            beside=(item_before(self.data, span, text) if inline else beside,),
            loss=self.loss(value),
        )

    def own_table(self, keys: Keys, last: Node, table: Node, pairs: list[Node]) -> Entry:
        """The entry of a table such as `[tool.poetry.dependencies.wandb]`."""
        end = pairs[-1].end_byte if pairs else last.end_byte
        swap = [self.renamed(last)]
        version = f"version = {_quoted(self.request.constraint)}"
        for number, pair in enumerate(self.origin(pairs)):
            span = Span(pair.start_byte, pair.end_byte)
            swap.append(cut_lines(self.data, span.start, span.end) if number else Change(span, version))
        start = table.start_byte
        name = ".".join((*keys[:-1], self.request.new))
        return Entry(
            keys[-1],
            ".".join(keys[:-1]),
            Span(start, end),
            swap=tuple(swap),
            drop=(cut_lines(self.data, start, end),),
            beside=(Change(Span(start, start), f"[{name}]\n{version}\n\n"),),
            loss=self.loss(table),
        )

    def value(self, value: Node) -> str:
        """The new value in the place of an old one: what is not about its origin stays."""
        quoted = _quoted(self.request.constraint, "'" if self.text(value).startswith("'") else '"')
        pairs = [child for child in value.named_children if child.type == "pair"]
        origin = self.origin(pairs)
        if value.type != "inline_table" or not origin:
            return quoted
        kept = [pair for pair in pairs if pair == origin[0] or pair not in origin]
        texts = [f"version = {quoted}" if pair == origin[0] else self.text(pair) for pair in kept]
        text = self.text(value)
        pad = " " if text.startswith("{ ") else ""
        return "{" + pad + ", ".join(texts) + pad + "}"

    def origin(self, pairs: list[Node]) -> list[Node]:
        """The pairs that say which release of the old distribution is meant, the version first."""
        origin = [pair for pair in pairs if self.keys(pair.named_children[0])[0] in _ORIGIN]
        return sorted(origin, key=lambda pair: self.text(pair.named_children[0]) != "version")

    def loss(self, value: Node) -> str:
        """What goes when a value is replaced by a plain version."""
        if value.type == "array":
            return "its alternatives by marker became one entry"
        pairs = [child for child in value.named_children if child.type == "pair"]
        names = [self.text(pair.named_children[0]) for pair in self.origin(pairs)]
        gone = ", ".join(name for name in names if name != "version")
        return f"{gone} went with {self.request.old}" if gone else ""

    def renamed(self, key: Node) -> Change:
        """A key that names the new distribution, quoted as the old one was."""
        quote = self.text(key)[0] if key.type == "quoted_key" else ""
        return Change(Span(key.start_byte, key.end_byte), f"{quote}{self.request.new}{quote}")

    def names_packages(self, keys: Keys) -> bool:
        """Whether the keys of this table are distributions."""
        if self.pipfile:
            return len(keys) == 1 and keys[0] not in _NOT_PACKAGES
        return _matches(keys, _TABLES)

    def keys(self, key: Node) -> Keys:
        """The parts of a key, quotes taken off."""
        if key.type == "dotted_key":
            return tuple(part for child in key.named_children for part in self.keys(child))
        text = self.text(key)
        return (text[1:-1] if key.type == "quoted_key" else text,)

    def text(self, node: Node) -> str:
        """The text of a node."""
        return self.data[node.start_byte : node.end_byte].decode()


def _matches(keys: Keys, patterns: tuple[Keys, ...]) -> bool:
    return any(
        len(keys) == len(pattern)
        and all(want in ("*", normalise(key)) for key, want in zip(keys, pattern, strict=True))
        for pattern in patterns
    )


def _is_key(node: Node) -> bool:
    return node.type in ("bare_key", "quoted_key", "dotted_key")


def _last_key(key: Node) -> Node:
    return _last_key(key.named_children[-1]) if key.type == "dotted_key" else key


def _quoted(text: str, quote: str = '"') -> str:
    return f"{quote}{text}{quote}"
