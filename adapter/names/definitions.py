"""names: what the functions and classes of a file give: returns, parameters, attributes of self."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tree_sitter import Node

from adapter.names.annotations import annotated
from adapter.names.bindings import Binding, Form
from adapter.names.scopes import Scope, ScopeKind
from adapter.names.values import CLASS, FUNCTION, NOTHING, OBJECT, OTHER, UNKNOWN, Value, ValueKind, join

if TYPE_CHECKING:
    from adapter.names.evaluate import Evaluator

_RETURN = re.compile(rb"return(?!\w)")
_YIELD = re.compile(rb"yield(?!\w)")
_SELF_SET = re.compile(rb"\b(?:self|cls)[ \t]*(?:=(?!=)|:=|,[^()]*=(?!=))")
_PROPERTIES = frozenset(("property", "cached_property"))
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
    if _SELF_SET.search(evaluator.words.data):
        return None
    word = re.compile(rf"\b{name}\b")
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


# Attributes.


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
    if evaluator.elsewhere is not None:
        for node in family:
            for base in bases(evaluator, node):
                if base.definition < 0 and base.name and not base.name.startswith("<"):
                    found = evaluator.elsewhere.imported(f"{base.name}().{name}")
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
            values.append(
                evaluator.guarded(("written", target.id), lambda each=binding: evaluator.binding(each))
            )  # type: ignore[misc]
    return join(values) if values else found


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


# Calls that the language itself gives a meaning.


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


_IMPORTERS = frozenset(("__import__", "importlib.import_module", "pytest.importorskip"))
_SPECIAL = _IMPORTERS | {"super", "getattr", "typing.cast"}


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
    return Value(ValueKind.API, f"{base.name}.<dynamic>") if base.of_library else UNKNOWN


def _import_by_call(evaluator: Evaluator, given: list[Node]) -> Value | None:
    name = literal(evaluator, given[0]) if given else None
    if name is None:
        return UNKNOWN
    return evaluator.imported(name) if evaluator.vocabulary.owns(name) else OTHER


def function_value(node: Node) -> Value:
    """The value of a function definition."""
    return Value(ValueKind.OTHER, FUNCTION, "", node.start_byte)
