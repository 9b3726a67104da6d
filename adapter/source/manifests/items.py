"""source: taking lines and list items out of a text, and putting new ones beside them."""

from __future__ import annotations

import re

from adapter.plan import Change, Span

_TO_LINE_END = re.compile(rb"[ \t]*,?[ \t]*(?:#[^\r\n]*)?(?:\r\n|\n|\r|$)")
_COMMA_AFTER = re.compile(rb"\s*,[ \t]*")
_COMMA_BEFORE = re.compile(rb",[ \t]*$")
_INDENT = re.compile(rb"[ \t]*")


def line_start(data: bytes, offset: int) -> int:
    """Where the line of an offset begins."""
    return max(data.rfind(b"\n", 0, offset), data.rfind(b"\r", 0, offset)) + 1


def line_end(data: bytes, offset: int) -> int:
    """Where the line of an offset ends, its newline not included."""
    match = re.compile(rb"[\r\n]").search(data, offset)
    return match.start() if match else len(data)


def after_newline(data: bytes, end: int) -> int:
    """The offset behind the newline that stands at `end`, if one does."""
    return end + 2 if data.startswith(b"\r\n", end) else min(end + 1, len(data))


def indent_of(data: bytes, offset: int) -> str:
    """The white space at the start of the line of an offset."""
    match = _INDENT.match(data, line_start(data, offset))
    return match[0].decode() if match else ""


def cut_lines(data: bytes, start: int, end: int) -> Change:
    """Takes away the lines from that of `start` to that of `end`, with the last newline."""
    begin, stop = line_start(data, start), after_newline(data, line_end(data, end))
    # The last line of a file without a final newline takes the one before it along.
    if stop == len(data) and begin and not data.endswith((b"\n", b"\r")):
        begin -= 2 if data.endswith(b"\r\n", 0, begin) else 1
    return Change(Span(begin, stop), "")


def cut_item(data: bytes, span: Span) -> Change:
    """Takes an item out of a bracketed list, with its comma, and with its lines if it has them for itself."""
    begin = line_start(data, span.start)
    rest = _TO_LINE_END.match(data, span.end)
    if rest is not None and not data[begin : span.start].strip():
        return Change(Span(begin, rest.end()), "")
    if after := _COMMA_AFTER.match(data, span.end):
        return Change(Span(span.start, after.end()), "")
    before = _COMMA_BEFORE.search(data, begin, span.start)
    return Change(Span(before.start() if before else span.start, span.end), "")


def item_before(data: bytes, span: Span, text: str) -> Change:
    """Puts an item before that at `span` of a bracketed list, in the layout of the list."""
    begin = line_start(data, span.start)
    alone = not data[begin : span.start].strip()
    gap = "\n" + indent_of(data, span.start) if alone else " "
    return Change(Span(span.start, span.start), f"{text},{gap}")


def line_after(data: bytes, offset: int, text: str) -> Change:
    """Puts a line behind the line of an offset."""
    end = line_end(data, offset)
    return Change(Span(end, end), f"\n{text}")
