"""names: what the functions of a file return, and what `self` and `cls` mean in its methods."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tree_sitter import Node

from adapter.names.annotations import annotated
from adapter.names.scopes import Scope, ScopeKind
from adapter.names.values import CLASS, NOTHING, OBJECT, UNKNOWN, Value, ValueKind, join

if TYPE_CHECKING:
    from adapter.names.evaluate import Evaluator

_RETURN = re.compile(rb"return(?!\w)")
_YIELD = re.compile(rb"yield(?!\w)")
_SELF_SET = re.compile(
    rb"^[ \t]*(?:self|cls)[ \t]*(?:=(?!=)|,)|\b(?:self|cls)[ \t]*:=|\b(?:as|for)[ \t]+(?:self|cls)\b",
    re.MULTILINE,
)
_RECEIVERS = {name: re.compile(rf"\b{name}\b") for name in ("self", "cls")}
_TRANSPARENT = frozenset(
    (
        "abstractmethod",
        "cache",
        "cached_property",
        "classmethod",
        "final",
        "inference_mode",
        "lru_cache",
        "no_grad",
        "override",
        "property",
        "rank_zero_experiment",
        "rank_zero_only",
        "record",
        "staticmethod",
        "typechecked",
        "wraps",
    )
)
"""Decorators after which a call still gives what the function returns."""


def decorators(function: Node, evaluator: Evaluator) -> list[str]:
    """The last names of the decorators of a function, without their arguments."""
    holder = function.parent
    if holder is None or holder.type != "decorated_definition":
        return []
    names = []
    for child in holder.named_children:
        if child.type == "decorator":
            text = evaluator.text(child)[1:].split("(")[0].strip()
            names.append(text.rsplit(".", 1)[-1] if not text.endswith((".setter", ".deleter")) else text)
    return names


def is_transparent(function: Node, evaluator: Evaluator) -> bool:
    """Whether no decorator can change what goes into the function or comes out of it."""
    return all(name in _TRANSPARENT for name in decorators(function, evaluator))


def class_of(function: Node, evaluator: Evaluator) -> Node | None:
    """The class that a function is a method of."""
    scope = evaluator.scopes.at(function.start_byte)
    return scope.node if scope.kind is ScopeKind.CLASS else None


def is_bound_method(function: Node, evaluator: Evaluator) -> bool:
    """Whether a call through an object fills the first parameter of the function."""
    return class_of(function, evaluator) is not None and "staticmethod" not in decorators(function, evaluator)


def returned(evaluator: Evaluator, function: Node, path: tuple[int, ...]) -> Value:
    """What a call of a function or lambda of this file gives, or the part of it at the path."""
    key = ("returned", function.id, path)
    return evaluator.guarded(key, lambda: _returned(evaluator, function, path))


def _returned(evaluator: Evaluator, function: Node, path: tuple[int, ...]) -> Value:
    if function.type == "lambda":
        body = function.child_by_field_name("body")
        return UNKNOWN if body is None else _at_path(evaluator, body, path)
    if not is_transparent(function, evaluator):
        return UNKNOWN
    annotation = function.child_by_field_name("return_type")
    if annotation is not None and not path:
        promised = annotated(evaluator, annotation)
        if promised.of_library:
            return promised
    if next(_own_keywords(evaluator, function, _YIELD), None) is not None:
        return UNKNOWN
    values = []
    for keyword in _own_keywords(evaluator, function, _RETURN):
        statement = keyword.parent
        if statement is None or statement.type != "return_statement":
            continue
        results = statement.named_children
        values.append(_at_path(evaluator, results[0], path) if results else NOTHING)
    return join(values)


def _at_path(evaluator: Evaluator, node: Node, path: tuple[int, ...]) -> Value:
    return evaluator.unpacked(node, path) if path else evaluator.value(node)


def _own_keywords(evaluator: Evaluator, function: Node, search: re.Pattern[bytes]) -> Iterator[Node]:
    """The keywords of a function that do not stand in a function inside it."""
    scope = evaluator.scopes.of(function)
    if scope is None:
        return
    for match in search.finditer(evaluator.words.data, scope.start, scope.end):
        inner = evaluator.scopes.keeper(evaluator.scopes.at(match.start()))
        if inner.index != scope.index:
            continue
        keyword = evaluator.words.root.descendant_for_byte_range(match.start(), match.end())
        if keyword is not None and keyword.type in ("return", "yield"):
            yield keyword


# Parameters that need no look at the calls: self and cls.


def self_value(evaluator: Evaluator, node: Node, name: str) -> Value | None:
    """The object or class that `self` or `cls` means at a place; None where the usual rules must say."""
    scope: Scope | None = evaluator.scopes.at(node.start_byte)
    key = (scope.index if scope is not None else 0, name)
    if key not in evaluator.receivers:
        evaluator.receivers[key] = _self_value(evaluator, scope, name)
    return evaluator.receivers[key]


def _self_value(evaluator: Evaluator, scope: Scope | None, name: str) -> Value | None:
    if evaluator.rebinds_self is None:
        evaluator.rebinds_self = _SELF_SET.search(evaluator.words.data) is not None
    if evaluator.rebinds_self:
        return None
    word = _RECEIVERS[name]
    while scope is not None and scope.kind is not ScopeKind.MODULE:
        if scope.kind in (ScopeKind.FUNCTION, ScopeKind.LAMBDA):
            parameters = scope.node.child_by_field_name("parameters")
            if parameters is not None and word.search(evaluator.text(parameters)):
                return receiver(evaluator, scope.node, name)
        scope = evaluator.scopes.outer(scope)
    return None


def receiver(evaluator: Evaluator, function: Node, name: str) -> Value | None:
    """What the first parameter of a method is, when it has that name."""
    owner = class_of(function, evaluator)
    parameters = function.child_by_field_name("parameters")
    if owner is None or parameters is None or not parameters.named_children:
        return None
    first = parameters.named_children[0]
    names = decorators(function, evaluator)
    if "staticmethod" in names or first.type not in ("identifier", "typed_parameter"):
        return None
    if evaluator.text(first).split(":")[0].strip() != name:
        return None
    evaluator.local[owner.start_byte] = owner
    own_name = function.child_by_field_name("name")
    makes_class = own_name is not None and evaluator.text(own_name) in ("__new__", "__init_subclass__")
    kind = CLASS if makes_class or "classmethod" in names else OBJECT
    return Value(ValueKind.OTHER, kind, "", owner.start_byte)
