"""names: what the attributes of objects hold: of the classes of a file, and of anything it writes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from adapter.names.bindings import Binding, Form
from adapter.names.definitions import decorators, returned
from adapter.names.values import CLASS, NOTHING, OBJECT, UNKNOWN, Value, ValueKind, join

if TYPE_CHECKING:
    from adapter.names.evaluate import Evaluator

_PROPERTIES = frozenset(("property", "cached_property"))


def bases(evaluator: Evaluator, owner: Node) -> list[Value]:
    """What the base classes of a class stand for."""
    listed = owner.child_by_field_name("superclasses")
    if listed is None:
        return []
    return [evaluator.value(child) for child in listed.named_children if child.type != "keyword_argument"]


def lineage(evaluator: Evaluator, owner: Node) -> list[Node]:
    """A class and its base classes of this file, nearest first."""
    found, waiting = [owner], [owner]
    while waiting:
        for base in bases(evaluator, waiting.pop(0)):
            if base.name == CLASS and all(base.definition != known.start_byte for known in found):
                node = evaluator.local[base.definition]
                found.append(node)
                waiting.append(node)
    return found


def is_related(evaluator: Evaluator, value: Value, owner: Node) -> bool:
    """Whether the value is an object or class of that class, of a base or of a class derived from it."""
    if value.definition < 0 or value.name not in (OBJECT, CLASS):
        return False
    if value.definition == owner.start_byte:
        return True
    other = evaluator.local[value.definition]
    return any(node.id == owner.id for node in lineage(evaluator, other)) or any(
        node.id == other.id for node in lineage(evaluator, owner)
    )


def class_attribute(evaluator: Evaluator, owner: Node, name: str) -> Value:
    """What an attribute of an object of the class holds, from all assignments in the file."""
    return evaluator.guarded(("member", owner.id, name), lambda: _class_attribute(evaluator, owner, name))


def _class_attribute(evaluator: Evaluator, owner: Node, name: str) -> Value:
    word = evaluator.words.of(name)
    values: list[Value] = []
    family = lineage(evaluator, owner)
    for node in family:
        scope = evaluator.scopes.of(node)
        bound = word.bindings.get(scope.index, []) if scope is not None else []
        if bound:
            values += [_class_level(evaluator, binding) for binding in bound]
            break
    for binding, target in word.targets:
        holder = target.child_by_field_name("object")
        if holder is not None and is_related(evaluator, evaluator.value(holder), owner):
            values.append(evaluator.binding(binding))
    if values:
        return join(values)
    return _inherited(evaluator, [base for node in family for base in bases(evaluator, node)], name)


def _inherited(evaluator: Evaluator, listed: list[Value], name: str) -> Value:
    """What an attribute is that a base class from elsewhere gives: of the library, or of another module."""
    for base in listed:
        if base.kind is ValueKind.API:
            return evaluator.attribute_of(evaluator.called(base), name)
    for base in listed:
        if base.definition < 0 and base.name and not base.name.startswith("<"):
            found = evaluator.elsewhere.imported(f"{base.name}().{name}") if evaluator.elsewhere else None
            if found is not None:
                return found
    return UNKNOWN


def _class_level(evaluator: Evaluator, binding: Binding) -> Value:
    """What a name bound in the body of a class is as an attribute of an object."""
    if binding.form is not Form.FUNCTION or binding.source is None:
        return evaluator.binding(binding)
    names = decorators(binding.source, evaluator)
    if any(name.endswith((".setter", ".deleter")) or name == "overload" for name in names):
        return NOTHING
    if any(name in _PROPERTIES for name in names):
        return returned(evaluator, binding.source, ())
    return evaluator.binding(binding)


def written_attribute(evaluator: Evaluator, node: Node, base: Node, name: str, found: Value) -> Value:
    """`args.run` where the file says `args.run = ...` of the same `args`; else what was found."""
    targets = evaluator.words.of(name).targets
    if not targets or found.definition >= 0 or base.type not in ("identifier", "attribute"):
        return found
    text, place = evaluator.text(base), _root_scope(evaluator, base)
    values = []
    for binding, target in targets:
        holder = target.child_by_field_name("object")
        if holder is not None and evaluator.text(holder) == text and _root_scope(evaluator, holder) == place:
            values.append(_written(evaluator, binding))
    return join(values) if values else found


def _written(evaluator: Evaluator, binding: Binding) -> Value:
    return evaluator.guarded(("written", binding.target.id), lambda: evaluator.binding(binding))


def _root_scope(evaluator: Evaluator, node: Node) -> int:
    """The scope that keeps the first name of `a.b.c`; for self, that of the class."""
    while node.type == "attribute":
        inner = node.child_by_field_name("object")
        if inner is None:
            return -1
        node = inner
    if node.type != "identifier":
        return -1
    value = evaluator.value(node)
    if value.name in (OBJECT, CLASS):
        return value.definition
    scope, _ = evaluator.words.resolve(evaluator.text(node), node.start_byte)
    return -1 if scope is None else -2 - scope.index
