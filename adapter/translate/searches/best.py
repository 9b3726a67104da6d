"""searches: how a program reads the best parameters, where the libraries tell a choice differently."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tree_sitter import Node

from adapter.translate.searches.desk import Desk
from adapter.translate.searches.syntax import called, literal_text, reads_of

_SHOWN = re.compile(
    r"^(print|pprint|pprint\.pprint|pp|repr|str|display|(log|logger|logging|LOG|LOGGER|self\.logger|self\.log)\.\w+)$"
)


@dataclass
class BestReads:
    """How the best parameters are read: `named` are read one by one, `whole` tells that all are handed on.

    `points` are the expressions that are given to what evaluates a point of the space.
    """

    named: set[str] = field(default_factory=set)
    whole: bool = False
    points: list[Node] = field(default_factory=list)

    def indexed(self) -> frozenset[str] | None:
        """Names of choices whose position is read; None for all."""
        return None if self.whole else frozenset(self.named)

    def see(self, desk: Desk, node: Node) -> None:
        """Takes one expression in that stands for the best parameters."""
        parent = node.parent
        if parent is None:
            return
        if parent.type == "subscript" and parent.child_by_field_name("value") == node:
            key = literal_text(parent.child_by_field_name("subscript"))
            if is_shown(parent):
                return
            if key is None:
                self.whole = True
            else:
                self.named.add(key)
            return
        if parent.type == "expression_statement" or is_shown(node):
            return
        if parent.type == "assignment" and parent.child_by_field_name("right") == node:
            left = parent.child_by_field_name("left")
            if left is not None and left.type == "identifier":
                for place in reads_of(desk.names, left, node):
                    self.see(desk, place)
                return
        if parent.type in ("argument_list", "keyword_argument"):
            call = parent.parent if parent.type == "argument_list" else parent.parent and parent.parent.parent
            if call is not None and desk.sites.concept(call) == "tuning.point":
                self.points.append(node)
                return
        self.whole = True


def is_shown(node: Node) -> bool:
    """Whether an expression is only put into a text for people."""
    parent = node.parent
    while parent is not None and parent.type in (
        "argument_list",
        "interpolation",
        "string",
        "parenthesized_expression",
        "binary_operator",
        "concatenated_string",
        "keyword_argument",
    ):
        if parent.type == "argument_list" and parent.parent is not None:
            call = parent.parent
            if _SHOWN.match(called(call)):
                return True
            if not called(call).endswith(".format"):
                return False
            parent = call
        if parent.type == "binary_operator" and not any(c.type == "string" for c in parent.named_children):
            return False
        parent = parent.parent
    return False
