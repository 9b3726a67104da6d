"""names: what type annotations say about a value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tree_sitter import Node

from adapter.names.values import CLASS, NOTHING, OBJECT, OTHER, UNKNOWN, Value, ValueKind, join

if TYPE_CHECKING:
    from adapter.names.evaluate import Evaluator

_WRAPPERS = frozenset(("Optional", "Union", "Annotated", "Final", "ClassVar"))
_QUOTED = re.compile(r"(?:(?:\w+\.)*(?:Optional|Union)\[)?\s*([\w.]+)\s*(?:,\s*None\s*)?\]?\s*(?:\|\s*None)?")
_VAGUE = frozenset(("typing", "typing_extensions", "collections", "abc", "types"))


def annotated(evaluator: Evaluator, node: Node) -> Value:
    """The value of a name with this annotation; UNKNOWN where it says too little."""
    kind = node.type
    if kind == "type":
        return annotated(evaluator, node.named_children[0]) if node.named_children else UNKNOWN
    if kind == "string":
        return _quoted(evaluator, node)
    if kind == "none":
        return NOTHING
    if kind == "binary_operator":
        return join(annotated(evaluator, child) for child in node.named_children)
    if kind in ("subscript", "generic_type"):
        return _wrapped(evaluator, node)
    if kind in ("identifier", "attribute"):
        return instance_of(evaluator, evaluator.value(node))
    return UNKNOWN


def instance_of(evaluator: Evaluator, value: Value) -> Value:
    """An object of the class that the value is."""
    if value.kind is ValueKind.API:
        made = evaluator.vocabulary.makers.get(f"{value.name}()", value.name)
        return Value(ValueKind.INSTANCE, made) if made else OTHER
    if value.kind is ValueKind.INSTANCE:
        return value
    if value.name == CLASS:
        return Value(ValueKind.OTHER, OBJECT, "", value.definition)
    if value.kind is ValueKind.UNKNOWN or value.definition >= 0:
        return UNKNOWN
    elsewhere = evaluator.elsewhere
    if elsewhere is not None and elsewhere.carries(value.name):
        return evaluator.called(value)
    top = value.name.split(".", 1)[0]
    if top in _VAGUE or top in evaluator.vocabulary.foreign_tops:
        return UNKNOWN
    return OTHER


def _wrapped(evaluator: Evaluator, node: Node) -> Value:
    """`Optional[X]`, `Union[X, None]`; containers of X say nothing about X."""
    head = node.named_children[0]
    if evaluator.text(head).rsplit(".", 1)[-1] not in _WRAPPERS:
        return UNKNOWN
    parts = node.named_children[1:]
    if len(parts) == 1 and parts[0].type == "type_parameter":
        parts = parts[0].named_children
    if evaluator.text(head).endswith("Annotated"):
        parts = parts[:1]
    return join(annotated(evaluator, part) for part in parts)


def _quoted(evaluator: Evaluator, node: Node) -> Value:
    """An annotation in quotes."""
    found = _QUOTED.fullmatch(evaluator.text(node).lstrip("rRuU").strip("\"'").strip())
    if found is None:
        return UNKNOWN
    return instance_of(evaluator, dotted(evaluator, found[1], node.start_byte))


def dotted(evaluator: Evaluator, name: str, offset: int) -> Value:
    """What a dotted name would stand for at a place."""
    first, *rest = name.split(".")
    scope, bindings = evaluator.words.resolve(first, offset)
    if scope is None:
        return UNKNOWN
    value = join(evaluator.binding(binding) for binding in bindings)
    for member in rest:
        value = evaluator.attribute_of(value, member)
    return value
