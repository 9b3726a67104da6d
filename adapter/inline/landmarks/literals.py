"""inline: values that stand in the code, and where the value of an expression goes."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tree_sitter import Node

from adapter.inline.landmarks.reach import reach_of
from adapter.inline.landmarks.words import Literal
from adapter.inline.script import Script

_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Pow: operator.pow,
}
_LARGEST_POWER = 64


class NotLiteralError(ValueError):
    """An expression whose value does not show."""


def literal(node: Node | None) -> Literal:
    """The value of a literal, a tuple or list of literals, or sums and powers of numbers.

    Raises:
        NotLiteralError: the value does not show.
    """
    if node is None or node.text is None or len(node.text) > 2000:
        raise NotLiteralError
    try:
        return _value(ast.parse(node.text.decode("utf-8").strip(), mode="eval").body)
    except (SyntaxError, ArithmeticError, RecursionError, ValueError) as error:
        raise NotLiteralError from error


def literal_or_none(node: Node | None) -> Literal:
    """The value of a literal; None where it does not show."""
    try:
        return literal(node)
    except NotLiteralError:
        return None


def _value(node: ast.expr) -> Literal:
    if isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, (int, float, str))):
        return node.value
    if isinstance(node, (ast.Tuple, ast.List)):
        return tuple(_value(item) for item in node.elts)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        number = _number(node.operand)
        return -number if isinstance(node.op, ast.USub) else number
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        left, right = _number(node.left), _number(node.right)
        if isinstance(node.op, ast.Pow) and abs(right) > _LARGEST_POWER:
            raise NotLiteralError
        return _OPERATORS[type(node.op)](left, right)
    raise NotLiteralError


def _number(node: ast.expr) -> float:
    value = _value(node)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    raise NotLiteralError


def word_of(value: Literal) -> str:
    """The Python type of a value as a word; "" for None and collections."""
    return type(value).__name__ if isinstance(value, (bool, int, float, str)) else ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value is kept: a name (or `self.name`), ready after a statement, in a function.

    `ready` is None for a parameter of the function. `given_back` is the function that returns the value
    to code outside of the file. `made` is the expression that has the value there.
    """

    holder: str
    ready: Node | None
    scope: Node | None
    given_back: Node | None = None
    made: Node | None = None


def places_of(script: Script, node: Node, depth: int = 4) -> Iterator[Place]:
    """Where the value of an expression is kept first, through returns and arguments."""
    parent = node.parent
    if parent is None or depth == 0:
        return
    if parent.type == "assignment" and parent.child_by_field_name("right") == node:
        yield from _assigned(script, node, parent, depth)
    elif parent.type in ("pattern_list", "expression_list", "parenthesized_expression", "await"):
        yield from places_of(script, parent, depth)
    elif parent.type == "return_statement":
        yield from _returned(script, parent, depth)
    elif parent.type in ("argument_list", "keyword_argument"):
        yield from _given(script, node, parent)


def _assigned(script: Script, node: Node, assignment: Node, depth: int) -> Iterator[Place]:
    left = assignment.child_by_field_name("left")
    if left is None:
        return
    if left.type in ("pattern_list", "tuple_pattern"):
        left = left.named_children[0]
    holder, scope = script.text(left), script.function_of(assignment)
    returns = (
        [
            found
            for found in script.walk(scope)
            if found.type == "return_statement"
            and found.named_children
            and script.text(found.named_children[0]) == holder
        ]
        if scope is not None
        else []
    )
    if returns and left.type == "identifier":
        yield from _returned(script, returns[0], depth)
        return
    yield Place(holder, script.statement(assignment), scope, made=node)


def _returned(script: Script, statement: Node, depth: int) -> Iterator[Place]:
    function = script.function_of(statement)
    if function is None or function.type != "function_definition":
        return
    found = False
    for call in reach_of(script).callers(function):
        for place in places_of(script, call, depth - 1):
            found = True
            yield place
    if not found:
        yield Place("", None, None, function)


def _given(script: Script, node: Node, parent: Node) -> Iterator[Place]:
    """The parameter of a function of this file that gets the value."""
    keyword = parent.child_by_field_name("name") if parent.type == "keyword_argument" else None
    arguments = parent.parent if keyword is not None else parent
    call = arguments.parent if arguments is not None else None
    if call is None or arguments is None or call.type != "call":
        return
    function = reach_of(script).function_called(call)
    if function is None:
        return
    if keyword is not None:
        yield Place(script.text(keyword), None, function, made=node)
        return
    index = [child for child in arguments.named_children if child.type != "comment"].index(node)
    names = parameter_names(function)
    if names[:1] in (["self"], ["cls"]):
        index += 1
    if index < len(names):
        yield Place(names[index], None, function, made=node)


def parameter_names(function: Node) -> list[str]:
    """The names of a function's parameters, in order; `*rest` and `**more` with their stars."""
    return [name for name, _, _ in parameters_of(function)]


def parameters_of(function: Node) -> list[tuple[str, Node, Node | None]]:
    """Name, node and default of each parameter of a function."""
    listed = function.child_by_field_name("parameters")
    found: list[tuple[str, Node, Node | None]] = []
    for node in listed.named_children if listed is not None else ():
        name = node.child_by_field_name("name") or node
        if node.type == "typed_parameter":
            name = node.named_children[0]
        if node.type != "comment" and name.text is not None:
            found.append((name.text.decode(), node, node.child_by_field_name("value")))
    return found


def argument_of(call: Node, name: str, index: int = -1) -> Node | None:
    """The value that a call gives for a keyword, or else at a position."""
    arguments = call.child_by_field_name("arguments")
    positional = []
    for child in arguments.named_children if arguments is not None else ():
        if child.type == "keyword_argument":
            key = child.child_by_field_name("name")
            if key is not None and key.text == name.encode():
                return child.child_by_field_name("value")
        elif child.type not in ("comment", "list_splat", "dictionary_splat"):
            positional.append(child)
    return positional[index] if 0 <= index < len(positional) else None


def keywords_of(call: Node) -> Iterator[tuple[str, Node, Node]]:
    """Name, node and value of each keyword argument of a call."""
    arguments = call.child_by_field_name("arguments")
    for child in arguments.named_children if arguments is not None else ():
        if child.type == "keyword_argument":
            key, value = child.child_by_field_name("name"), child.child_by_field_name("value")
            if key is not None and key.text is not None and value is not None:
                yield key.text.decode(), child, value


def called_text(call: Node) -> str:
    """The text of what a call calls, without white space."""
    function = call.child_by_field_name("function")
    return "" if function is None or function.text is None else "".join(function.text.decode().split())
