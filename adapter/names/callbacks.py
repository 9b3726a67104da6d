"""names: functions that are handed to the library: what their first argument will be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from adapter.names import definitions
from adapter.names.bindings import is_field
from adapter.names.values import Value, ValueKind

if TYPE_CHECKING:
    from adapter.names.evaluate import Evaluator


def handed_to_calls(evaluator: Evaluator, function: Node) -> Value | None:
    """The first argument of a function (or of `__call__` of a class) whose name is handed to the library."""
    if not evaluator.vocabulary.callbacks:
        return None
    owner = definitions.class_of(function, evaluator)
    named = function.child_by_field_name("name")
    if owner is not None:
        if named is None or evaluator.text(named) != "__call__":
            return None
        function, named = owner, owner.child_by_field_name("name")
    if named is None:
        return None
    name = evaluator.text(named)
    home = evaluator.scopes.at(function.start_byte)
    for read in evaluator.words.of(name).reads:
        scope, _ = evaluator.words.resolve(name, read.start_byte)
        if scope is None or scope.index != home.index:
            continue
        given = read if owner is None else _object_made_by(read)
        found = handed_over(evaluator, given) if given is not None else None
        if found is not None:
            return found
    return None


def handed_over(evaluator: Evaluator, given: Node) -> Value | None:
    """What the library calls an expression with that such a call is given, also in a partial."""
    callbacks = evaluator.vocabulary.callbacks
    if not callbacks:
        return None
    call = _call_around(given)
    if call is None:
        return None
    function = call.child_by_field_name("function")
    if function is None:
        return None
    if evaluator.text(function) in ("partial", "functools.partial"):
        return handed_over(evaluator, call) if _is_only_positional(call, given) else None
    value = evaluator.value(function)
    kind = callbacks.get(value.name) if value.kind is ValueKind.API else None
    return Value(ValueKind.INSTANCE, kind) if kind is not None else None


def _object_made_by(read: Node) -> Node | None:
    call = read.parent
    return call if call is not None and call.type == "call" and is_field(call, "function", read) else None


def _call_around(given: Node) -> Node | None:
    holder = given.parent
    if holder is not None and holder.type == "keyword_argument":
        holder = holder.parent
    if holder is None or holder.type != "argument_list":
        return None
    return holder.parent if holder.parent is not None and holder.parent.type == "call" else None


def _is_only_positional(call: Node, given: Node) -> bool:
    arguments = call.child_by_field_name("arguments")
    listed = arguments.named_children if arguments is not None else []
    return [node for node in listed if node.type not in ("keyword_argument", "comment")] == [given]
