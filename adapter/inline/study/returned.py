"""inline: what functions give back, and which part of it an expression is."""

from __future__ import annotations

from tree_sitter import Node

from adapter.inline.landmarks.model import Reported
from adapter.inline.outcome import Work
from adapter.inline.vocabulary import normal


def returns_of(work: Work, function: Node) -> list[Node]:
    """The return statements of a function itself."""
    script = work.script
    return [
        node
        for node in script.walk(function)
        if node.type == "return_statement" and script.function_of(node) == function
    ]


def existing_return(work: Work, function: Node, expression: str) -> str | None:
    """Which part of what a function returns an expression is, where it always returns it; None otherwise."""
    given = returns_of(work, function)
    found = {_part(work, node, expression) for node in given}
    return found.pop() if len(found) == 1 else None


def _part(work: Work, statement: Node, expression: str) -> str | None:
    if not statement.named_children:
        return None
    value, script = statement.named_children[0], work.script
    if same(script.text(value), expression):
        return ""
    if value.type in ("expression_list", "tuple"):
        for index, child in enumerate(value.named_children):
            if same(script.text(child), expression):
                return f"[{index}]"
    if value.type == "dictionary":
        for pair in value.named_children:
            key, item = pair.child_by_field_name("key"), pair.child_by_field_name("value")
            if key is not None and item is not None and same(script.text(item), expression):
                return f"[{script.text(key)}]"
    return None


def same(left: str, right: str) -> bool:
    """Whether two expressions are written alike, but for spaces and brackets around."""
    return "".join(left.split()).strip("()") == "".join(right.split()).strip("()")


def name_for(reported: Reported) -> str:
    """The name of a variable for a reported value."""
    words = normal(reported.name)
    return words if words.isidentifier() else f"value_{words}"
