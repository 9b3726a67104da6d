"""Items that leave a list in any order take the right commas along, and can be given back one by one."""

from itertools import permutations
from pathlib import Path

import pytest
from tree_sitter import Node

from adapter.source.edits import Changes, apply_changes
from adapter.source.text import Source, read_source
from adapter.translate.list_items import leave

HOLDERS = ("list", "argument_list")
LISTS = {
    "one line": ("x = [a, b, c]\n", {"a": "[b, c]", "b": "[a, c]", "c": "[a, b]", "bc": "[a]", "abc": "[]"}),
    "trailing comma": (
        "x = [\n    a,\n    b,\n]\n",
        {"a": "[\n    b,\n]", "b": "[\n    a,\n]", "ab": "[]"},
    ),
    "comments": ("x = [\n    a,  # A\n    b,  # B\n]\n", {"a": "[\n      # A\n    b,  # B\n]"}),
    "bases": ("class x(a, b):\n    pass\n", {"a": "(b)", "b": "(a)", "ab": ""}),
}
CASES = [(text, gone, left) for text, results in LISTS.values() for gone, left in results.items()]


def items_of(source: Source) -> dict[str, Node]:
    found: dict[str, Node] = {}
    stack = [source.tree.root_node]
    while stack:
        node = stack.pop()
        stack.extend(node.children)
        if (
            node.type == "identifier"
            and node.parent is not None
            and node.parent.type in ("list", "argument_list")
        ):
            found[source.node_text(node)] = node
    return found


@pytest.mark.parametrize(("text", "gone", "left"), CASES)
def test_whatever_the_order(text: str, gone: str, left: str) -> None:
    for order in permutations(gone):
        source = read_source(Path("a.py"), text.encode())
        items, changes, out = items_of(source), Changes(), set[int]()
        for name in order:
            for change in leave(items[name], out):
                changes.add(change)
            out.add(items[name].id)
        start, end = text.split("x", 1)[0] + "x", "\n" if left.startswith("[") else ":\n    pass\n"
        space = " = " if left.startswith("[") else ""
        assert apply_changes(source.data, changes.all()).decode() == start + space + left + end


def test_an_item_that_stays_after_all_has_its_comma() -> None:
    source = read_source(Path("a.py"), b"x = [a, b, c]\n")
    items = items_of(source)
    first = leave(items["c"], set())
    second = leave(items["b"], {items["c"].id})
    for taken, left in ((first, "[a, b]"), (second, "[a, c]"), ([*first, *second], "[a]")):
        assert apply_changes(source.data, taken).decode() == f"x = {left}\n"
