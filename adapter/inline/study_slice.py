"""inline: which statements a reported value comes from, told by the names that they bind and read."""

from __future__ import annotations

import re

from tree_sitter import Node

from adapter.inline.landmarks.model import Reported
from adapter.inline.script import Script
from adapter.inline.study_names import Texts, bound_by, program, read_by
from adapter.translate.context import statements_in


def comes_from(script: Script, reported: Reported, node: Node) -> bool:
    """Whether a value may depend on what is written at a node.

    Only a node in the scope of the value, or in a function that this scope leads to, can be told not to.
    """
    function = script.function_of(reported.statement)
    body = function.child_by_field_name("body") if function is not None else None
    statements = statements_in(body) if body is not None else program(script)
    texts = Texts(script)
    reached = {each.id: texts.reached(each) for each in statements}
    holding = {key for key, nodes in reached.items() if any(_holds(each, node) for each in nodes)}
    if not holding:
        return True
    return bool(holding & _sources(script, statements, reported))


def _sources(script: Script, statements: list[Node], reported: Reported) -> set[int]:
    """The statements that bind, or work on, what a value is made of; found backwards."""
    needed = set(re.findall(r"[A-Za-z_]\w*", reported.text)) | read_by(script, [reported.value])
    found: set[int] = set()
    grown = True
    while grown:
        grown = False
        for each in statements:
            if each.id in found or each.type in ("function_definition", "class_definition"):
                continue
            if bound_by(each) & needed or _worked_on(script, each) & needed or _holds(each, reported.node):
                found.add(each.id)
                needed |= read_by(script, [each])
                grown = True
    return found


def _worked_on(script: Script, statement: Node) -> set[str]:
    """The names whose methods a statement calls for their effect: `model` in `model.fit(X, y)`."""
    inner = statement.named_children[0] if statement.type == "expression_statement" else None
    function = inner.child_by_field_name("function") if inner is not None and inner.type == "call" else None
    receiver = function.child_by_field_name("object") if function is not None else None
    return {script.text(receiver).partition(".")[0]} if receiver is not None else set()


def _holds(around: Node, node: Node) -> bool:
    return around.start_byte <= node.start_byte < around.end_byte
