"""translate: `except` clauses around calls that can raise the target's exceptions now."""

from __future__ import annotations

from collections.abc import Sequence

from tree_sitter import Node

from adapter.plan import Change, GapReason, Span
from adapter.translate.ledger import Done
from adapter.translate.lift import NoPathError
from adapter.translate.versioned.nodes import child, is_part, text_of, walk
from adapter.translate.versioned.sites import KeptError

_SAID = frozenset({"stderr", "stdout"})
_OF_GIT = frozenset({"status", "command"})


def widened(node: Node, done: Sequence[Done], name: str) -> list[Change]:
    """The changes that let an `except` of git's exception catch the target's as well.

    Raises:
        KeptError: nothing that is guarded was rewritten, or it is caught already.
        NoPathError: the handler asks for what only git's exception has.
    """
    clause = _clause_of(node)
    guarded = clause.parent
    if not guarded_by(node, done) or not name or guarded is None:
        raise KeptError("what it guards raises git's exceptions alone")
    clauses = [each for each in guarded.named_children if each.type == "except_clause"]
    if any(name in text_of(each).partition(":")[0] for each in clauses):
        raise KeptError("it is caught already")
    if not text_of(node).endswith(("GitCommandError", "GitError", "CommandError")):
        raise KeptError("DVC raises nothing of this kind")
    span = Span(node.start_byte, node.end_byte)
    in_tuple = node.parent is not None and node.parent.type == "tuple"
    text = f"{text_of(node)}, {name}"
    return [Change(span, text if in_tuple else f"({text})"), *_said(clause, name)]


def guarded_by(node: Node, done: Sequence[Done]) -> list[Done]:
    """The rewritten sites in the body of the `try` to which an exception's `except` belongs."""
    guarded = _clause_of(node).parent
    body = child(guarded, "body") if guarded is not None else None
    return [each for each in done if body is not None and is_part(each.use.node, body)]


def _clause_of(node: Node) -> Node:
    while node.type != "except_clause":
        assert node.parent is not None
        node = node.parent
    return node


def _said(clause: Node, name: str) -> list[Change]:
    """`error.stderr` in a handler: what git said, or else the target's exception itself.

    Raises:
        NoPathError: it asks for something else that only git's exception has.
    """
    bound = _bound_name(clause)
    changes: list[Change] = []
    for each in walk(clause) if bound else ():
        member = text_of(each).removeprefix(f"{bound}.") if each.type == "attribute" else ""
        if member in _OF_GIT:
            detail = f"{text_of(each)} is git's alone; catch {name} in a clause of its own"
            raise NoPathError(GapReason.VALUE, detail)
        if member in _SAID:
            span = Span(each.start_byte, each.end_byte)
            changes.append(Change(span, f'getattr({bound}, "{member}", {bound})'))
    return changes


def _bound_name(clause: Node) -> str:
    for each in clause.named_children:
        if each.type == "as_pattern":
            return text_of(each).rpartition(" as ")[2].strip()
    return ""
