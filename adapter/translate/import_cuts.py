"""translate: taking imports away: clauses, statements, and the blocks and guards that they leave empty."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from tree_sitter import Node

from adapter.plan import Change, Span
from adapter.source.text import Source
from adapter.translate.context import statements_in
from adapter.translate.import_model import SCOPES, Clause, Statement, after_newline, line_end, line_start

_ASSIGNED = re.compile(rb"[ \t]*=(?!=)")
_DECLARED = re.compile(rb"[ \t]*(?:del|global|nonlocal)[ \t]")
_AFTER = re.compile(rb"[ \t]*(?:#[^\r\n]*)?(?=[\r\n]|$)")
_COMMA_AFTER = re.compile(rb"\s*,[ \t]*")
_COMMA_BEFORE = re.compile(rb"[ \t]*,(?:[ \t]|\\\r?\n)*$")
_LINE_REST = re.compile(rb"[ \t]*,?[ \t]*(?:#[^\r\n]*)?(?:\r\n?|\n)")


def cut_clauses(data: bytes, statement: Statement, gone: Sequence[Clause]) -> list[Change]:
    """Takes some, not all, clauses out of a statement, each with its comma."""
    spans = []
    for index, clause in enumerate(statement.clauses):
        if clause not in gone:
            continue
        start, end = clause.node.start_byte, clause.node.end_byte
        begin, rest = line_start(data, start), _LINE_REST.match(data, end)
        inside = begin > statement.node.start_byte and not data[:begin].rstrip(b"\r\n").endswith(b"\\")
        if rest and inside and not data[begin:start].strip():
            # On a line of its own within parentheses.
            spans.append(Span(begin, rest.end()))
        elif _is_followed(statement, index, gone) and (after := _COMMA_AFTER.match(data, end)):
            spans.append(Span(start, after.end()))
        else:
            before = _COMMA_BEFORE.search(data, statement.node.start_byte, start)
            spans.append(Span(before.start() if before else start, end))
    return [Change(span, "") for span in _union(spans)]


def _is_followed(statement: Statement, index: int, gone: Sequence[Clause]) -> bool:
    """Whether a clause that stays comes later in the statement."""
    return any(clause not in gone for clause in statement.clauses[index + 1 :])


def guard_nodes(source: Source, local: str, statement: Statement) -> list[Node]:
    """The names in `local = None`, `del local` and `global local` in the scope of an import."""
    found = []
    scope = statement.scope or source.tree.root_node
    for start in _bound_at(source.data, local.encode(), scope.start_byte, scope.end_byte):
        node = source.tree.root_node.descendant_for_byte_range(start, start + len(local.encode()))
        if (
            node is not None
            and node.type == "identifier"
            and _scope(node) == statement.scope
            and _is_guard(node)
        ):
            found.append(node)
    return found


def _bound_at(data: bytes, word: bytes, start: int, end: int) -> Iterator[int]:
    """Where a word may be assigned, deleted or declared; a fast look at the bytes."""
    while (start := data.find(word, start, end)) >= 0:
        behind = start + len(word)
        if _ASSIGNED.match(data, behind, end) or _DECLARED.match(data, line_start(data, start), start):
            yield start
        start = behind


def _scope(node: Node) -> Node | None:
    parent = node.parent
    while parent is not None and parent.type not in SCOPES:
        parent = parent.parent
    return parent


def _is_guard(node: Node) -> bool:
    parent = node.parent
    if parent is None:
        return False
    if parent.type == "assignment" and parent.child_by_field_name("left") == node:
        value: Node | None = parent
        while value is not None and value.type == "assignment":
            value = value.child_by_field_name("right")
        return value is not None and value.type in ("none", "false")
    return parent.type in ("delete_statement", "global_statement", "nonlocal_statement")


def guard_statement(node: Node) -> Node | None:
    """The statement that is about this name alone, and so can go with the import."""
    statement = node.parent
    if statement is not None and statement.type == "assignment":
        right = statement.child_by_field_name("right")
        statement = None if right is None or right.type == "assignment" else statement.parent
    if statement is None or statement.named_child_count != 1:
        return None
    return statement


def cut_statements(source: Source, gone: Iterable[Node]) -> list[Change]:
    """Takes whole statements away, with their lines; a block that is left empty gets `pass`.

    A `try` that would try nothing goes as a whole.
    """
    removed = {node.id: node for node in gone}
    blocks = {node.parent.id: node.parent for node in removed.values() if node.parent is not None}
    emptied = [
        b for b in blocks.values() if b.type != "module" and all(n.id in removed for n in statements_in(b))
    ]
    for guard in [guard for block in emptied if (guard := _dead_guard(block, removed)) is not None]:
        removed = {key: node for key, node in removed.items() if not _is_inside(node, guard)}
        removed[guard.id] = guard
    firsts = [first for block in emptied if removed.pop((first := statements_in(block)[0]).id, None)]
    changes = [Change(Span(first.start_byte, first.end_byte), "pass") for first in firsts]
    lines: list[Span] = []
    pieces: list[Span] = []
    for node in removed.values():
        span = _whole_lines(source, node)
        (lines if span else pieces).append(span or _between_semicolons(source.data, node))
    spans = [_with_blank_lines(source, span) for span in _union(lines)]
    return [*changes, *(Change(span, "") for span in _union([*spans, *pieces]))]


def _dead_guard(block: Node, removed: dict[int, Node]) -> Node | None:
    """The `try` around an emptied block, if nothing but the import was its matter; None otherwise."""
    guard = block.parent
    if guard is None or guard.type != "try_statement" or guard.parent is None or guard.parent.type == "block":
        return None
    for child in guard.named_children:
        if child.type == "block" and child == block:
            continue
        body = child.named_children[-1] if child.named_children else None
        if child.type != "except_clause" or body is None:
            return None
        if any(node.type != "pass_statement" and node.id not in removed for node in statements_in(body)):
            return None
    return None if _has_comment(guard) else guard


def _is_inside(node: Node, outer: Node) -> bool:
    return outer.start_byte <= node.start_byte and node.end_byte <= outer.end_byte


def _has_comment(node: Node) -> bool:
    return node.type == "comment" or any(_has_comment(child) for child in node.named_children)


def _whole_lines(source: Source, node: Node) -> Span | None:
    """The lines of a statement with their newline, if it has them for itself; None otherwise."""
    data = source.data
    begin, after = line_start(data, node.start_byte), _AFTER.match(data, node.end_byte)
    if after is None or data[begin : node.start_byte].strip():
        return None
    end = after_newline(data, after.end())
    cell = source.cell_at(node.start_byte)
    if end > (cell.end if cell else len(data)) or end == after.end():
        # The last line gives up the newline before it instead.
        first = cell.start if cell else 0
        return Span(_before_newline(data, begin) if begin > first else begin, after.end())
    return Span(begin, end)


def _before_newline(data: bytes, begin: int) -> int:
    return begin - (2 if data.endswith(b"\r\n", 0, begin) else 1)


def _with_blank_lines(source: Source, span: Span) -> Span:
    """The same lines with the blank ones before them that would be too many."""
    data = source.data
    cell = source.cell_at(span.start)
    first, last = (cell.start, cell.end) if cell else (0, len(data))
    before, start = 0, span.start
    starts = [start]
    while (
        start > first
        and not data[(previous := line_start(data, _before_newline(data, start))) : start].strip()
    ):
        before, start = before + 1, previous
        starts.append(start)
    after, end = 0, span.end
    while end < last and not data[end : (stop := line_end(data, end))].strip():
        after, end = after + 1, after_newline(data, stop)
    if start == first:
        return Span(first, end) if end <= last else span
    return Span(starts[min(before, after)], span.end)


def _between_semicolons(data: bytes, node: Node) -> Span:
    """A statement that shares its line, with the semicolon that parted it from the others."""
    following = node.next_named_sibling
    line = line_end(data, node.end_byte)
    if following is not None and following.type != "comment" and following.start_byte < line:
        return Span(node.start_byte, following.start_byte)
    before = node.prev_named_sibling
    if before is not None and before.end_byte > line_start(data, node.start_byte):
        return Span(before.end_byte, node.end_byte)
    return Span(node.start_byte, node.end_byte)


def _union(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, those that touch or overlap joined."""
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined
