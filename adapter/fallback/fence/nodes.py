"""fence: what trees are asked: leaves, normal texts, statements with the headers they stand under."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from tree_sitter import Node

from adapter.names.bindings import binding_of

_BODIES = frozenset({"block", "else_clause", "elif_clause", "except_clause", "finally_clause", "case_clause"})
_CLOSING = frozenset({")", "]", "}"})

Element = tuple[tuple[str, ...], str]


def walk(nodes: Iterable[Node]) -> Iterator[Node]:
    """Nodes and all that is below them, in source order."""
    waiting = list(nodes)[::-1]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.children))


def text(node: Node) -> str:
    """The text of a node."""
    return (node.text or b"").decode("utf-8")


def normal(*nodes: Node) -> str:
    """The words of nodes without layout, comments and commas that end a list."""
    words: list[str] = []
    waiting = list(nodes)[::-1]
    while waiting:
        node = waiting.pop()
        if node.type == "comment":
            continue
        if node.type == "string" and not any(child.type == "interpolation" for child in node.children):
            words.append(_literal(text(node)))
        elif node.children:
            waiting.extend(reversed(node.children))
        else:
            if node.type in _CLOSING and words and words[-1] == ",":
                words.pop()
            words.append(text(node))
    return " ".join(words)


def _literal(source: str) -> str:
    try:
        return repr(ast.literal_eval(source))
    except (ValueError, SyntaxError):
        return source


def holds(node: Node, others: Iterable[Node]) -> bool:
    """Whether one of the other nodes lies within a node."""
    return any(node.start_byte <= each.start_byte and each.end_byte <= node.end_byte for each in others)


def is_read(identifier: Node) -> bool:
    """Whether an identifier reads a name: not the name of an attribute or keyword, not a target."""
    parent = identifier.parent
    if identifier.type != "identifier" or parent is None:
        return False
    if parent.type == "attribute" and parent.child_by_field_name("attribute") == identifier:
        return False
    if parent.type == "keyword_argument" and parent.child_by_field_name("name") == identifier:
        return False
    if _is_in_import(identifier):
        return False
    return binding_of(identifier) is None or parent.type == "augmented_assignment"


def bound_names(nodes: Iterable[Node]) -> dict[str, Node]:
    """The names that statements bind, each with the first identifier that does."""
    found: dict[str, Node] = {}
    for node in walk(nodes):
        if node.type == "identifier" and not is_read(node):
            binds = binding_of(node) is not None or (
                _is_in_import(node) and node.parent is not None and _is_bound_by_import(node)
            )
            if binds:
                found.setdefault(text(node), node)
    return found


def _is_in_import(node: Node) -> bool:
    current = node.parent
    while current is not None and current.type in ("dotted_name", "aliased_import"):
        current = current.parent
    return current is not None and current.type in ("import_statement", "import_from_statement")


def _is_bound_by_import(node: Node) -> bool:
    """`b` of `import a as b`, `a` of `import a.c`, `n` of `from m import n`."""
    dotted = node.parent
    assert dotted is not None
    if dotted.type == "aliased_import":
        return dotted.child_by_field_name("alias") == node
    statement = dotted.parent
    if statement is None or dotted.type != "dotted_name" or statement.type == "aliased_import":
        return False
    if statement.type == "import_from_statement" and statement.child_by_field_name("module_name") == dotted:
        return False
    return dotted.named_children[0] == node


def statements(nodes: Iterable[Node], special: list[Node]) -> Iterator[tuple[Element, Node, bool]]:
    """Every statement and header with the chain of headers above it; whether it holds a special node.

    A header that holds a special node (`with library.run():`) is left out of the chains below it.
    """
    yield from _statements(nodes, (), special)


def _statements(
    nodes: Iterable[Node], chain: tuple[str, ...], special: list[Node]
) -> Iterator[tuple[Element, Node, bool]]:
    for node in nodes:
        if node.type == "comment":
            continue
        bodies = [child for child in node.named_children if child.type in _BODIES]
        if node.type == "decorated_definition":
            bodies = [child for child in node.named_children if child.type != "decorator"]
        if not bodies:
            yield (chain, normal(node)), node, holds(node, special)
            continue
        head = [child for child in node.children if child not in bodies]
        is_special = any(holds(child, special) for child in head)
        header = normal(*head)
        yield (chain, header), node, is_special
        inner = chain if is_special else (*chain, header)
        for body in bodies:
            below = body.named_children if body.type == "block" else [body]
            yield from _statements(below, inner, special)


def is_subsequence(wanted: Iterable[object], given: Iterable[object]) -> object | None:
    """The first of the wanted things that is not found in order; None when all are."""
    iterator = iter(given)
    for item in wanted:
        if not any(item == other for other in iterator):
            return item
    return None
