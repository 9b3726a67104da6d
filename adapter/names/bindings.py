"""names: the forms in which Python code gives a name its value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from tree_sitter import Node


class Form(StrEnum):
    """How a name gets its value."""

    ASSIGN = "assign"
    AUGMENTED = "augmented"
    ANNOTATED = "annotated"
    WALRUS = "walrus"
    FOR = "for"
    WITH = "with"
    EXCEPT = "except"
    MATCH = "match"
    IMPORT = "import"
    FUNCTION = "function"
    CLASS = "class"
    PARAMETER = "parameter"
    DELETE = "delete"
    TYPE = "type"


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """One place that gives a name its value.

    `target` is the name (or attribute) there, `source` the expression, parameter or definition that the
    value comes from, `path` the way through tuples to the part of it that is meant (-1: a starred rest),
    `effect` the byte offset from which it holds, `imported` the dotted path of an import.
    """

    form: Form
    target: Node
    source: Node | None = None
    path: tuple[int, ...] = ()
    effect: int = 0
    annotation: Node | None = None
    imported: str = ""


_NESTS = frozenset(
    (
        "pattern_list",
        "tuple_pattern",
        "list_pattern",
        "list_splat_pattern",
        "expression_list",
        "tuple",
        "list",
        "parenthesized_expression",
        "as_pattern_target",
    )
)
_PARAMETER_LISTS = frozenset(("parameters", "lambda_parameters"))
_SPLATS = frozenset(("list_splat_pattern", "dictionary_splat_pattern"))


def is_field(parent: Node, field: str, child: Node) -> bool:
    """Whether the child stands in that field of the parent."""
    found = parent.child_by_field_name(field)
    return found is not None and found.id == child.id


def binding_of(target: Node) -> Binding | None:
    """The binding that an identifier or attribute node is the target of; None where it is only read.

    Imports are not answered here: they are read statement by statement.
    """
    parent = target.parent
    if parent is None:
        return None
    handler = _HANDLERS.get(parent.type)
    if handler is not None:
        return handler(target, parent)
    if parent.type in _NESTS:
        return _nested(target, parent)
    return None


def _nested(target: Node, parent: Node) -> Binding | None:
    """A target inside tuples, lists, stars and brackets."""
    path: list[int] = []
    inner, outer = target, parent
    while outer.type in _NESTS:
        if outer.type == "list_splat_pattern":
            path.append(-1)
        elif outer.type not in ("parenthesized_expression", "as_pattern_target") and not (
            path and path[-1] == -1
        ):
            path.append(_index(outer, inner))
        following = outer.parent
        if following is None:
            return None
        if outer.type == "list_splat_pattern" and following.type in (*_PARAMETER_LISTS, "typed_parameter"):
            return _parameter(target, following)
        inner, outer = outer, following
    handler = _STATEMENTS.get(outer.type)
    if handler is None:
        return None
    binding = handler(inner, outer)
    if binding is None:
        return None
    steps = tuple(reversed(path))
    return Binding(binding.form, target, binding.source, steps, binding.effect, binding.annotation)


def _index(parent: Node, child: Node) -> int:
    """The place of a target among its siblings, -1 where a star before it leaves that open."""
    for index, node in enumerate(parent.named_children):
        if node.id == child.id:
            return index
        if node.type == "list_splat_pattern":
            return -1
    return -1


def _assignment(target: Node, parent: Node) -> Binding | None:
    if not is_field(parent, "left", target):
        return None
    annotation = parent.child_by_field_name("type")
    source = parent.child_by_field_name("right")
    if source is None:
        return Binding(Form.ANNOTATED, target, None, (), parent.end_byte, annotation)
    # In `a = b = value`, the right side of the first is the second assignment.
    while source.type == "assignment":
        following = source.child_by_field_name("right")
        if following is None:
            break
        source = following
    return Binding(Form.ASSIGN, target, source, (), parent.end_byte, annotation)


def _augmented(target: Node, parent: Node) -> Binding | None:
    if not is_field(parent, "left", target):
        return None
    return Binding(Form.AUGMENTED, target, parent.child_by_field_name("right"), (), parent.end_byte)


def _walrus(target: Node, parent: Node) -> Binding | None:
    if not is_field(parent, "name", target):
        return None
    return Binding(Form.WALRUS, target, parent.child_by_field_name("value"), (), parent.end_byte)


def _for(target: Node, parent: Node) -> Binding | None:
    if not is_field(parent, "left", target):
        return None
    iterable = parent.child_by_field_name("right")
    body = parent.child_by_field_name("body")
    effect = body.start_byte if body is not None else parent.start_byte
    return Binding(Form.FOR, target, iterable, (), effect)


def _as_pattern(target: Node, parent: Node) -> Binding | None:
    """`with value as target`, `except Error as target`, `case pattern as target`."""
    children = parent.named_children
    if len(children) < 2 or children[-1].id != target.id:
        return None
    return _bound_as(children[0], target, parent)


def _as_target(target: Node, parent: Node) -> Binding | None:
    pattern = parent.parent
    if pattern is None or pattern.type != "as_pattern":
        return None
    return _bound_as(pattern.named_children[0], target, pattern)


def _bound_as(value: Node, target: Node, pattern: Node) -> Binding | None:
    holder = pattern.parent
    # The brackets of `with (value as name):` are a tuple or an expression to the grammar.
    while holder is not None and holder.type in ("tuple", "parenthesized_expression"):
        holder = holder.parent
    kind = holder.type if holder is not None else ""
    if kind == "with_item":
        return Binding(Form.WITH, target, value, (), pattern.end_byte)
    if kind.startswith("except"):
        return Binding(Form.EXCEPT, target, value, (), pattern.end_byte)
    return Binding(Form.MATCH, target, None, (), pattern.end_byte)


def _delete(target: Node, parent: Node) -> Binding | None:
    return Binding(Form.DELETE, target, None, (), parent.end_byte)


def _function(target: Node, parent: Node) -> Binding | None:
    if not is_field(parent, "name", target):
        return None
    return Binding(Form.FUNCTION, target, parent, (), parent.start_byte)


def _class(target: Node, parent: Node) -> Binding | None:
    if not is_field(parent, "name", target):
        return None
    return Binding(Form.CLASS, target, parent, (), parent.start_byte)


def _type_alias(target: Node, parent: Node) -> Binding | None:
    """`type Name = ...`, where the name stands in a `type` node on the left."""
    statement = parent.parent
    if statement is None or statement.type != "type_alias_statement":
        return None
    return (
        Binding(Form.TYPE, target, None, (), statement.end_byte)
        if is_field(statement, "left", parent)
        else None
    )


def _parameter(target: Node, parent: Node) -> Binding | None:
    """A parameter: `source` is the whole node of it, with default and annotation."""
    whole = target
    while whole.parent is not None and whole.parent.type not in _PARAMETER_LISTS:
        whole = whole.parent
    if whole.parent is None:
        return None
    annotation = whole.child_by_field_name("type") if whole.id != target.id else None
    return Binding(Form.PARAMETER, target, whole, (), 0, annotation)


def _default_parameter(target: Node, parent: Node) -> Binding | None:
    return _parameter(target, parent) if is_field(parent, "name", target) else None


def _typed_parameter(target: Node, parent: Node) -> Binding | None:
    return _parameter(target, parent) if parent.named_children[0].id == target.id else None


def _dictionary_splat(target: Node, parent: Node) -> Binding | None:
    holder = parent.parent
    if holder is None or holder.type not in (*_PARAMETER_LISTS, "typed_parameter"):
        return None
    return _parameter(target, parent)


def _capture(target: Node, parent: Node) -> Binding | None:
    """A lone name in a pattern captures; a dotted one, a class or a keyword does not."""
    holder = parent.parent
    if holder is None or parent.named_child_count != 1:
        return None
    if holder.type == "keyword_pattern" or holder.type == "case_pattern" or holder.type == "union_pattern":
        return Binding(Form.MATCH, target, None, (), parent.end_byte)
    return None


def _splat_capture(target: Node, parent: Node) -> Binding | None:
    return Binding(Form.MATCH, target, None, (), parent.end_byte)


_Handler = Callable[[Node, Node], Binding | None]
_STATEMENTS: dict[str, _Handler] = {
    "assignment": _assignment,
    "augmented_assignment": _augmented,
    "for_statement": _for,
    "for_in_clause": _for,
    "as_pattern": _as_pattern,
    "delete_statement": _delete,
}
_HANDLERS: dict[str, _Handler] = {
    **_STATEMENTS,
    "named_expression": _walrus,
    "as_pattern_target": _as_target,
    "function_definition": _function,
    "class_definition": _class,
    "type": _type_alias,
    "parameters": _parameter,
    "lambda_parameters": _parameter,
    "default_parameter": _default_parameter,
    "typed_default_parameter": _default_parameter,
    "typed_parameter": _typed_parameter,
    "dictionary_splat_pattern": _dictionary_splat,
    "dotted_name": _capture,
    "splat_pattern": _splat_capture,
}
