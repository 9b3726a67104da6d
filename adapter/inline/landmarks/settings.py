"""inline: hyper-parameters in configuration classes, dicts and constants."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from tree_sitter import Node

from adapter.inline.landmarks.literals import (
    NotLiteralError,
    called_text,
    keywords_of,
    literal,
    literal_or_none,
    word_of,
)
from adapter.inline.landmarks.model import Parameter, ParameterSet
from adapter.inline.landmarks.reach import reach_of
from adapter.inline.landmarks.words import Literal, Source
from adapter.inline.script import Script
from adapter.inline.vocabulary import packaged_vocabulary
from adapter.translate.context import statements_in

_OBJECTS = frozenset(
    {"SimpleNamespace", "Namespace", "EasyDict", "edict", "AttrDict", "Box", "Munch", "ConfigDict"}
)
_UPPER = re.compile(r"^_?[A-Z][A-Z0-9_]*$")
_PATH = re.compile(r"[/\\\s]|\.\w{1,5}$|^https?:")


def setting(
    script: Script,
    node: Node,
    name: str,
    source: Source,
    default: Node,
    annotation: Node | None,
    read: str = "",
) -> Parameter:
    """A hyper-parameter with its name, its present value and its type, as far as they show."""
    value = literal_or_none(default)
    text = script.text(annotation) if annotation is not None else ""
    kind = text if text in ("int", "float", "str", "bool") else word_of(value)
    if kind == "float" and type(value) is int:
        value = float(value)
    return Parameter(node, name, source, read, default, kind, (), value)


def dict_sets(script: Script) -> Iterator[ParameterSet]:
    """Dicts, and objects made like dicts, whose keys are what hyper-parameters are called."""
    known = packaged_vocabulary()
    for node in script.walk(script.root):
        if node.type != "assignment":
            continue
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None or left.type not in ("identifier", "attribute"):
            continue
        entries = list(_entries(script, right, "", script.text(left)))
        if not any(known.knows(entry.name) and entry.value is not None for entry in entries):
            continue
        attributes = right.type == "call" and called_text(right).rpartition(".")[2] in _OBJECTS
        holder, scope = script.text(left), script.function_of(node)
        mapping = f"vars({holder})" if attributes and "Namespace" in called_text(right) else holder
        yield ParameterSet(right, Source.DICT, mapping, script.statement(node), tuple(entries), holder, scope)


def _entries(script: Script, node: Node, group: str, read: str) -> Iterator[Parameter]:
    """The entries of a dict display or `dict(...)` call, with those of dicts inside."""
    if node.type == "dictionary":
        for pair in node.named_children:
            key = literal_or_none(pair.child_by_field_name("key")) if pair.type == "pair" else None
            value = pair.child_by_field_name("value") if pair.type == "pair" else None
            if isinstance(key, str) and value is not None:
                key_node = pair.child_by_field_name("key")
                quoted = script.text(key_node) if key_node is not None else repr(key)
                yield from _entry(script, pair, value, group, key, f"{read}[{quoted}]")
    elif node.type == "call":
        called = called_text(node).rpartition(".")[2]
        if called == "dict":
            for key, pair, value in keywords_of(node):
                yield from _entry(script, pair, value, group, key, f'{read}["{key}"]')
        elif called in _OBJECTS:
            for key, pair, value in keywords_of(node):
                yield from _entry(script, pair, value, group, key, f"{read}.{key}")
            inner = [child for child in _positional(node) if child.type == "dictionary"]
            for display in inner:
                for entry in _entries(script, display, group, read):
                    yield replace(entry, read=f"{read}.{entry.name}")


def _positional(call: Node) -> list[Node]:
    arguments = call.child_by_field_name("arguments")
    return list(arguments.named_children) if arguments is not None else []


def _entry(script: Script, pair: Node, value: Node, group: str, key: str, read: str) -> Iterator[Parameter]:
    name = f"{group}.{key}" if group else key
    inner = list(_entries(script, value, name, read))
    if inner:
        yield from inner
    elif value.type not in ("lambda", "dictionary"):
        yield setting(script, pair, name, Source.DICT, value, None, read)


def constant_sets(script: Script) -> Iterator[ParameterSet]:
    """Names that are bound once to a literal: upper case, or called as hyper-parameters are."""
    yield from _constants(script, script.root, None)
    reach = reach_of(script)
    for function in script.functions:
        body = function.child_by_field_name("body")
        if body is not None and reach.function_trains(function):
            yield from _constants(script, body, function)


def _constants(script: Script, block: Node, scope: Node | None) -> Iterator[ParameterSet]:
    known = packaged_vocabulary()
    found: list[Parameter] = []
    last: Node | None = None
    for statement in _direct(script, block):
        for left, right in _pairs(statement):
            name = script.text(left)
            try:
                value = literal(right)
            except NotLiteralError:
                continue
            if not _is_setting(name, value) or not (known.knows(name) or _UPPER.match(name)):
                continue
            uses = script.names.occurrences(name, scope or script.root)
            if len(script.names.bindings(left)) != 1 or len(uses) < 2:
                continue
            lowered = name.lower() if name.isupper() else name
            found.append(Parameter(left, lowered, Source.CONSTANT, name, right, word_of(value), (), value))
            last = statement
    if not any(known.knows(each.name) for each in found) or last is None:
        return
    mapping = "{" + ", ".join(f'"{each.name}": {each.read}' for each in found) + "}"
    yield ParameterSet(found[0].node, Source.CONSTANT, mapping, last, tuple(found), "", scope)


def _direct(script: Script, block: Node) -> Iterator[Node]:
    """The statements of a block; those below a main guard count to the module."""
    for statement in statements_in(block):
        yield statement
        condition = statement.child_by_field_name("condition") if statement.type == "if_statement" else None
        if block.type == "module" and condition is not None and "__main__" in script.text(condition):
            body = statement.child_by_field_name("consequence")
            yield from statements_in(body) if body is not None else ()


def _pairs(statement: Node) -> Iterator[tuple[Node, Node]]:
    """The names that an assignment statement binds, with their values: `a, b = 1, 2` binds two."""
    inner = statement.named_children[0] if statement.type == "expression_statement" else None
    if inner is None or inner.type != "assignment":
        return
    left, right = inner.child_by_field_name("left"), inner.child_by_field_name("right")
    if left is None or right is None:
        return
    if left.type == "identifier":
        yield left, right
    elif left.type == "pattern_list" and right.type in ("expression_list", "tuple"):
        names, values = left.named_children, right.named_children
        if len(names) == len(values):
            yield from ((a, b) for a, b in zip(names, values, strict=True) if a.type == "identifier")


def _is_setting(name: str, value: Literal) -> bool:
    if isinstance(value, str):
        return not _PATH.search(value)
    return (
        value is not None and not name.startswith("__") and (not isinstance(value, tuple) or len(value) < 9)
    )
