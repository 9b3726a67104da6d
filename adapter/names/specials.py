"""names: calls to which the language itself gives a meaning: getattr, super, cast, imports by a call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from adapter.names.annotations import annotated
from adapter.names.scopes import Scope, ScopeKind
from adapter.names.values import OBJECT, OTHER, UNKNOWN, Value, ValueKind

if TYPE_CHECKING:
    from adapter.names.evaluate import Evaluator

_IMPORTERS = frozenset(("__import__", "importlib.import_module", "pytest.importorskip"))
_SPECIAL = _IMPORTERS | {"super", "getattr", "typing.cast"}


def special_call(evaluator: Evaluator, node: Node, function: Node, callee: Value) -> Value | None:
    """The value of getattr, super, cast and of imports by a call; None for any other call."""
    name = evaluator.text(function) if function.type == "identifier" else ""
    if callee.name:
        name = callee.name
    arguments = node.child_by_field_name("arguments")
    if name not in _SPECIAL or arguments is None:
        return None
    given = arguments.named_children
    if name == "super":
        return _super_value(evaluator, node)
    if name == "getattr":
        return _getattr(evaluator, given)
    if name in ("typing.cast", "cast"):
        return annotated(evaluator, given[0]) if given else None
    return _import_by_call(evaluator, given)


def literal(evaluator: Evaluator, node: Node) -> str | None:
    """The text of a plain string literal; None for anything else."""
    if node.type != "string" or len(node.named_children) != 3:
        return None
    start, content, _ = node.named_children
    if (
        content.type != "string_content"
        or content.named_children
        or evaluator.text(start)[:-1].lower() in ("f", "b")
    ):
        return None
    return evaluator.text(content)


def _super_value(evaluator: Evaluator, node: Node) -> Value | None:
    scope: Scope | None = evaluator.scopes.at(node.start_byte)
    while scope is not None and scope.kind is not ScopeKind.CLASS:
        scope = evaluator.scopes.outer(scope)
    if scope is None:
        return None
    evaluator.local[scope.node.start_byte] = scope.node
    return Value(ValueKind.OTHER, OBJECT, "", scope.node.start_byte)


def _getattr(evaluator: Evaluator, given: list[Node]) -> Value | None:
    if len(given) < 2:
        return None
    base, name = evaluator.value(given[0]), literal(evaluator, given[1])
    if name is not None and name.isidentifier():
        return evaluator.attribute_of(base, name)
    if not base.of_library:
        return UNKNOWN
    owner = base.name if base.kind is ValueKind.INSTANCE else base.owner
    return Value(ValueKind.API, f"{base.name}.<dynamic>", owner)


def _import_by_call(evaluator: Evaluator, given: list[Node]) -> Value | None:
    name = literal(evaluator, given[0]) if given else None
    if name is None:
        return UNKNOWN
    return evaluator.imported(name) if evaluator.vocabulary.owns(name) else OTHER
