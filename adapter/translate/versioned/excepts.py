"""translate: `except` clauses around calls that can raise the target's exceptions now."""

from __future__ import annotations

from collections.abc import Sequence

from tree_sitter import Node

from adapter.plan import Change, GapReason, Span
from adapter.translate.ledger import Done
from adapter.translate.lift import NoPathError
from adapter.translate.versioned.nodes import child, is_part, text_of, walk
from adapter.translate.versioned.sites import KeptError

_OF_GIT = frozenset({"stderr", "stdout", "status", "command"})


def widened(node: Node, written: set[int], done: Sequence[Done], name: str) -> Change:
    """The change that lets an `except` of git's exception catch the target's as well.

    Raises:
        KeptError: nothing that is guarded was rewritten, or it is caught already.
        NoPathError: the handler asks for what only git's exception has.
    """
    clause = node
    while clause.type != "except_clause":
        assert clause.parent is not None
        clause = clause.parent
    guarded = clause.parent
    body = child(guarded, "body") if guarded is not None else None
    if body is None or not any(is_part(each.use.node, body) for each in done) or not name:
        raise KeptError("what it guards raises git's exceptions alone")
    if guarded is not None and any(
        name in text_of(each).partition(":")[0]
        for each in guarded.named_children
        if each.type == "except_clause"
    ):
        raise KeptError("it is caught already")
    if not text_of(node).endswith(("GitCommandError", "GitError", "CommandError")):
        raise KeptError("DVC raises nothing of this kind")
    bound = _bound_name(clause)
    for each in walk(clause) if bound else ():
        if text_of(each) in {f"{bound}.{member}" for member in _OF_GIT}:
            detail = f"{text_of(each)} is git's alone; catch {name} in a clause of its own"
            raise NoPathError(GapReason.VALUE, detail)
    span = Span(node.start_byte, node.end_byte)
    if node.parent is not None and node.parent.type == "tuple":
        return Change(span, f"{text_of(node)}, {name}")
    return Change(span, f"({text_of(node)}, {name})")


def _bound_name(clause: Node) -> str:
    for each in clause.named_children:
        if each.type == "as_pattern":
            return text_of(each).rpartition(" as ")[2].strip()
    return ""
