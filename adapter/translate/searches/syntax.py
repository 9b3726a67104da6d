"""searches: questions about the tree that every part of a search asks."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tree_sitter import Node

from adapter.names.uses import Names
from adapter.plan import Span
from adapter.translate.context import BLOCKS

SCOPES = frozenset({"function_definition", "lambda", "class_definition"})
_PRIMITIVES = frozenset({"string", "integer", "float", "true", "false", "none", "concatenated_string"})
_LOOPS = frozenset({"for_statement", "while_statement"})
COMPREHENSIONS = frozenset(
    {"list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression", "lambda"}
)


def text_of(node: Node) -> str:
    """The text of a node."""
    return (node.text or b"").decode("utf-8")


def span_of(node: Node) -> Span:
    """The span of a node."""
    return Span(node.start_byte, node.end_byte)


def literal(node: Node | None) -> object:
    """The value of a literal expression; `...` for any other."""
    if node is None:
        return ...
    try:
        return ast.literal_eval(text_of(node))
    except (ValueError, SyntaxError):
        return ...


def literal_text(node: Node | None) -> str | None:
    """The text that a string literal stands for; None for any other expression."""
    value = literal(node) if node is not None and node.type in ("string", "concatenated_string") else None
    return value if isinstance(value, str) else None


def is_primitive(node: Node) -> bool:
    """Whether an expression is a literal number, text, truth value or None."""
    if node.type == "unary_operator":
        inner = node.child_by_field_name("argument")
        return inner is not None and inner.type in ("integer", "float")
    return node.type in _PRIMITIVES and literal(node) is not ...


def items_of(node: Node) -> list[Node] | None:
    """The elements of a list or tuple literal; None for any other expression, and where one is starred."""
    if node.type not in ("list", "tuple"):
        return None
    items = [child for child in node.named_children if child.type != "comment"]
    return None if any(item.type == "list_splat" for item in items) else items


def pairs_of(node: Node) -> list[tuple[Node, Node]] | None:
    """Keys and values of a dict literal; None for any other expression, and where another dict is put in."""
    if node.type != "dictionary":
        return None
    found = []
    for child in node.named_children:
        if child.type == "comment":
            continue
        key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
        if child.type != "pair" or key is None or value is None:
            return None
        found.append((key, value))
    return found


def keywords_of(call: Node) -> dict[str, Node] | None:
    """The keyword arguments of a call; None where it has others too."""
    arguments = call.child_by_field_name("arguments")
    found: dict[str, Node] = {}
    for child in arguments.named_children if arguments is not None else ():
        name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
        if child.type == "comment":
            continue
        if child.type != "keyword_argument" or name is None or value is None:
            return None
        found[text_of(name)] = value
    return found


def called(node: Node) -> str:
    """What a call calls, as it is spelled; an empty text for any other node."""
    function = node.child_by_field_name("function") if node.type == "call" else None
    return text_of(function) if function is not None else ""


def walk(node: Node) -> Iterator[Node]:
    """A node and all below it, in order."""
    yield node
    for child in node.named_children:
        yield from walk(child)


def walk_own(function: Node) -> Iterator[Node]:
    """The nodes below a function that belong to it and to no function or class inside of it."""
    for child in function.named_children:
        yield from _own(child)


def _own(node: Node) -> Iterator[Node]:
    yield node
    if node.type not in SCOPES:
        for child in node.named_children:
            yield from _own(child)


def enclosing(node: Node, types: frozenset[str]) -> Node | None:
    """The nearest node around a node that has one of these types."""
    parent = node.parent
    while parent is not None and parent.type not in types:
        parent = parent.parent
    return parent


def is_inside(node: Node, outer: Node) -> bool:
    """Whether a node lies within another one, or is it."""
    return outer.start_byte <= node.start_byte and node.end_byte <= outer.end_byte


def loop_around(node: Node, outside: Node | None = None) -> Node | None:
    """The innermost loop of the same function around a node that does not hold `outside`."""
    parent = node.parent
    while parent is not None and parent.type not in SCOPES:
        if parent.type in _LOOPS and (outside is None or not is_inside(outside, parent)):
            return parent
        parent = parent.parent
    return None


def parameters_of(function: Node) -> list[Node]:
    """The parameters of a function or lambda, each with its default and annotation."""
    parameters = function.child_by_field_name("parameters")
    if parameters is None:
        return []
    return [child for child in parameters.named_children if child.type != "comment"]


def parameter_name(parameter: Node) -> str | None:
    """The name of a plain parameter; None for starred ones and separators."""
    if parameter.type == "identifier":
        return text_of(parameter)
    if parameter.type == "typed_parameter":
        first = parameter.named_children[0]
        return text_of(first) if first.type == "identifier" else None
    name = parameter.child_by_field_name("name")
    return text_of(name) if name is not None and name.type == "identifier" else None


def body_of(function: Node) -> list[Node]:
    """The statements of a function, without its docstring."""
    body = function.child_by_field_name("body")
    statements = [child for child in body.named_children if child.type != "comment"] if body else []
    if statements and statements[0].type == "expression_statement":
        first = statements[0].named_children
        if len(first) == 1 and first[0].type == "string":
            return statements[1:]
    return statements


def bound_once(names: Names, identifier: Node) -> Node | None:
    """What a name is bound to at a place, where that is one expression, parameter, function or import.

    Where a name is bound again and again, as in notebooks, the last binding before the place counts.
    """
    bindings = names.bindings(identifier)
    if len(bindings) > 1:
        bindings = names.bindings_before(identifier)
    return bindings[0] if len(bindings) == 1 else None


def reads_of(names: Names, name: Node, value: Node) -> list[Node]:
    """The places that read a name where it is bound to a value; `name` is the place that binds it."""
    places = [
        place for place in names.occurrences(text_of(name), names.scope_of(name)) if place.id != name.id
    ]
    if len({binding.id for binding in names.bindings(name)}) <= 1:
        return places
    return [place for place in places if not _is_target(place) and bound_once(names, place) == value]


def _is_target(place: Node) -> bool:
    parent = place.parent
    is_left = parent is not None and parent.type in ("assignment", "for_statement", "for_in_clause")
    return is_left and parent is not None and parent.child_by_field_name("left") == place


def assignment_of(value: Node) -> Node | None:
    """The statement `name = value` that a value is the right side of."""
    assignment = value.parent
    if assignment is None or assignment.type != "assignment":
        return None
    left = assignment.child_by_field_name("left")
    statement = assignment.parent
    is_plain = assignment.child_by_field_name("right") == value and left is not None
    if not is_plain or statement is None or statement.type != "expression_statement" or left is None:
        return None
    return assignment if left.type == "identifier" and statement.parent is not None else None


def block_of(statement: Node) -> Node | None:
    """The block that a statement stands in."""
    parent = statement.parent
    return parent if parent is not None and parent.type in BLOCKS else None


def as_name(text: str) -> str:
    """A text as the name of a variable."""
    name = re.sub(r"\W+", "_", text).strip("_")
    name = name.lower() if name.isupper() else name
    return f"value_{name}" if not name or name[0].isdigit() else name


def whole_expression(node: Node) -> Node:
    """The expression without the brackets around it."""
    while node.type == "parenthesized_expression" and node.named_child_count == 1:
        node = node.named_children[0]
    return node
