"""inline: where a script keeps the best value so far, and stops when it gets no better."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from adapter.inline.landmarks.model import Best
from adapter.inline.script import Script

_LESS, _MORE = frozenset({"<", "<="}), frozenset({">", ">="})


def find_bests(script: Script) -> list[Best]:
    """Every `if loss < best: best = loss`, in source order."""
    found: list[Best] = []
    for node in script.walk(script.root):
        if node.type == "if_statement":
            found += _bests(script, node)
    return found


def _bests(script: Script, node: Node) -> Iterator[Best]:
    condition = node.child_by_field_name("condition")
    body = node.child_by_field_name("consequence")
    if condition is None or body is None:
        return
    kept = {script.text(left): right for left, right in _assignments(body)}
    for comparison in script.walk(condition):
        if comparison.type != "comparison_operator" or len(comparison.named_children) != 2:
            continue
        first, second = comparison.named_children
        sign = next((child.type for child in comparison.children if not child.is_named), "")
        for value, other, smaller in ((first, second, sign in _LESS), (second, first, sign in _MORE)):
            name = next((text for text in kept if _mentions(script, other, text)), "")
            if name and sign in _LESS | _MORE and _same(script, kept[name], value):
                direction = "minimize" if smaller else "maximize"
                yield Best(node, name, script.text(value), direction, _stops(script, node), value)
                return


def _assignments(body: Node) -> Iterator[tuple[Node, Node]]:
    for statement in body.named_children:
        inner = statement.named_children[0] if statement.type == "expression_statement" else None
        if inner is not None and inner.type == "assignment":
            left, right = inner.child_by_field_name("left"), inner.child_by_field_name("right")
            if left is not None and right is not None:
                yield left, right


def _mentions(script: Script, node: Node, text: str) -> bool:
    return any(script.text(each) == text for each in script.walk(node))


def _same(script: Script, left: Node, right: Node) -> bool:
    return "".join(script.text(left).split()) == "".join(script.text(right).split())


def _stops(script: Script, node: Node) -> bool:
    """Whether the branch for "no better" leaves the loop."""
    otherwise = node.child_by_field_name("alternative")
    return otherwise is not None and any(each.type == "break_statement" for each in script.walk(otherwise))
