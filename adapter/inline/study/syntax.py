"""inline: pieces of LibCST trees: blank lines and comments, further parameters and arguments, long lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias, cast

import libcst as cst

Statement: TypeAlias = cst.SimpleStatementLine | cst.BaseCompoundStatement
_CELL_MARKS = ("#\f", "# COMMAND ---")


def parted(statement: Statement) -> tuple[list[cst.EmptyLine], list[cst.EmptyLine]]:
    """The blank lines before a statement and its comments, and the lines that follow."""
    lines = list(lead(statement))
    count = next((index for index, line in enumerate(lines) if line.comment is not None), len(lines))
    return lines[:count], lines[count:]


def lead(statement: cst.CSTNode) -> Sequence[cst.EmptyLine]:
    """The blank lines and comments before a statement."""
    return cast("Sequence[cst.EmptyLine]", getattr(statement, "leading_lines", ()))


def with_lead(statement: Statement, blank: int, *, comments: bool = True) -> Statement:
    """A statement behind so many blank lines; its own comments stay."""
    kept = [line for line in lead(statement) if line.comment is not None] if comments else []
    lines = [cst.EmptyLine(indent=False) for _ in range(blank)]
    return statement.with_changes(leading_lines=[*lines, *kept])


def one_a_line(call: cst.Call) -> cst.Call:
    """A call with each argument on a line of its own."""
    return call.with_changes(whitespace_before_args=line_break("    "), args=on_lines(call.args))


def line_break(deeper: str) -> cst.ParenthesizedWhitespace:
    """A line end within brackets, with so much more indentation behind it."""
    return cst.ParenthesizedWhitespace(indent=True, last_line=cst.SimpleWhitespace(deeper))


def on_lines(items: Sequence[Any]) -> list[Any]:
    """Parameters or arguments on lines of their own, the closing bracket too."""
    found = [item.with_changes(comma=cst.Comma(whitespace_after=line_break("    "))) for item in items]
    return [*found[:-1], found[-1].with_changes(comma=cst.Comma(whitespace_after=line_break("")))]


class _Further(cst.CSTTransformer):
    """Moves the further lines of an expression to the right."""

    def __init__(self, by: int) -> None:
        super().__init__()
        self._by = by

    def leave_ParenthesizedWhitespace(  # noqa: N802 - the name that LibCST asks for
        self, original_node: cst.ParenthesizedWhitespace, updated_node: cst.ParenthesizedWhitespace
    ) -> cst.ParenthesizedWhitespace:
        last = updated_node.last_line
        return updated_node.with_changes(last_line=cst.SimpleWhitespace(last.value + " " * self._by))


def further(value: cst.BaseExpression, by: int) -> cst.BaseExpression:
    """An expression that begins further right; lines below its opening bracket go with it."""
    call = value.value if isinstance(value, cst.Subscript) else value
    hangs = isinstance(call, cst.Call) and isinstance(
        call.whitespace_before_args, cst.ParenthesizedWhitespace
    )
    return value if hangs else cast("cst.BaseExpression", value.visit(_Further(by)))


def part(statement: cst.SimpleStatementLine, access: str) -> cst.BaseExpression:
    """The expression of a statement, or a part of it."""
    first = statement.body[0]
    assert isinstance(first, cst.Expr)
    if not access:
        return first.value
    part = cst.parse_expression(f"x{access}")
    assert isinstance(part, cst.Subscript)
    return part.with_changes(value=first.value)


class _BlankLines(cst.CSTTransformer):
    """Empties the blank lines of statements that were moved further in."""

    def leave_EmptyLine(  # noqa: N802 - the name that LibCST asks for
        self, original_node: cst.EmptyLine, updated_node: cst.EmptyLine
    ) -> cst.EmptyLine:
        if updated_node.comment is not None:
            return updated_node
        return updated_node.with_changes(indent=False, whitespace=cst.SimpleWhitespace(""))


def inside(statements: Sequence[Statement]) -> list[Statement]:
    """Statements of a module as those of a function: one blank line is enough, and blank lines are empty."""
    found = []
    for index, statement in enumerate(statements):
        lines: list[cst.EmptyLine] = []
        for line in lead(statement):
            repeats = not index or (bool(lines) and lines[-1].comment is None)
            if not is_mark(line) and not (line.comment is None and repeats):
                lines.append(line)
        moved = statement.with_changes(leading_lines=lines).visit(_BlankLines())
        found.append(cast("Statement", moved))
    return found


def is_mark(line: cst.EmptyLine) -> bool:
    """Whether a line is what stands between two cells of a notebook."""
    return line.comment is not None and line.comment.value.startswith(_CELL_MARKS)


def marks(statement: Statement) -> list[cst.EmptyLine]:
    """The lines before a statement that stand between cells of a notebook."""
    return [line for line in lead(statement) if is_mark(line)]


def behind(lines: Sequence[cst.EmptyLine], statement: Statement) -> Statement:
    """A statement behind further lines."""
    return statement.with_changes(leading_lines=[*lines, *lead(statement)]) if lines else statement


def with_parameters(function: cst.CSTNode, texts: Sequence[str]) -> cst.CSTNode:
    """A function with further parameters behind those it has, before `*rest` or `**more` keyword-only."""
    assert isinstance(function, cst.FunctionDef)
    given = function.params
    new = [_parameter(text) for text in texts]
    keyword_only = isinstance(given.star_arg, (cst.Param, cst.ParamStar))
    listed = given.kwonly_params if keyword_only else given.params
    plain_tail = given.star_kwarg is None
    joined = _joined(listed, new, keeps_tail=plain_tail)
    if keyword_only:
        return function.with_changes(params=given.with_changes(kwonly_params=joined))
    return function.with_changes(params=given.with_changes(params=joined))


def _parameter(text: str) -> cst.Param:
    function = cst.parse_statement(f"def f({text}): pass")
    assert isinstance(function, cst.FunctionDef)
    return function.params.params[0]


def with_arguments(call: cst.CSTNode, texts: Sequence[str]) -> cst.CSTNode:
    """A call with further arguments behind those it has."""
    assert isinstance(call, cst.Call)
    parsed = cst.parse_expression(f"f({', '.join(texts)})")
    assert isinstance(parsed, cst.Call)
    return call.with_changes(args=_joined(call.args, parsed.args, keeps_tail=True))


def _joined(old: Sequence[Any], new: Sequence[Any], *, keeps_tail: bool) -> list[Any]:
    """Parameters or arguments behind others: the white space after commas and a trailing comma stay."""
    if not old:
        return list(new)
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    if len(old) > 1 and isinstance(old[-2].comma, cst.Comma):
        comma = old[-2].comma
    tail = old[-1].comma if keeps_tail or isinstance(old[-1].comma, cst.Comma) else comma
    joined = [*old[:-1], old[-1].with_changes(comma=comma), *(each.with_changes(comma=comma) for each in new)]
    joined[-1] = joined[-1].with_changes(comma=tail)
    return joined
