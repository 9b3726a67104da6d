"""source: changes to spans of a text: collected, composed where they nest, applied in one pass."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from adapter.plan import Change, Span

_BARE_LINE_FEED = re.compile(r"(?<!\r)\n")


class OverlapError(ValueError):
    """Two changes claim the same bytes, or a change lies outside of the text."""


def apply_changes(data: bytes, changes: Iterable[Change], newline: str = "\n") -> bytes:
    r"""The text with every change made; all bytes outside their spans stay.

    Insertions at one place keep their order and stand before a replacement that begins there. A "\n" in
    a change's text becomes `newline`. Raises OverlapError.
    """
    parts: list[bytes] = []
    done = 0
    for change in sorted(changes, key=_place):
        if change.span.start < done or not change.span.start <= change.span.end <= len(data):
            raise OverlapError(f"{change!r} overlaps the change before it, or lies outside of the text")
        parts.append(data[done : change.span.start])
        parts.append(with_newlines(change.text, newline).encode("utf-8"))
        done = change.span.end
    parts.append(data[done:])
    return b"".join(parts)


def with_newlines(text: str, newline: str) -> str:
    r"""The text with every line feed that stands alone replaced by `newline`."""
    return text if newline == "\n" or "\n" not in text else _BARE_LINE_FEED.sub(newline, text)


def _place(change: Change) -> tuple[int, int]:
    return change.span.start, change.span.end


class Changes:
    """Changes of one text that never overlap, in order of their places.

    A change inside the span of a larger one has to be absorbed first: take the new text of the inner
    span with `absorb` and put it into the text of the outer change. An insertion at either end of a span
    is beside it, not inside.
    """

    def __init__(self, changes: Iterable[Change] = ()) -> None:
        self._places: list[tuple[int, int]] = []
        self._changes: list[Change] = []
        for change in changes:
            self.add(change)

    def __len__(self) -> int:
        return len(self._changes)

    def add(self, change: Change) -> None:
        """Collect a change; raises OverlapError if another one claims some of its bytes."""
        place = _place(change)
        index = bisect_right(self._places, place)
        for other in self._changes[max(index - 1, 0) : index + 1]:
            if other.span.overlaps(change.span):
                raise OverlapError(f"{change!r} overlaps {other!r}")
        self._places.insert(index, place)
        self._changes.insert(index, change)

    def within(self, span: Span) -> list[Change]:
        """The changes inside a span, in order; raises OverlapError for one that is partly inside."""
        first, last = self._range(span)
        return self._changes[first:last]

    def render(self, data: bytes, span: Span) -> str:
        """The text of a span with the changes inside it made; they stay collected."""
        return _render(data, span, self.within(span))

    def absorb(self, data: bytes, span: Span) -> str:
        """The text of a span with the changes inside it made; they are collected no longer."""
        first, last = self._range(span)
        text = _render(data, span, self._changes[first:last])
        del self._places[first:last], self._changes[first:last]
        return text

    def all(self) -> list[Change]:
        """Every change, in order."""
        return list(self._changes)

    def _range(self, span: Span) -> tuple[int, int]:
        """The slice of changes inside a span. Since none overlap, they stand together."""
        first = bisect_right(self._places, (span.start, span.start))
        last = bisect_left(self._places, (span.end, span.end), lo=first)
        for index in (first - 1, last - 1):
            if 0 <= index < len(self._changes) and _straddles(self._changes[index].span, span):
                raise OverlapError(f"{self._changes[index]!r} is partly inside {span!r}")
        if first < last and not span.contains(self._changes[first].span):
            return first, first
        return first, last


def _straddles(span: Span, other: Span) -> bool:
    return span.overlaps(other) and not other.contains(span) and not span.contains(other)


def _render(data: bytes, span: Span, changes: list[Change]) -> str:
    moved = [Change(Span(c.span.start - span.start, c.span.end - span.start), c.text) for c in changes]
    return apply_changes(data[span.start : span.end], moved).decode("utf-8")
