"""Where a site stands: its statement, the block around that, and whether it is evaluated once there."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tree_sitter import Node

from adapter.plan import Span
from adapter.source.text import Source

BLOCKS = frozenset({"module", "block"})
_DIRECTIVE = re.compile(rb"#(?:!|@| ?%%| (?:COMMAND|MAGIC|Databricks) )")
_SOMETIMES = frozenset(
    {"lambda", "list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression"}
    | {"conditional_expression", "elif_clause", "while_statement", "match_statement", "except_clause"}
    | {"default_parameter", "typed_default_parameter", "decorator", "assert_statement", "case_clause"}
)


@dataclass(frozen=True, slots=True)
class Context:
    """The surroundings of an expression.

    `statement` is the innermost statement that holds it; `alone` when the expression is the whole
    statement; `obstacle` names what keeps other statements from going before it (None when nothing does).
    """

    statement: Node
    alone: bool
    obstacle: str | None
    with_item: Node | None
    in_string: Node | None


def context_of(node: Node) -> Context:
    """The surroundings of an expression or an assignment."""
    obstacle: str | None = None
    with_item: Node | None = None
    in_string: Node | None = None
    child, parent = node, node.parent
    while parent is not None and parent.type not in BLOCKS:
        if parent.type in _SOMETIMES or _is_right_of_boolean(parent, child):
            obstacle = obstacle or parent.type.replace("_", " ")
        if parent.type == "with_item":
            with_item = parent
        if parent.type == "string":
            in_string = parent
        child, parent = parent, parent.parent
    alone = (
        child.type == "expression_statement"
        and child.named_child_count == 1
        and child.named_children[0] == node
    )
    return Context(child, alone, obstacle, with_item, in_string)


def _is_right_of_boolean(parent: Node, child: Node) -> bool:
    return parent.type == "boolean_operator" and parent.child_by_field_name("right") == child


def statement_of(node: Node) -> Node:
    """The innermost statement that holds a node."""
    while node.parent is not None and node.parent.type not in BLOCKS:
        node = node.parent
    return node


def starts_its_line(source: Source, statement: Node) -> bool:
    """Whether nothing but white space precedes the statement on its line."""
    data, start = source.data, statement.start_byte
    begin = data.rfind(b"\n", 0, start) + 1
    return not data[begin:start].strip()


def is_inline_suite(source: Source, statement: Node) -> bool:
    """Whether the statement stands alone behind a colon: `if x: statement`."""
    block = statement.parent
    if block is None or block.type != "block" or statements_in(block) != [statement]:
        return False
    return not starts_its_line(source, statement)


def statements_in(block: Node) -> list[Node]:
    """The statements of a block, comments left out."""
    return [child for child in block.named_children if child.type != "comment"]


def whole_lines(source: Source, statement: Node, last: Node | None = None) -> Span:
    """The lines of a statement that stands alone on them, a trailing comment and the line end included.

    With `last`, of all statements down to that one. Of blank lines that would meet, the fewer go with them,
    and a comment that was about nothing else.
    """
    data = source.data
    start = data.rfind(b"\n", 0, statement.start_byte) + 1
    end = data.find(b"\n", (last or statement).end_byte)
    end = len(data) if end < 0 else end + 1
    blank_before = _line_before(data, start).strip() == b"" and start > 0
    next_end = data.find(b"\n", end)
    next_line = data[end : next_end + 1 if next_end >= 0 else len(data)]
    if not next_line.strip() or _indent_of(next_line) < _indent_of(data[start:]):
        start = _own_comments(data, start)
        blank_before = _line_before(data, start).strip() == b"" and start > 0
    opens_block = _line_before(data, start).rstrip().endswith(b":")
    meeting = _blank_above(data, start) if blank_before else int(opens_block)
    return Span(start, end + sum(len(line) for line in _blank_lines(data, end)[:meeting]))


def _blank_lines(data: bytes, at: int) -> list[bytes]:
    """The blank lines, each with its end, that begin at a place."""
    found: list[bytes] = []
    while (end := data.find(b"\n", at) + 1) and not data[at:end].strip():
        found.append(data[at:end])
        at = end
    return found


def _blank_above(data: bytes, start: int) -> int:
    """How many blank lines end at the beginning of a line."""
    count = 0
    while start > 0 and not _line_before(data, start).strip():
        start -= len(_line_before(data, start)) + 1
        count += 1
    return count


def _own_comments(data: bytes, start: int) -> int:
    """Where the comment right above a statement begins, if it is set off from what is before."""
    indent = _indent_of(data[start:])
    begin = start
    while begin > 0:
        line = _line_before(data, begin)
        text = line.lstrip(b" \t")
        if not text.startswith(b"#") or len(line) - len(text) != indent or _DIRECTIVE.match(text):
            break
        begin -= len(line) + 1
    above = _line_before(data, begin)
    set_off = not above.strip() or above.rstrip().endswith(b":")
    return begin if begin != start and begin > 0 and set_off else start


def _indent_of(text: bytes) -> int:
    return len(text) - len(text.lstrip(b" \t"))


def _line_before(data: bytes, start: int) -> bytes:
    begin = data.rfind(b"\n", 0, max(start - 1, 0)) + 1
    return data[begin : max(start - 1, 0)]


def shares_its_line(source: Source, statement: Node) -> bool:
    """Whether another statement stands on the lines of this one (`a; b`, `if x: a`)."""
    if not starts_its_line(source, statement):
        return True
    data = source.data
    end = data.find(b"\n", statement.end_byte)
    rest = data[statement.end_byte : len(data) if end < 0 else end].strip()
    return bool(rest) and not rest.startswith(b"#")
