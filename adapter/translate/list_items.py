"""List items: the commas that go with items that leave a list display or the base classes of a class."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import groupby, pairwise

from tree_sitter import Node

from adapter.plan import Change, Span


def leave(item: Node, left: Collection[int]) -> list[Change]:
    """Takes an item out, with the comma that is then one too many.

    `left` are the IDs of the items that left the list before, each with a comma. Whatever the order, the
    commas of several items never overlap, and what one item took can be given back alone.
    """
    holder = item.parent
    assert holder is not None
    taken = set(_commas(holder, left))
    commas = [span for span in _commas(holder, {*left, item.id}) if span not in taken]
    return [Change(span, "") for span in [Span(item.start_byte, item.end_byte), *commas]]


def _commas(holder: Node, gone: Collection[int]) -> Iterator[Span]:
    """One comma for every item that is gone: the one before it, behind it where the list begins with it."""
    items = [child for child in holder.named_children if child.type != "comment"]
    if all(item.id in gone for item in items):
        yield from _all(holder, items)
        return
    runs = [(is_gone, list(run)) for is_gone, run in groupby(items, lambda item: item.id in gone)]
    for index, (is_gone, run) in enumerate(runs):
        if is_gone:
            beside = [runs[index - 1][1][-1], *run] if index else [*run, runs[index + 1][1][0]]
            yield from _between(holder, beside)


def _all(holder: Node, items: list[Node]) -> Iterator[Span]:
    """No item is left: nor is what stands around them, the brackets of base classes included."""
    yield from _between(holder, items)
    start, end = holder.start_byte, holder.end_byte
    if any(child.type == "comment" for child in holder.children):
        yield from _comma_tokens(holder, items[-1].end_byte, end)
    elif holder.type == "argument_list":
        yield from (Span(start, items[0].start_byte), Span(items[-1].end_byte, end))
    else:
        yield from (Span(start + 1, items[0].start_byte), Span(items[-1].end_byte, end - 1))


def _between(holder: Node, items: list[Node]) -> Iterator[Span]:
    for first, second in pairwise(items):
        start, end = first.end_byte, second.start_byte
        if any(child.type == "comment" and start <= child.start_byte < end for child in holder.children):
            yield from _comma_tokens(holder, start, end)
        else:
            yield Span(start, end)


def _comma_tokens(holder: Node, start: int, end: int) -> Iterator[Span]:
    for child in holder.children:
        if child.type == "," and start <= child.start_byte < end:
            yield Span(child.start_byte, child.end_byte)
