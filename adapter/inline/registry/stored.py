"""inline: the file in which a script stores its trained model anyway."""

from __future__ import annotations

import re

from tree_sitter import Node

from adapter.inline.landmarks.model import Landmarks, Saved
from adapter.inline.registry.found import Trained
from adapter.inline.script import Script


def stored_file(script: Script, landmarks: Landmarks, found: Trained) -> str:
    """The expression of the path at which the model lies when it is registered, "" where there is none."""
    for saved in reversed(landmarks.saved):
        if saved.what in ("model", "state_dict") and "\n" not in saved.path and _holds(script, saved, found):
            return saved.path
    return ""


def _holds(script: Script, saved: Saved, found: Trained) -> bool:
    home = script.function_of(found.after)
    if script.function_of(saved.node) != home or saved.node.start_byte > found.after.end_byte:
        return False
    within = found.fit.node.start_byte <= saved.node.start_byte < found.fit.node.end_byte
    if within:
        return bool(found.restore) and saved.path in found.restore
    holder = found.name.removesuffix(".model")
    named = re.search(rf"(?<![\w.]){re.escape(holder)}\b", saved.object) is not None
    return (
        named
        and saved.node.start_byte > found.fit.node.end_byte
        and _unconditional(script, saved.statement, found)
    )


def _unconditional(script: Script, statement: Node, found: Trained) -> bool:
    """Whether a statement runs whenever the place of registration is reached."""
    block = found.after.parent
    node: Node | None = statement
    while node is not None and node.parent != block:
        if node.type in ("if_statement", "for_statement", "while_statement", "except_clause"):
            return False
        node = node.parent
    return node is not None and node.type not in ("if_statement", "for_statement", "while_statement")
