"""Statements that go from one line, each with the semicolon between them: two cuts that become one."""

from __future__ import annotations

from collections.abc import Sequence

from tree_sitter import Node

from adapter.plan import Change, Span
from adapter.source.text import Source
from adapter.translate.context import statements_in
from adapter.translate.import_model import after_newline, line_end, line_start


def joined_cuts(source: Source, changes: Sequence[Change]) -> list[Change]:
    """The changes, in order, cuts that overlap made one: `import wandb; wandb.login()` goes as a whole."""
    joined: list[Change] = []
    met: set[int] = set()
    for change in sorted(changes, key=lambda each: (each.span.start, each.span.end)):
        last = joined[-1] if joined else None
        if last is not None and not (change.text or last.text) and change.span.start < last.span.end:
            joined[-1] = Change(Span(last.span.start, max(last.span.end, change.span.end)), "")
            met.add(len(joined) - 1)
        else:
            joined.append(change)
    return [_settled(source, each) if index in met else each for index, each in enumerate(joined)]


def _settled(source: Source, cut: Change) -> Change:
    """The cut with what would be left of its line; an emptied block gets `pass`."""
    data, (start, end) = source.data, (cut.span.start, cut.span.end)
    block = _block_around(source, cut.span)
    inside = statements_in(block)
    if block.type == "block" and inside and inside[0].start_byte >= start and inside[-1].end_byte <= end:
        return Change(Span(inside[0].start_byte, end), "pass")
    begin, stop = line_start(data, start), line_end(data, end)
    rest = data[end:stop].strip()
    before = data[begin:start].rstrip(b" \t")
    if rest and not (before and rest.startswith(b"#")):
        return cut
    if before:
        return Change(Span(begin + len(before.removesuffix(b";").rstrip(b" \t")), end), "")
    cell = source.cell_at(start)
    after = after_newline(data, stop)
    return Change(Span(begin, after if after <= (cell.end if cell else len(data)) else stop), "")


def _block_around(source: Source, span: Span) -> Node:
    """The innermost block, or the module, that holds a span."""
    node = source.tree.root_node.descendant_for_byte_range(span.start, span.end)
    while node is not None and node.parent is not None and node.type not in ("block", "module"):
        node = node.parent
    return node or source.tree.root_node
