"""translate: small questions about the nodes of a syntax tree that the paths of versioned files raise."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from tree_sitter import Node

_FUNCTIONS = frozenset({"function_definition", "lambda"})


def text_of(node: Node) -> str:
    """The text of a node."""
    return (node.text or b"").decode("utf-8", "replace")


def walk(node: Node) -> Iterator[Node]:
    """The node and all named nodes below it, in source order."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(current.named_children))


def child(node: Node, field: str) -> Node | None:
    """The child in a field."""
    return node.child_by_field_name(field)


def called(call: Node) -> str:
    """The dotted text of what a call calls; empty when it is no plain name."""
    function = child(call, "function")
    if function is None or function.type not in ("identifier", "attribute"):
        return ""
    return text_of(function)


def arguments(call: Node) -> list[Node]:
    """The positional arguments of a call."""
    holder = child(call, "arguments")
    if holder is None:
        return []
    if holder.type == "generator_expression":
        return [holder]
    skipped = ("keyword_argument", "comment", "dictionary_splat")
    return [node for node in holder.named_children if node.type not in skipped]


def keywords(call: Node) -> dict[str, Node]:
    """The keyword arguments of a call."""
    holder = child(call, "arguments")
    found: dict[str, Node] = {}
    for node in holder.named_children if holder is not None else ():
        name, value = child(node, "name"), child(node, "value")
        if node.type == "keyword_argument" and name is not None and value is not None:
            found[text_of(name)] = value
    return found


def literal(node: Node | None) -> str | None:
    """The value of a plain string literal; None for anything else, f-strings with holes included."""
    if node is None or node.type != "string":
        return None
    if any(part.type == "interpolation" for part in node.named_children):
        return None
    parts = [part for part in node.named_children if part.type == "string_content"]
    return "".join(text_of(part) for part in parts)


def function_around(node: Node) -> Node | None:
    """The function or lambda that a node stands in; None at module level."""
    parent = node.parent
    while parent is not None and parent.type not in _FUNCTIONS:
        parent = parent.parent
    return parent


def class_around(node: Node) -> Node | None:
    """The class that a node stands in."""
    parent = node.parent
    while parent is not None and parent.type != "class_definition":
        parent = parent.parent
    return parent


def is_part(node: Node, outer: Node | None) -> bool:
    """Whether a node lies in another."""
    return outer is not None and outer.start_byte <= node.start_byte and node.end_byte <= outer.end_byte


class Index:
    """The calls, functions and assignments of one file, looked up by name."""

    def __init__(self, root: Node) -> None:
        self.root = root

    @cached_property
    def calls(self) -> list[Node]:
        """Every call, in source order."""
        return self._by_kind.get("call", [])

    @cached_property
    def calls_by_name(self) -> dict[str, list[Node]]:
        """The calls by the last part of the name that they call."""
        found: dict[str, list[Node]] = {}
        for call in self.calls:
            name = called(call)
            if name:
                found.setdefault(name.rpartition(".")[2], []).append(call)
        return found

    @cached_property
    def functions(self) -> dict[str, list[Node]]:
        """The functions and methods by name."""
        found: dict[str, list[Node]] = {}
        for node in self._by_kind.get("function_definition", []):
            named = child(node, "name")
            if named is not None:
                found.setdefault(text_of(named), []).append(node)
        return found

    def returned(self, name: str) -> list[Node]:
        """What the functions of a name return."""
        return [
            part.named_children[0]
            for function in self.functions.get(name, [])
            for part in walk(function)
            if part.type == "return_statement" and part.named_children
        ]

    @cached_property
    def assigned(self) -> dict[str, list[tuple[Node, Node]]]:
        """The left and right sides of assignments, by the text of the left."""
        found: dict[str, list[tuple[Node, Node]]] = {}
        for node in self._by_kind.get("assignment", []):
            left, right = child(node, "left"), child(node, "right")
            if left is not None and right is not None:
                found.setdefault(text_of(left), []).append((left, right))
        return found

    @cached_property
    def extended(self) -> dict[str, list[tuple[Node, Node]]]:
        """The left and right sides of `a += b`, by the text of the left."""
        found: dict[str, list[tuple[Node, Node]]] = {}
        for node in self._by_kind.get("augmented_assignment", []):
            left, right = child(node, "left"), child(node, "right")
            if left is not None and right is not None:
                found.setdefault(text_of(left), []).append((left, right))
        return found

    @cached_property
    def _by_kind(self) -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = {}
        for node in walk(self.root):
            found.setdefault(node.type, []).append(node)
        return found
