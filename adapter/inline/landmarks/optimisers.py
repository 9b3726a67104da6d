"""inline: where optimisers, schedules of the learning rate and losses are made."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from adapter.inline.landmarks.model import Loss, Optimiser, Scheduler
from adapter.inline.script import Script


def find_optimisers(script: Script) -> list[Optimiser]:
    """Every optimiser that is made, or named where a model is compiled, in source order."""
    made = [
        Optimiser(call, bound_name(script, call), script.called(call), script.statement(call))
        for call in _made(script, "optimiser")
    ]
    named = [
        Optimiser(value, "", script.text(value).strip("'\""), script.statement(value))
        for value in _compiled(script, "optimizer")
    ]
    return sorted(made + named, key=lambda optimiser: optimiser.node.start_byte)


def find_schedulers(script: Script) -> list[Scheduler]:
    """Every schedule of a learning rate that is made, in source order."""
    return [
        Scheduler(call, bound_name(script, call), script.called(call), script.statement(call))
        for call in _made(script, "scheduler")
    ]


def find_losses(script: Script) -> list[Loss]:
    """Every loss function that is made, called, or named where a model is compiled, in source order."""
    made = [Loss(call, bound_name(script, call), script.called(call)) for call in _made(script, "loss")]
    named = [Loss(value, "", script.text(value).strip("'\"")) for value in _compiled(script, "loss")]
    return sorted(made + named, key=lambda loss: loss.node.start_byte)


def bound_name(script: Script, node: Node) -> str:
    """The name that an expression's value is assigned to as a whole, `.to(device)` or not; else ""."""
    parent = node.parent
    while parent is not None and parent.type == "attribute" and parent.parent is not None:
        if (
            script.text(parent).rpartition(".")[2] not in ("to", "cuda", "cpu")
            or parent.parent.type != "call"
        ):
            return ""
        node, parent = parent.parent, parent.parent.parent
    if parent is None or parent.type != "assignment" or parent.child_by_field_name("right") != node:
        return ""
    left = parent.child_by_field_name("left")
    return script.text(left) if left is not None and left.type in ("identifier", "attribute") else ""


def _made(script: Script, kind: str) -> Iterator[Node]:
    for call in script.calls:
        api = script.called(call)
        if api and "()" not in api and any(role.kind == kind for role in script.frameworks.roles(api)):
            yield call


def _compiled(script: Script, keyword: str) -> Iterator[Node]:
    """Texts given to `compile(optimizer=..., loss=...)`."""
    for call in script.calls:
        if not any(role.kind == "compile" for role in script.roles(call)):
            continue
        arguments = call.child_by_field_name("arguments")
        for argument in arguments.named_children if arguments is not None else ():
            if argument.type != "keyword_argument":
                continue
            name, value = argument.child_by_field_name("name"), argument.child_by_field_name("value")
            if name is None or value is None or value.type != "string":
                continue
            if script.text(name) == keyword:
                yield value
