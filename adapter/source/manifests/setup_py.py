"""source: setup.py: the strings in literal requirement lists; nothing of the file is run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from adapter.plan import Change, Span
from adapter.source.errors import SourceError
from adapter.source.manifests.entry import Entry
from adapter.source.manifests.items import cut_item, item_before
from adapter.source.manifests.request import Request
from adapter.source.manifests.requirement import parse_requirement
from adapter.source.syntax import first_syntax_error
from adapter.source.text import Source, read_source

if TYPE_CHECKING:
    from tree_sitter import Node

_OPTIONS = frozenset({"install_requires", "setup_requires", "tests_require", "extras_require"})
_NOT_REQUIREMENTS = frozenset({"keywords", "packages", "py_modules", "namespace_packages", "classifiers"})
_ADDING = frozenset({"append", "extend", "update", "insert"})
_LISTS = frozenset({"list", "tuple", "set"})
_STRING = re.compile(r"([A-Za-z]*)('''|\"\"\"|'|\")(.*)\2", re.DOTALL)


def read_entries(path: Path, data: bytes, request: Request) -> Iterator[Entry]:
    """The entries for the two distributions of a request.

    A string elsewhere that looks like a requirement is an entry with an obstacle. Raises SourceError,
    with line and column, for what is not Python.
    """
    source = read_source(path, data)
    if problem := first_syntax_error(source):
        line, column, message = problem
        raise SourceError.at(path, message, line, column, "correct it")
    collector = _Collector(source)
    collector.collect_all(source.tree.root_node)
    for string in _strings(source.tree.root_node):
        entry = _entry(source, string, request, string.id in collector.requirements)
        if entry is not None:
            yield entry


def _entry(source: Source, string: Node, request: Request, known: bool) -> Entry | None:
    parent = string.parent
    match = _STRING.fullmatch(source.node_text(string))
    if parent is None or match is None:
        return None
    requirement = parse_requirement(match[3])
    if requirement is None or not request.concerns(requirement.name):
        return None
    span = Span(string.start_byte, string.end_byte)
    if not known:
        suspicious = parent.type in _LISTS and not requirement.odd and not _is_other_option(source, parent)
        group = "unknown"
        return Entry(requirement.name, group, span, obstacle="its list is computed") if suspicious else None
    lead = span.start + len(match[1]) + len(match[2])
    place = Span(lead + requirement.start, lead + requirement.end)
    in_list = parent.type in _LISTS
    obstacle = requirement.obstacle
    if any(child.type == "interpolation" for child in string.named_children):
        obstacle = "its version is computed"
    quoted = f"{match[2]}{requirement.render(request)}{match[2]}"
    return Entry(
        requirement.name,
        f"list at {parent.start_byte}",
        span,
        requirement.marker,
        (Change(place, request.requirement),),
        (cut_item(source.data, span),) if in_list else (),
        (item_before(source.data, span, quoted),) if in_list else (),
        obstacle,
        requirement.loss(request),
    )


def _is_other_option(source: Source, node: Node) -> bool:
    """Whether a list is given for an option that holds no requirements."""
    parent = node.parent
    name = parent.child_by_field_name("name") if parent is not None else None
    return name is not None and source.node_text(name) in _NOT_REQUIREMENTS


def _strings(node: Node) -> Iterator[Node]:
    if node.type == "string":
        yield node
        return
    for child in node.named_children:
        yield from _strings(child)


@dataclass(slots=True)
class _Collector:
    """Follows the values of the options back to literal lists; `requirements` are their strings by id."""

    source: Source
    requirements: set[int] = field(default_factory=set)
    followed: set[str] = field(default_factory=set)

    def collect_all(self, node: Node) -> None:
        """Collects from every place that gives one of the options its value."""
        name = node.child_by_field_name("name") if node.type == "keyword_argument" else None
        if node.type == "pair":
            name = node.child_by_field_name("key")
        if name is not None and self.source.node_text(name).strip("\"'") in _OPTIONS:
            self.collect(node.child_by_field_name("value"))
        for child in node.named_children:
            self.collect_all(child)

    def collect(self, node: Node | None) -> None:
        """Collects the strings of a value: of lists, dictionaries, sums, and of the names they go by."""
        if node is None:
            return
        if node.type == "string":
            self.requirements.add(node.id)
        elif node.type == "identifier":
            self.follow(self.source.node_text(node))
        elif node.type == "pair" or node.type == "keyword_argument":
            self.collect(node.child_by_field_name("value"))
        elif node.type == "call":
            self.collect(node.child_by_field_name("arguments"))
        elif node.type in _LISTS or node.type in (
            "dictionary",
            "binary_operator",
            "parenthesized_expression",
            "argument_list",
            "list_splat",
            "dictionary_splat",
        ):
            for child in node.named_children:
                self.collect(child)

    def follow(self, name: str) -> None:
        """Collects from every assignment to a name, to its items, and from what is appended to it."""
        if name in self.followed:
            return
        self.followed.add(name)
        self.follow_in(self.source.tree.root_node, name)

    def follow_in(self, node: Node, name: str) -> None:
        """The same, below one node."""
        if node.type in ("assignment", "augmented_assignment"):
            if self.base(node.child_by_field_name("left")) == name:
                self.collect(node.child_by_field_name("right"))
        elif node.type == "call":
            function = node.child_by_field_name("function")
            method = function.child_by_field_name("attribute") if function is not None else None
            adds = method is not None and self.source.node_text(method) in _ADDING
            if adds and self.base(function) == name:
                self.collect(node.child_by_field_name("arguments"))
        for child in node.named_children:
            self.follow_in(child, name)

    def base(self, node: Node | None) -> str:
        """The name at the front of `name`, `name["key"]` and `name.append`."""
        while node is not None and node.type in ("subscript", "attribute"):
            node = node.child_by_field_name("value") or node.child_by_field_name("object")
        return self.source.node_text(node) if node is not None and node.type == "identifier" else ""
