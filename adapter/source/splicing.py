"""source: changes of one notebook cell as splices of the JSON strings that spell its lines."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from adapter.plan import Change, Span
from adapter.source.celljson import Element, RawCell, respell, spell
from adapter.source.edits import apply_changes

Splice = tuple[int, int, str]
"""Start and end in characters of the JSON, and what to put there."""

_LINE = re.compile(r"[^\n]*\n|[^\n]+")


def splice_cell(
    json_text: str, raw: RawCell, text: bytes, changes: Sequence[Change], ascii_only: bool
) -> Iterator[Splice]:
    """The splices that make `changes` (sorted, offsets in `text`) of the cell that spells `text`.

    Strings of lines that stay are not touched; of a line that changes, the part that stays keeps its
    spelling.
    """
    if not raw.elements:
        new_text = apply_changes(text, changes).decode("utf-8")
        if new_text:
            yield raw.start, raw.end, _fresh(new_text, raw.quoted, ascii_only)
        return
    starts = [0, *accumulate(len(element.value.encode("utf-8")) for element in raw.elements)]
    for first, last, new in _regions(text, starts, changes):
        lines = _LINE.findall(new.decode("utf-8"))
        yield from _splice_region(json_text, raw, first, last, lines, ascii_only)


def _regions(text: bytes, starts: list[int], changes: Sequence[Change]) -> Iterator[tuple[int, int, bytes]]:
    """First and last element of each run of elements that changes, and the new text of the run."""
    count = len(starts) - 1
    rest = list(changes)

    def element_at(offset: int) -> int:
        return min(bisect_right(starts, offset) - 1, count - 1)

    while rest:
        first = last = element_at(rest[0].span.start)
        inner: list[Change] = []
        while True:
            while rest and element_at(rest[0].span.start) <= last + 1:
                change = rest.pop(0)
                inner.append(change)
                last = max(last, element_at(max(change.span.start, change.span.end - 1)))
            begin, end = starts[first], starts[last + 1]
            moved = [Change(Span(c.span.start - begin, c.span.end - begin), c.text) for c in inner]
            new = apply_changes(text[begin:end], moved)
            # A run that lost its last line end goes on in the next element's line.
            lost_end = text[begin:end].endswith(b"\n") and new and not new.endswith(b"\n")
            if not lost_end or last + 1 == count:
                break
            last += 1
        yield first, last, new


def _splice_region(
    json_text: str, raw: RawCell, first: int, last: int, lines: list[str], ascii_only: bool
) -> Iterator[Splice]:
    """Splices that make the elements from `first` to `last` spell `lines`."""
    old = raw.elements[first : last + 1]
    values = [element.value for element in old]
    head = _common(values, lines)
    tail = _common(values[head:][::-1], lines[head:][::-1])
    old, new = old[head : len(old) - tail], lines[head : len(lines) - tail]
    separator = _separator(json_text, raw)
    extra = [spell(line, ascii_only, raw.quoted) for line in new[len(old) :]]
    if not old:
        if extra:
            yield _insertion(raw, first + head, extra, separator)
        return
    if not new:
        yield _removal(raw, first + head, len(old))
        return
    kept = min(len(old), len(new))
    for index in range(kept):
        yield _respelled(json_text, raw, old[index], new[index], ascii_only)
    if extra:
        yield old[-1].end, old[-1].end, "".join(separator + line for line in extra)
    elif len(old) > kept:
        yield old[kept - 1].end, old[-1].end, ""


def _respelled(json_text: str, raw: RawCell, element: Element, new: str, ascii_only: bool) -> Splice:
    quote = 1 if raw.quoted else 0
    start, end = element.start + quote, element.end - quote
    return start, end, respell(json_text[start:end], element.value, new, ascii_only)


def _insertion(raw: RawCell, index: int, spelled: list[str], separator: str) -> Splice:
    """New elements before the one at `index`, or after the last."""
    if index < len(raw.elements):
        start = raw.elements[index].start
        return start, start, "".join(line + separator for line in spelled)
    end = raw.elements[-1].end
    return end, end, "".join(separator + line for line in spelled)


def _removal(raw: RawCell, index: int, count: int) -> Splice:
    """Elements taken away together with the comma beside them."""
    after = index + count
    if after < len(raw.elements):
        return raw.elements[index].start, raw.elements[after].start, ""
    if index > 0:
        return raw.elements[index - 1].end, raw.elements[-1].end, ""
    return raw.start + 1, raw.end - 1, ""


def _separator(json_text: str, raw: RawCell) -> str:
    """What stands between two elements: comma and white space."""
    if not raw.quoted:
        return ""
    if len(raw.elements) > 1:
        return json_text[raw.elements[0].end : raw.elements[1].start]
    return "," + (json_text[raw.start + 1 : raw.elements[0].start] or " ")


def _fresh(text: str, quoted: bool, ascii_only: bool) -> str:
    """The JSON of a cell that had no text."""
    if not quoted:
        return spell(text, ascii_only, quoted=True)
    return "[" + ", ".join(spell(line, ascii_only, quoted=True) for line in _LINE.findall(text)) + "]"


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many items two sequences share at their start."""
    limit = min(len(one), len(other))
    return next((index for index in range(limit) if one[index] != other[index]), limit)
