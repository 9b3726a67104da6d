"""names: the expressions of the language, and what each stands for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tree_sitter import Node

from adapter.names import classes
from adapter.names.bindings import Form
from adapter.names.specials import special_call
from adapter.names.values import COLLECTION, NOTHING, UNKNOWN, Value, ValueKind, join

if TYPE_CHECKING:
    from adapter.names.evaluate import Evaluator


def _identifier(evaluator: Evaluator, node: Node) -> Value:
    """A name."""
    return evaluator.identifier(node)


def _attribute(evaluator: Evaluator, node: Node) -> Value:
    """`base.name`."""
    base, name = node.child_by_field_name("object"), node.child_by_field_name("attribute")
    if base is None or name is None:
        return UNKNOWN
    value, member = evaluator.value(base), evaluator.text(name)
    found = evaluator.attribute_of(value, member)
    if found.of_library or value.of_library:
        # Members of plain data that came out of the library are not its API.
        return UNKNOWN if evaluator.is_data(value, base) else found
    return classes.written_attribute(evaluator, node, base, member, found)


def _call(evaluator: Evaluator, node: Node) -> Value:
    """`function(...)`."""
    function = node.child_by_field_name("function")
    if function is None:
        return UNKNOWN
    callee = evaluator.value(function)
    if callee.kind is ValueKind.OTHER and callee.definition < 0:
        special = special_call(evaluator, node, function, callee)
        if special is not None:
            return special
    result = evaluator.called(callee)
    if result.kind is ValueKind.OTHER and callee.definition < 0 and _takes_library(evaluator, node):
        # What went into a call may come out of it.
        return UNKNOWN
    return result


def _takes_library(evaluator: Evaluator, call: Node) -> bool:
    """Whether an argument of a call is a value of the library."""
    arguments = call.child_by_field_name("arguments")
    for given in arguments.named_children if arguments is not None else ():
        value = given.child_by_field_name("value") if given.type == "keyword_argument" else given
        if value is not None and evaluator.value(value).of_library:
            return True
    return False


def _subscript(evaluator: Evaluator, node: Node) -> Value:
    """`value[...]`."""
    value = node.child_by_field_name("value")
    return evaluator.element(evaluator.value(value)) if value is not None else UNKNOWN


def _inner(evaluator: Evaluator, node: Node) -> Value:
    """Brackets and `await`."""
    for child in node.named_children:
        if child.type != "comment":
            return evaluator.value(child)
    return UNKNOWN


def _conditional(evaluator: Evaluator, node: Node) -> Value:
    """`body if condition else alternative`."""
    children = [child for child in node.named_children if child.type != "comment"]
    return join(evaluator.value(children[index]) for index in (0, -1)) if len(children) == 3 else UNKNOWN


def _boolean(evaluator: Evaluator, node: Node) -> Value:
    """`left or right`, `left and right`."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    operator = node.child_by_field_name("operator")
    if left is None or right is None or operator is None:
        return UNKNOWN
    if operator.type == "and":
        return evaluator.value(right)
    return join((evaluator.value(left), evaluator.value(right)))


def _walrus(evaluator: Evaluator, node: Node) -> Value:
    """`(name := value)`."""
    value = node.child_by_field_name("value")
    return evaluator.value(value) if value is not None else UNKNOWN


def _collection(evaluator: Evaluator, node: Node) -> Value:
    """A list, a dict, a comprehension: what is in it is not followed."""
    return _COLLECTION


def _nothing(evaluator: Evaluator, node: Node) -> Value:
    """The literal None."""
    return NOTHING


def _unknown(evaluator: Evaluator, node: Node) -> Value:
    """An expression that tells nothing."""
    return UNKNOWN


def _function(evaluator: Evaluator, node: Node) -> Value:
    """A lambda."""
    return evaluator.definition(node, Form.FUNCTION)


def _pair(evaluator: Evaluator, node: Node) -> Value:
    """A dotted name in a pattern."""
    names = node.named_children
    value = evaluator.value(names[0])
    for name in names[1:]:
        value = evaluator.attribute_of(value, evaluator.text(name))
    return value


_COLLECTION = Value(ValueKind.OTHER, COLLECTION)
_COLLECTIONS = (
    "list",
    "tuple",
    "set",
    "dictionary",
    "expression_list",
    "list_comprehension",
    "set_comprehension",
    "dictionary_comprehension",
    "generator_expression",
)
EXPRESSIONS: dict[str, Callable[[Evaluator, Node], Value]] = {
    **dict.fromkeys(_COLLECTIONS, _collection),
    "identifier": _identifier,
    "attribute": _attribute,
    "call": _call,
    "subscript": _subscript,
    "parenthesized_expression": _inner,
    "await": _inner,
    "conditional_expression": _conditional,
    "boolean_operator": _boolean,
    "named_expression": _walrus,
    "none": _nothing,
    "lambda": _function,
    "dotted_name": _pair,
    "type": _inner,
    "yield": _unknown,
    "ERROR": _unknown,
    "list_splat": _unknown,
}
