"""inline: where in its block a trained model is registered."""

from __future__ import annotations

import re

from tree_sitter import Node

from adapter.graph.store import packaged_atlas
from adapter.inline.present import concepts_used
from adapter.inline.registry.found import Trained
from adapter.inline.script import Script
from adapter.translate.context import statements_in

_DEFINING = frozenset(
    {
        "function_definition",
        "class_definition",
        "decorated_definition",
        "import_statement",
        "import_from_statement",
    }
)
_LEAVING = frozenset({"return_statement", "delete_statement", "raise_statement", "continue_statement"})


def last_statement(script: Script, found: Trained) -> Node:
    """The last statement of a block that has to do with a model: registration goes behind it.

    It is the end of the block, behind all reports, or where the model or its inputs get another value; in
    a notebook the registration stays with the cell that uses the model last.
    """
    after, block = found.after, found.after.parent
    assert block is not None
    to_the_end = script.source.cells is None
    root = re.split(r"[.\[(]", found.name)[0]
    search = re.compile(rf"(?<![\w.]){re.escape(found.name if root == 'self' else root)}\b")
    inputs = set(re.findall(r"[A-Za-z_]\w*", found.fit.data[0])) if found.fit.data else set()
    ended = _ends_of_runs(script)
    for statement in statements_in(block):
        if statement.start_byte <= after.start_byte or statement.type in _DEFINING:
            continue
        if (
            statement.type in _LEAVING
            or _makes_again(script, statement, root)
            or _ends(script, statement, ended)
        ):
            break
        if any(_makes_again(script, statement, name) for name in inputs):
            break
        if to_the_end or search.search(script.text(statement)):
            after = statement
    return after


def _ends(script: Script, statement: Node, ended: list[Node]) -> bool:
    """Whether a statement ends the program or the run, or waits for its user."""
    if any(statement.start_byte <= end.start_byte < statement.end_byte for end in ended):
        return True
    text = script.text(statement)
    return re.match(r"(sys\.exit|exit|quit|os\._exit|(\w+\.)*(show|end_training)|input)\(", text) is not None


def _ends_of_runs(script: Script) -> list[Node]:
    atlas = packaged_atlas()
    libraries = (atlas.library(name) for name in atlas.names)
    return [
        node
        for library in libraries
        for node in concepts_used(script.source, library).get("tracking.end_run", ())
    ]


def _makes_again(script: Script, statement: Node, name: str) -> bool:
    """Whether a statement gives the model's name another model; wrapping it again is none."""
    for node in script.walk(statement):
        if node.type == "assignment" and assigns(script, node, name):
            right = node.child_by_field_name("right")
            text = script.text(right) if right is not None else ""
            if text and "load" not in text and not re.search(rf"\b{re.escape(name)}\b", text):
                return True
    return False


def assigns(script: Script, node: Node, name: str) -> bool:
    """Whether a node gives a name another value."""
    left = node.child_by_field_name("left") if node.type in ("assignment", "for_statement") else None
    if left is None:
        return False
    names = [left] if left.type == "identifier" else left.named_children
    if left.type not in ("identifier", "pattern_list", "tuple_pattern"):
        return script.text(left) == name
    return any(script.text(each) == name for each in names)
