"""inline: the loop that gives a model its batches, and what it goes over."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from adapter.inline.landmarks.loops import positional, shown
from adapter.inline.optimise.saying import Frame
from adapter.inline.script import Script

_COMPREHENSIONS = frozenset({"list_comprehension", "generator_expression"})


def batch_loop(script: Script, call: Node, frame: Frame) -> tuple[Node, Frame] | None:
    """The loop over batches around the call of a model, and the frame that it stands in."""
    for loop, home in loops_around(call, frame):
        if loop.type != "while_statement" and _gives_batches(script, loop):
            return loop, home
    return None


def loops_around(call: Node, frame: Frame) -> Iterator[tuple[Node, Frame]]:
    """The loops and clauses of comprehensions around a call, from the inside out."""
    node: Node | None = call
    for home in frame.outwards():
        while node is not None and node != home.function:
            if node.type in ("for_statement", "while_statement"):
                yield node, home
            elif node.type in _COMPREHENSIONS:
                yield from ((c, home) for c in node.named_children if c.type == "for_in_clause")
            node = node.parent
        node = home.call


def _gives_batches(script: Script, loop: Node) -> bool:
    source = loop.child_by_field_name("right")
    if source is None:
        return False
    source = shown(script, source)
    if not re.match(r"(range|trange|tqdm\.trange|itertools\.count|count)\(", script.text(source)):
        return True
    return len(positional(source)) == 3


def element(script: Script, loop: Node) -> Node:
    """The part of a loop's target that a batch is bound to."""
    left, source = loop.child_by_field_name("left"), loop.child_by_field_name("right")
    assert left is not None
    assert source is not None
    if _is_enumerate(script, shown(script, source)) and left.named_child_count == 2:
        return left.named_children[1]
    return left


def over(script: Script, loop: Node) -> Node:
    """What a loop goes over, without what counts or shows its progress."""
    source = loop.child_by_field_name("right")
    assert source is not None
    source = shown(script, source)
    if _is_enumerate(script, source):
        source = shown(script, positional(source)[0])
    return source


def _is_enumerate(script: Script, node: Node) -> bool:
    return node.type == "call" and script.text(node).startswith("enumerate(")
