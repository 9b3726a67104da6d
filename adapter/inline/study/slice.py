"""inline: which statements a reported value comes from, told by the names that they bind and read."""

from __future__ import annotations

import re

from tree_sitter import Node

from adapter.inline.landmarks.model import Reported
from adapter.inline.script import Script
from adapter.inline.study.names import Texts, bound_by, program, read_by
from adapter.translate.context import statements_in


class Slice:
    """The statements, in the scope of a reported value, that it may come from."""

    def __init__(self, script: Script, reported: Reported) -> None:
        self._script, self._reported = script, reported
        function = script.function_of(reported.statement)
        body = function.child_by_field_name("body") if function is not None else None
        self._statements = statements_in(body) if body is not None else program(script)
        texts = Texts(script)
        self._reached = {each.id: texts.reached(each) for each in self._statements}
        self._sources = self._found()

    def holds(self, node: Node) -> bool:
        """Whether the value may depend on what is written at a node.

        Only a node in the scope of the value, or in a function that this scope leads to, can be told not to.
        """
        holding = {key for key, nodes in self._reached.items() if any(_holds(each, node) for each in nodes)}
        return not holding or bool(holding & self._sources)

    def _found(self) -> set[int]:
        """The statements that bind, or work on, what the value is made of; found backwards."""
        reported = self._reported
        needed = set(re.findall(r"[A-Za-z_]\w*", reported.text)) | read_by(self._script, [reported.value])
        found: set[int] = set()
        grown = True
        while grown:
            grown = False
            for each in self._statements:
                if each.id in found or each.type in ("function_definition", "class_definition"):
                    continue
                worked_on = _worked_on(self._script, each)
                if (bound_by(each) | worked_on) & needed or _holds(each, reported.node):
                    found.add(each.id)
                    needed |= read_by(self._script, [each])
                    grown = True
        return found


def _worked_on(script: Script, statement: Node) -> set[str]:
    """The names that a statement may change without binding them.

    `model` in `model.fit(X, y)`, and what a function of the file is given by `step(model, batch)`.
    """
    found: set[str] = set()
    modules = {binding.local for binding in script.names.imports}
    for node in script.walk(statement):
        inner = node.named_children[0] if node.type == "expression_statement" else None
        function = (
            inner.child_by_field_name("function") if inner is not None and inner.type == "call" else None
        )
        if inner is None or function is None:
            continue
        if function.type == "attribute":
            found.add(script.text(function).partition(".")[0].partition("(")[0])
        elif script.definition(function) is not None:
            arguments = inner.child_by_field_name("arguments")
            found |= read_by(script, [arguments]) if arguments is not None else set()
    return found - modules


def _holds(around: Node, node: Node) -> bool:
    return around.start_byte <= node.start_byte < around.end_byte
