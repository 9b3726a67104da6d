"""inline: files of the plain run that a trial must not overwrite."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tree_sitter import Node

from adapter.inline.landmarks.literals import argument_of, called_text
from adapter.inline.landmarks.model import Landmarks
from adapter.inline.landmarks.reach import reach_of
from adapter.inline.script import Script
from adapter.inline.study.shape import Form, Shape

_SAVER = re.compile(r"save|checkpoint|ckpt|dump|export|write|plot|draw|show", re.IGNORECASE)
_WITH = frozenset({"with_statement"})
_MODELS = frozenset({"state_dict", "model", "figure"})


class Saves:
    """The statements of a training, `own` and those of functions below, that write models or figures."""

    def __init__(self, script: Script, landmarks: Landmarks, shape: Shape, own: Sequence[Node]) -> None:
        self._script, self._landmarks, self._shape, self._own = script, landmarks, shape, own

    def to_guard(self, ended: Node | None) -> list[Node]:
        """Statements that write models or figures and that a trial, which ends at a statement, would run."""
        own = self._own
        below = {edge.function.id for edge in self._shape.edges}
        top = self._shape.function if self._shape.form is Form.CALL else self._shape.base
        found: dict[int, Node] = {}
        for saved in self._landmarks.saved:
            statement = saved.statement
            opened = self._opened(statement, saved.path)
            path = saved.path if opened is None else opened[1]
            if saved.what not in _MODELS or self._is_read_again(path, statement):
                continue
            statement = self._call_of_saver(statement) if opened is None else opened[0]
            function = self._script.function_of(statement)
            inside = any(each.start_byte <= statement.start_byte < each.end_byte for each in own)
            is_own = inside and (
                function is None if top is None else function is not None and function.id == top.id
            )
            after = ended is not None and is_own and statement.start_byte >= ended.start_byte
            if (is_own and not after) or (function is not None and function.id in below):
                found[statement.id] = statement
        return list(found.values())

    def _opened(self, statement: Node, handle: str) -> tuple[Node, str] | None:
        """The `with open(path) as handle` around a statement, and the path."""
        around = self._script.enclosing(statement, _WITH)
        if around is None or f"as {handle}" not in self._script.text(around).partition("\n")[0]:
            return None
        for call in reach_of(self._script).calls_in(around):
            if called_text(call) == "open":
                path = argument_of(call, "file", 0)
                return (around, self._script.text(path)) if path is not None else None
        return None

    def _call_of_saver(self, statement: Node) -> Node:
        """The statement that calls a helper which does nothing but save, else the saving statement itself."""
        helper = self._script.function_of(statement)
        name = helper.child_by_field_name("name") if helper is not None else None
        if helper is None or name is None or not _SAVER.search(self._script.text(name)):
            return statement
        if any(edge.function.id == helper.id for edge in self._shape.edges):
            return statement
        calls = reach_of(self._script).callers(helper)
        alone = [
            call for call in calls if call.parent is not None and call.parent.type == "expression_statement"
        ]
        return self._script.statement(alone[0]) if len(alone) == len(calls) == 1 else statement

    def _is_read_again(self, path: str, statement: Node) -> bool:
        """Whether the script loads the file later on that a statement saves."""
        for call in self._script.calls:
            name = called_text(call).rpartition(".")[2]
            if call.start_byte > statement.end_byte and ("load" in name or name == "open"):
                arguments = call.child_by_field_name("arguments")
                given = (
                    [self._script.text(child) for child in arguments.named_children]
                    if arguments is not None
                    else []
                )
                if path in given:
                    return True
        return False
