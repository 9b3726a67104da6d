"""inline: the new functions, and the place where a program tunes or trains, put into the tree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import libcst as cst
from tree_sitter import Node

from adapter.inline.script import Script
from adapter.inline.study.names import guard_of
from adapter.inline.study.shape import Form, Shape
from adapter.inline.study.syntax import Statement, behind, inside, marks, with_lead
from adapter.inline.study.tree import Made, Tree
from adapter.inline.study.writing import indented
from adapter.translate.context import statements_in

_PLAIN = "__plain_run__"


class Layout:
    """Puts texts into the tree of a script, as its shape asks for.

    `choice` are the lines that decide between search and training, with `__plain_run__` for the latter.
    """

    def __init__(self, script: Script, tree: Tree, shape: Shape) -> None:
        self._script, self._tree, self._shape = script, tree, shape

    def put(self, objective: Sequence[str], header: str, choice: Sequence[str], plain: str) -> None:
        """Lays out the objective, the training function with its `header`, and the choice.

        `header` is "" where the training function is there already; `plain` is the text of one training
        by a new function.
        """
        if self._shape.form is Form.CALL:
            self._call(objective, choice)
        elif self._shape.form is Form.TAIL:
            self._tail(objective, header, choice, plain)
        else:
            self._region(objective, header, choice, plain)

    def _call(self, objective: Sequence[str], choice: Sequence[str]) -> None:
        statement = self._shape.plain[0]
        outer = self._module_statement(statement)
        self._tree.split(statement, lambda made, _: self._instead(choice, made))
        self._tree.definitions_before(outer, _module_text(objective))

    def _instead(self, choice: Sequence[str], made: Statement) -> list[Statement]:
        """The choice in place of the statement of the plain run, below the comments of that."""
        found = self._with_plain(choice, [with_lead(made, 0, comments=False)])
        return [found[0].with_changes(leading_lines=made.leading_lines), *found[1:]]

    def _with_plain(self, choice: Sequence[str], plain: Sequence[Statement]) -> list[Statement]:
        """The choice with the statements of the plain run in it."""
        statements = self._tree.parsed(_module_text(choice))
        cleaned = [with_lead(plain[0], 0), *plain[1:]]
        return [cast("Statement", each.visit(_Filler(cleaned))) for each in statements]

    def _tail(self, objective: Sequence[str], header: str, choice: Sequence[str], plain: str) -> None:
        base = self._shape.base
        assert base is not None
        definition = self._tree.statement(base)
        assert isinstance(definition, cst.FunctionDef)
        moved = [self._tree.statement(each) for each in self._shape.moved]
        tail = [self._tree.statement(each) for each in self._shape.plain]

        def divided(updated: Statement, made: Made) -> Sequence[Statement]:
            assert isinstance(updated, cst.FunctionDef)
            own = cast("Sequence[Statement]", definition.body.body)
            head = [item for each in own if each not in moved and each not in tail for item in made(each)]
            training = [item for each in (*moved, *tail) for item in made(each)]
            chosen = self._with_plain(choice, self._tree.parsed(plain + "\n"))
            first = updated.with_changes(body=updated.body.with_changes(body=[*head, *chosen], footer=()))
            block = updated.body.with_changes(
                body=[with_lead(training[0], 0), *training[1:]], header=cst.TrailingWhitespace()
            )
            new = self._tree.parsed(f"{header}\n    pass\n")[0].with_changes(body=block)
            return [first, *self._definitions(objective), with_lead(new, 2)]

        self._tree.split(base, divided)

    def _definitions(self, lines: Sequence[str]) -> list[Statement]:
        return [with_lead(each, 2) for each in self._tree.parsed(_module_text(lines))]

    def _region(self, objective: Sequence[str], header: str, choice: Sequence[str], plain: str) -> None:
        region = [self._tree.statement(each) for each in self._shape.plain]
        guard = guard_of(self._script)
        within = guard is not None and guard.start_byte < self._shape.plain[-1].start_byte < guard.end_byte
        guard_statement = self._tree.statement(guard) if guard is not None and within else None

        def functions(made: Made) -> list[Statement]:
            training = inside([item for each in region for item in made(each)])
            new = self._tree.parsed(f"{header}\n    pass\n")[0]
            assert isinstance(new, cst.FunctionDef)
            own = new.body.body[:-1]
            block = new.body.with_changes(body=[*own, *training])
            return [with_lead(new.with_changes(body=block), 2), *self._definitions(objective)]

        def chosen() -> list[Statement]:
            return self._with_plain(choice, self._tree.parsed(plain + "\n"))

        def in_module(made: Made) -> Sequence[Statement]:
            body: list[Statement] = []
            left: list[cst.EmptyLine] = []
            for each in self._tree.module.body:
                new = made(each)
                if each is guard_statement:
                    new = [*functions(made), with_lead(new[0], 2), *new[1:]]
                elif each is region[-1]:
                    left += marks(each)
                    choices = chosen()
                    new = [*functions(made), with_lead(choices[0], 2), *choices[1:]]
                    new[0] = with_lead(new[0], 0) if left else new[0]
                elif each in region:
                    left += marks(each)
                    continue
                if new:
                    body += [behind(left, new[0]), *new[1:]]
                    left = []
            return body

        def in_guard(made: Made) -> Sequence[Statement]:
            assert isinstance(guard_statement, cst.If)
            own = cast("Sequence[Statement]", guard_statement.body.body)
            kept = [item for each in own if each not in region for item in made(each)]
            choices = chosen()
            return [*kept, with_lead(choices[0], 0), *choices[1:]]

        self._tree.body(self._tree.module, in_module)
        if isinstance(guard_statement, cst.If):
            self._tree.body(guard_statement.body, in_guard)

    def _module_statement(self, node: Node) -> Node:
        for statement in statements_in(self._script.root):
            if statement.start_byte <= node.start_byte < statement.end_byte:
                return statement
        return node


class _Filler(cst.CSTTransformer):
    """Puts the plain run where its name stands."""

    def __init__(self, plain: Sequence[Statement]) -> None:
        super().__init__()
        self._plain = plain

    def leave_SimpleStatementLine(  # noqa: N802 - the name that LibCST asks for
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine | cst.FlattenSentinel[cst.BaseStatement]:
        first = updated_node.body[0]
        if isinstance(first, cst.Expr) and isinstance(first.value, cst.Name) and first.value.value == _PLAIN:
            return cst.FlattenSentinel(self._plain)
        return updated_node


def _module_text(lines: Sequence[str]) -> str:
    return "\n".join(lines) + "\n"


def choice_lines(
    trials: str, search: Sequence[str], before: Sequence[str] = (), *, guard: str = ""
) -> list[str]:
    """The lines that search where trials are asked for and else run once, below a `guard` if there is one."""
    lines = [*before, f"if {trials}:", *indented(search), "else:", f"    {_PLAIN}"]
    return [guard, *indented(lines)] if guard else lines
