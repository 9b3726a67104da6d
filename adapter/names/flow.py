"""names: which of several bindings of a name a read can see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tree_sitter import Node

from adapter.names.bindings import Binding, Form
from adapter.names.scopes import Scope

_BLOCKS = frozenset(("block", "module"))
_LOOPS = frozenset(("for_statement", "while_statement"))
_LEAVES = frozenset(("return_statement", "raise_statement", "continue_statement", "break_statement"))
_ARMS = frozenset(("block", "elif_clause", "else_clause", "case_clause"))


def reaching(bindings: Sequence[Binding], read: Node, scope: Scope, homes: dict[int, Node]) -> list[Binding]:
    """The bindings of one scope that may hold at a read in the same scope.

    The last one that surely ran before the read, those that may have run since, and those that an
    earlier round of a loop may have left behind. Empty when none can have run. `homes` keeps what was
    found out about the bindings for the next question.
    """
    at = read.start_byte
    above = _ancestors(read, scope)
    places = {node.id: place for place, node in enumerate(above)}
    sure: Binding | None = None
    maybe: list[Binding] = []
    for binding in bindings:
        if binding.effect > at:
            continue
        home = homes.get(binding.target.id)
        if home is None:
            home = homes[binding.target.id] = _home(binding, scope)
        if home.id in places:
            sure, maybe = binding, []
        elif not _leaves(home) and not _on_another_branch(home, above, places):
            maybe.append(binding)
    carried = _carried(bindings, at, above, sure) if bindings[-1].effect > at else []
    found = ([sure] if sure is not None else []) + maybe
    return found + [binding for binding in carried if binding not in found]


def _ancestors(node: Node, scope: Scope) -> list[Node]:
    """The nodes around a node, inside its scope, innermost first."""
    found = []
    parent, last = node.parent, scope.node.id
    while parent is not None:
        found.append(parent)
        if parent.id == last:
            break
        parent = parent.parent
    return found


def _home(binding: Binding, scope: Scope) -> Node:
    """The block that has to run for the binding to be made."""
    if binding.form is Form.PARAMETER:
        return scope.node
    node: Node | None = binding.target
    while node is not None and node.id != scope.node.id:
        parent = node.parent
        if parent is None:
            break
        if binding.form is Form.FOR and parent.type == "for_statement":
            return parent.child_by_field_name("body") or parent
        if binding.form is Form.EXCEPT and parent.type.startswith("except"):
            return parent.named_children[-1]
        if binding.form is Form.MATCH and parent.type == "case_clause":
            return parent.child_by_field_name("consequence") or parent
        if parent.type in _BLOCKS:
            return parent
        node = parent
    return scope.node


def _leaves(block: Node) -> bool:
    """Whether nothing after the block sees what happened in it."""
    children = block.named_children
    return bool(children) and children[-1].type in _LEAVES


def _on_another_branch(home: Node, above: Sequence[Node], places: Mapping[int, int]) -> bool:
    """Whether the read stands in another branch of an `if` or `match` that the binding is in."""
    node = home
    while node.parent is not None:
        parent = node.parent
        place = places.get(parent.id)
        if place is not None:
            chooses = parent.type == "if_statement" or node.type == "case_clause"
            return chooses and place > 0 and node.type in _ARMS and above[place - 1].type in _ARMS
        node = parent
    return False


def _carried(
    bindings: Sequence[Binding], at: int, above: Sequence[Node], sure: Binding | None
) -> list[Binding]:
    """The later bindings that an earlier round of a loop around the read has made."""
    found: list[Binding] = []
    for loop in above:
        if loop.type not in _LOOPS:
            continue
        start, end = loop.start_byte, loop.end_byte
        if sure is not None and start <= sure.target.start_byte < end:
            break
        for binding in bindings:
            if binding.effect > at and start <= binding.target.start_byte < end and binding not in found:
                found.append(binding)
    return found
