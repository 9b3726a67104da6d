"""Report: what differs between two lists of lines, fast for large files with small, scattered changes.

Lines that occur once in both texts are matched first, in their longest common order; only the short stretches
between them go through `difflib`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

Lines = list[bytes]

# Above this many line pairs difflib would take seconds: such a stretch counts as replaced as a whole.
_LARGEST_STRETCH = 4_000_000


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines `before_start:before_end` of the one text and their counterpart, with some context.

    `rows` are pairs of a sign (b" ", b"-" or b"+") and a line.
    """

    before_start: int
    before_end: int
    after_start: int
    after_end: int
    rows: list[tuple[bytes, bytes]]

    def header(self) -> str:
        """The `@@` line without its line end."""
        before = _range(self.before_start, self.before_end)
        return f"@@ -{before} +{_range(self.after_start, self.after_end)} @@"


def split_lines(data: bytes) -> Lines:
    """The lines of a text with their line ends; only a line feed ends a line, as in git."""
    *lines, last = data.split(b"\n")
    return [line + b"\n" for line in lines] + ([last] if last else [])


def hunks(before: Lines, after: Lines, context: int = 3) -> Iterator[Hunk]:
    """The differences of two texts with `context` lines around each, as `diff -u` groups them."""
    group: list[tuple[int, int, int, int]] = []
    for block in _differences(before, after):
        if group and block[0] - group[-1][1] > 2 * context:
            yield _hunk(before, after, group, context)
            group = []
        group.append(block)
    if group:
        yield _hunk(before, after, group, context)


def _hunk(before: Lines, after: Lines, group: list[tuple[int, int, int, int]], context: int) -> Hunk:
    before_start, after_start = max(group[0][0] - context, 0), max(group[0][2] - context, 0)
    before_end, after_end = min(group[-1][1] + context, len(before)), min(group[-1][3] + context, len(after))
    rows: list[tuple[bytes, bytes]] = []
    position = before_start
    for start, end, new_start, new_end in group:
        rows += [(b" ", line) for line in before[position:start]]
        rows += [(b"-", line) for line in before[start:end]]
        rows += [(b"+", line) for line in after[new_start:new_end]]
        position = end
    rows += [(b" ", line) for line in before[position:before_end]]
    return Hunk(before_start, before_end, after_start, after_end, rows)


def _range(start: int, end: int) -> str:
    if end - start == 1:
        return str(start + 1)
    # An empty range names the line before it.
    return f"{start + 1 if end > start else start},{end - start}"


def _differences(before: Lines, after: Lines) -> Iterator[tuple[int, int, int, int]]:
    """The stretches that are not equal: start and end in each text, in order."""
    position = new_position = 0
    for start, new_start, length in _matches(before, after):
        if start > position or new_start > new_position:
            yield position, start, new_position, new_start
        position, new_position = start + length, new_start + length
    if position < len(before) or new_position < len(after):
        yield position, len(before), new_position, len(after)


def _matches(before: Lines, after: Lines) -> list[tuple[int, int, int]]:
    """Runs of equal lines as (start, start in the other, length), in order, not overlapping."""
    found: list[tuple[int, int, int]] = []
    stretches = [(0, len(before), 0, len(after))]
    while stretches:
        low, high, new_low, new_high = stretches.pop()
        head = _common_head(before, after, low, high, new_low, new_high)
        if head:
            found.append((low, new_low, head))
            low, new_low = low + head, new_low + head
        tail = _common_tail(before, after, low, high, new_low, new_high)
        if tail:
            found.append((high - tail, new_high - tail, tail))
            high, new_high = high - tail, new_high - tail
        if low == high or new_low == new_high:
            continue
        anchors = _anchors(before, after, low, high, new_low, new_high)
        if anchors:
            # The anchor itself is found as the common head of the stretch that begins with it.
            starts = [(low, new_low), *anchors]
            ends = [*anchors, (high, new_high)]
            stretches += [
                (start[0], end[0], start[1], end[1]) for start, end in zip(starts, ends, strict=True)
            ]
        elif (high - low) * (new_high - new_low) <= _LARGEST_STRETCH:
            matcher = SequenceMatcher(None, before[low:high], after[new_low:new_high], autojunk=False)
            found += [
                (low + match.a, new_low + match.b, match.size)
                for match in matcher.get_matching_blocks()
                if match.size
            ]
    return sorted(found)


def _common_head(before: Lines, after: Lines, low: int, high: int, new_low: int, new_high: int) -> int:
    length, longest = 0, min(high - low, new_high - new_low)
    while length < longest and before[low + length] == after[new_low + length]:
        length += 1
    return length


def _common_tail(before: Lines, after: Lines, low: int, high: int, new_low: int, new_high: int) -> int:
    length, longest = 0, min(high - low, new_high - new_low)
    while length < longest and before[high - 1 - length] == after[new_high - 1 - length]:
        length += 1
    return length


def _anchors(
    before: Lines, after: Lines, low: int, high: int, new_low: int, new_high: int
) -> list[tuple[int, int]]:
    """Lines that occur once in each stretch, the longest series that keeps its order in both."""
    counts, new_counts = Counter(before[low:high]), Counter(after[new_low:new_high])
    places = {
        line: index
        for index, line in enumerate(after[new_low:new_high], new_low)
        if new_counts[line] == 1 and counts.get(line) == 1
    }
    pairs = [(index, places[line]) for index, line in enumerate(before[low:high], low) if line in places]
    return _longest_rising(pairs)


def _longest_rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest series of pairs whose second members rise (patience sorting)."""
    tops: list[int] = []
    top_pairs: list[int] = []
    previous: list[int] = []
    for index, (_line, place) in enumerate(pairs):
        pile = bisect_left(tops, place)
        previous.append(top_pairs[pile - 1] if pile else -1)
        if pile == len(tops):
            tops.append(place)
            top_pairs.append(index)
        else:
            tops[pile], top_pairs[pile] = place, index
    series: list[tuple[int, int]] = []
    index = top_pairs[-1] if top_pairs else -1
    while index >= 0:
        series.append(pairs[index])
        index = previous[index]
    return series[::-1]
