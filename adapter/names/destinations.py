"""names: where the value of an expression goes: which names may hold it next."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tree_sitter import Node

from adapter.names.bindings import is_field
from adapter.names.classes import bases
from adapter.names.definitions import is_bound_method
from adapter.names.evaluate import Evaluator
from adapter.names.parameters import method
from adapter.names.values import CLASS, FUNCTION

_SEPARATORS = frozenset(("keyword_separator", "positional_separator", "comment"))
_NESTS = frozenset(("pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern", "tuple", "list"))
_TYPE_PARTS = frozenset(("type_parameter", "generic_type", "union_type"))

_Onward = tuple[list[str], Node | None]


def goes_to(evaluator: Evaluator, node: Node) -> Iterator[str]:
    """The names that may hold the value of an expression, as far as one step shows.

    They are where to look, not an answer: what a name holds is for the evaluator to say.
    """
    while (parent := node.parent) is not None:
        kind = parent.type
        if kind not in _THROUGH:
            handler = _DESTINATIONS.get(kind)
            if handler is None:
                return
            names, onward = handler(evaluator, node, parent)
            yield from names
            if onward is None:
                return
            parent = onward
        node = parent


def targets(evaluator: Evaluator, left: Node | None) -> list[str]:
    """The names and attribute names that an assignment to the node sets."""
    if left is None:
        return []
    if left.type == "identifier":
        return [evaluator.text(left)]
    if left.type == "attribute":
        named = left.child_by_field_name("attribute")
        return [evaluator.text(named)] if named is not None else []
    if left.type == "as_pattern_target" or left.type in _NESTS:
        return [name for child in left.named_children for name in targets(evaluator, child)]
    return []


def _assignment(evaluator: Evaluator, node: Node, parent: Node) -> _Onward:
    left = parent.child_by_field_name("left")
    if left is None or left.id == node.id:
        return [], None
    return targets(evaluator, left), parent


def _walrus(evaluator: Evaluator, node: Node, parent: Node) -> _Onward:
    return targets(evaluator, parent.child_by_field_name("name")), parent


def _alias(evaluator: Evaluator, node: Node, parent: Node) -> _Onward:
    return targets(evaluator, parent.child_by_field_name("alias")), None


def _default(evaluator: Evaluator, node: Node, parent: Node) -> _Onward:
    return targets(evaluator, parent.child_by_field_name("name")), None


def _returned(evaluator: Evaluator, node: Node, parent: Node) -> _Onward:
    """To the name of the function that returns it."""
    scope = evaluator.scopes.keeper(evaluator.scopes.at(node.start_byte))
    if scope.node.type != "function_definition":
        return [], None
    return targets(evaluator, scope.node.child_by_field_name("name")), None


def _annotated(evaluator: Evaluator, node: Node, parent: Node) -> _Onward:
    """From a type annotation to the parameter, variable or function that has it."""
    holder = parent.parent
    if holder is None:
        return [], None
    if holder.type in _TYPE_PARTS:
        return [], holder
    if holder.type == "assignment":
        return targets(evaluator, holder.child_by_field_name("left")), None
    if holder.type == "typed_parameter":
        return targets(evaluator, holder.named_children[0]), None
    return targets(evaluator, holder.child_by_field_name("name")), None


def _argument(evaluator: Evaluator, node: Node, parent: Node) -> _Onward:
    """From an argument to the parameter of the function of this file that is called."""
    arguments = parent if parent.type == "argument_list" else parent.parent
    call = arguments.parent if arguments is not None else None
    if call is None or call.type != "call":
        return [], None
    function = call.child_by_field_name("function")
    if function is None or (parent.type == "keyword_argument" and is_field(parent, "name", node)):
        return [], None
    callee = evaluator.value(function)
    if function.type == "attribute" and evaluator.text(function) == "super().__init__":
        return _parameter(evaluator, node, parent, _outer_init(evaluator, node)), None
    if callee.name == CLASS:
        init = method(evaluator, evaluator.local[callee.definition], "__init__")
        return _parameter(evaluator, node, parent, init), None
    if callee.name == FUNCTION:
        return _parameter(evaluator, node, parent, evaluator.local[callee.definition]), None
    passes_on = not callee.of_library and evaluator.value(call).of_library
    return [], call if passes_on else None


def _outer_init(evaluator: Evaluator, node: Node) -> Node | None:
    """The `__init__` of the base class that `super().__init__(...)` runs."""
    scope = evaluator.scopes.outer(evaluator.scopes.keeper(evaluator.scopes.at(node.start_byte)))
    if scope is None or scope.node.type != "class_definition":
        return None
    base = next((value for value in bases(evaluator, scope.node) if value.name == CLASS), None)
    return method(evaluator, evaluator.local[base.definition], "__init__") if base is not None else None


def _parameter(evaluator: Evaluator, node: Node, parent: Node, function: Node | None) -> list[str]:
    """The name of the parameter that an argument fills."""
    if parent.type == "keyword_argument":
        return targets(evaluator, parent.child_by_field_name("name"))
    parameters = function.child_by_field_name("parameters") if function is not None else None
    if function is None or parameters is None:
        return []
    given = [child for child in parent.named_children if child.type != "comment"]
    place = next((index for index, child in enumerate(given) if child.id == node.id), 0)
    listed = [child for child in parameters.named_children if child.type not in _SEPARATORS]
    if is_bound_method(function, evaluator):
        place += 1
    return targets(evaluator, _name_of(listed[place])) if place < len(listed) else []


def _name_of(parameter: Node) -> Node | None:
    if parameter.type == "identifier":
        return parameter
    if parameter.type == "typed_parameter":
        return parameter.named_children[0]
    return parameter.child_by_field_name("name")


_THROUGH = frozenset(
    (
        "parenthesized_expression",
        "await",
        "conditional_expression",
        "boolean_operator",
        "expression_list",
        "tuple",
        "list",
        "binary_operator",
        "subscript",
        "generic_type",
        "type_parameter",
        "union_type",
        "lambda",
    )
)
_DESTINATIONS: dict[str, Callable[[Evaluator, Node, Node], _Onward]] = {
    "assignment": _assignment,
    "for_statement": _assignment,
    "for_in_clause": _assignment,
    "named_expression": _walrus,
    "as_pattern": _alias,
    "default_parameter": _default,
    "typed_default_parameter": _default,
    "return_statement": _returned,
    "type": _annotated,
    "argument_list": _argument,
    "keyword_argument": _argument,
}
