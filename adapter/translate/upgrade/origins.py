"""Where a place of a rewritten text stands in the text as it was: reports speak of that one."""

from __future__ import annotations

from dataclasses import replace
from difflib import SequenceMatcher

from adapter.plan import Site, Span
from adapter.source.text import Source


class Origins:
    """Places of a rewritten source, told in the lines of the original one."""

    def __init__(self, original: Source, current: Source) -> None:
        self._original, self._current = original, current
        old, new = original.data.splitlines(keepends=True), current.data.splitlines(keepends=True)
        matcher = SequenceMatcher(None, old, new, autojunk=False)
        self._lines: list[int] = [0] * (len(new) + 1)
        for _, old_start, old_end, new_start, new_end in matcher.get_opcodes():
            for index in range(new_start, new_end):
                self._lines[index] = min(old_start + index - new_start, max(old_end - 1, old_start))
        self._starts, at = [0], 0
        for line in old:
            at += len(line)
            self._starts.append(at)
        self._new_starts, at = [0], 0
        for line in new:
            at += len(line)
            self._new_starts.append(at)

    def site(self, site: Site) -> Site:
        """The site where it stands in the original; a line that was rewritten stands for its old one."""
        return replace(
            self._original.site(
                Span(self._place(site.span.start), self._place(site.span.end)), site.kind, site.api
            )
        )

    def _place(self, offset: int) -> int:
        from bisect import bisect_right

        line = max(bisect_right(self._new_starts, offset) - 1, 0)
        old_line = self._lines[min(line, len(self._lines) - 1)]
        column = offset - self._new_starts[line]
        start = self._starts[min(old_line, len(self._starts) - 1)]
        end = self._starts[min(old_line + 1, len(self._starts) - 1)]
        return min(start + column, max(end - 1, start), len(self._original.data))
