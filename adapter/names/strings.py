"""names: where a library is named in a string: environment variables, keyword values, annotations."""

from __future__ import annotations

import re

from tree_sitter import Node

from adapter.names.annotations import dotted
from adapter.names.bindings import is_field
from adapter.names.chains import Chains, Use, annotation_around
from adapter.names.destinations import goes_to
from adapter.plan import SiteKind

_NAME = re.compile(r"[A-Za-z_][\w.]*")
_QUOTES = (b"'", b'"')
_BEFORE_NAME = (*_QUOTES, b"(", b",", b" ", b"\n", b"\t")
_ENVIRONMENTS = frozenset(("os.environ", "os.environb"))
_ENVIRONMENT_CALLS = frozenset(
    (
        "os.getenv",
        "os.putenv",
        "os.unsetenv",
        "os.environ.get",
        "os.environ.setdefault",
        "os.environ.pop",
        "os.environ.update",
        "os.environ.__setitem__",
    )
)
_NESTED = frozenset(("list", "tuple", "set", "parenthesized_expression"))


class Strings:
    """Looks through the strings of one file for the names of a library."""

    def __init__(self, chains: Chains) -> None:
        self.chains = chains
        self.evaluator = chains.evaluator
        self.data = self.evaluator.words.data
        self.root = self.evaluator.words.root

    def find(self) -> None:
        """Keep every site that a string makes."""
        vocabulary = self.evaluator.vocabulary
        for search in vocabulary.keyword_searches:
            for match in search.finditer(self.data):
                if self.data[match.start() - 1 : match.start()] in _QUOTES:
                    self._keyword_value(*match.span())
        for search in vocabulary.environment_searches:
            for match in search.finditer(self.data):
                if self.data[match.start() - 1 : match.start()] in _BEFORE_NAME:
                    self._environment(*match.span())

    def _string_at(self, start: int, end: int) -> Node | None:
        """The string literal whose whole content is at the span."""
        content = self.root.descendant_for_byte_range(start, end)
        if content is None or content.type != "string_content":
            return None
        return content.parent if (content.start_byte, content.end_byte) == (start, end) else None

    # Keyword values.

    def _keyword_value(self, start: int, end: int) -> None:
        string = self._string_at(start, end)
        if string is None:
            return
        holder = string.parent
        while holder is not None and holder.type in _NESTED:
            holder = holder.parent
        if holder is None or holder.type != "keyword_argument":
            return
        named = holder.child_by_field_name("name")
        if named is None or not is_inside(holder.child_by_field_name("value"), string):
            return
        keyword, word = self.evaluator.text(named), self.data[start:end].decode("utf-8")
        if word in self.evaluator.vocabulary.keyword_values.get(keyword, ()):
            self.chains.add(
                Use(SiteKind.KEYWORD, f"{keyword}={word}", "", keyword, holder, None, _call_of(holder))
            )

    # Environment variables.

    def _environment(self, start: int, end: int) -> None:
        name = self.data[start:end].decode("utf-8", "replace")
        string = self._string_at(start, end)
        if string is not None:
            node = self._environment_use(string)
        else:
            keyword = self.root.descendant_for_byte_range(start, end)
            node = self._environment_keyword(keyword, start, end)
        if node is not None:
            kind = SiteKind.ENVIRONMENT
            call = node if node.type == "call" else None
            self.chains.add(Use(kind, f"env:{name}", "", name, node, None, call))

    def _environment_use(self, string: Node) -> Node | None:
        """The expression or statement that reads or sets the variable that a string names."""
        parent = string.parent
        if parent is None:
            return None
        if parent.type == "subscript" and self._is_environment(parent.child_by_field_name("value")):
            return _statement_on(parent)
        if parent.type == "argument_list":
            return self._environment_call(parent)
        if parent.type == "comparison_operator" and any(map(self._is_environment, parent.named_children)):
            return parent
        if parent.type == "pair" and is_field(parent, "key", string):
            return parent if self._feeds_environment(parent.parent) else None
        return None

    def _environment_keyword(self, name: Node | None, start: int, end: int) -> Node | None:
        """`os.environ.update(NAME="value")`."""
        if name is None or name.type != "identifier" or (name.start_byte, name.end_byte) != (start, end):
            return None
        parent = name.parent
        if parent is None or parent.type != "keyword_argument" or not is_field(parent, "name", name):
            return None
        arguments = parent.parent
        return parent if arguments is not None and self._environment_call(arguments) is not None else None

    def _environment_call(self, arguments: Node) -> Node | None:
        call = arguments.parent
        function = call.child_by_field_name("function") if call is not None and call.type == "call" else None
        if function is None:
            return None
        return call if self.evaluator.value(function).name in _ENVIRONMENT_CALLS else None

    def _feeds_environment(self, display: Node | None) -> bool:
        """Whether a dict display goes into the environment, or is a changed copy of it."""
        if display is None or display.type != "dictionary":
            return False
        for child in display.named_children:
            if child.type == "dictionary_splat" and self._is_environment(child.named_children[0]):
                return True
        parent = display.parent
        if parent is None:
            return False
        if parent.type == "augmented_assignment":
            return self._is_environment(parent.child_by_field_name("left"))
        return parent.type == "argument_list" and self._environment_call(parent) is not None

    def _is_environment(self, node: Node | None) -> bool:
        return node is not None and self.evaluator.value(node).name in _ENVIRONMENTS

    # Annotations in quotes.

    def annotation(self, string: Node) -> list[str]:
        """Keep the library names in a quoted annotation; the names that have that type."""
        around = annotation_around(string)
        if around is None:
            return []
        names: list[str] = []
        for match in _NAME.finditer(self.evaluator.text(string)):
            value = dotted(self.evaluator, match[0].rstrip("."), string.start_byte)
            if value.of_library:
                name = value.name
                self.chains.add(Use(SiteKind.ANNOTATION, name, "", name.rsplit(".", 1)[-1], string))
                names += goes_to(self.evaluator, string)
        return names


def is_inside(outer: Node | None, inner: Node) -> bool:
    """Whether a node lies within another."""
    return outer is not None and outer.start_byte <= inner.start_byte and inner.end_byte <= outer.end_byte


def _call_of(keyword: Node) -> Node | None:
    arguments = keyword.parent
    call = arguments.parent if arguments is not None else None
    return call if call is not None and call.type == "call" else None


def _statement_on(subscript: Node) -> Node:
    """The assignment or deletion of a subscript; the subscript itself when it is read."""
    parent = subscript.parent
    if parent is None:
        return subscript
    if parent.type in ("assignment", "augmented_assignment") and is_field(parent, "left", subscript):
        return parent
    return parent if parent.type == "delete_statement" else subscript
