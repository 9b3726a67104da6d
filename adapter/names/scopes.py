"""names: the scopes of a file, found by their keywords rather than by a walk over the tree."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum

from tree_sitter import Node


class ScopeKind(StrEnum):
    """What makes a scope."""

    MODULE = "module"
    FUNCTION = "function"
    LAMBDA = "lambda"
    CLASS = "class"
    COMPREHENSION = "comprehension"


_KEYWORD = re.compile(rb"\b(?:def|class|lambda|for)\b")
_KINDS = {
    "function_definition": ScopeKind.FUNCTION,
    "class_definition": ScopeKind.CLASS,
    "lambda": ScopeKind.LAMBDA,
}
_COMPREHENSIONS = frozenset(
    ("list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression")
)


@dataclass(frozen=True, slots=True)
class Scope:
    """A region in which names are bound on their own.

    `start` and `end` bound the code that runs inside: the body of a function, not its parameters
    with their defaults and annotations. `outer` is the index of the enclosing scope, -1 for none.
    """

    index: int
    kind: ScopeKind
    node: Node
    start: int
    end: int
    outer: int


class Scopes:
    """All scopes of a tree, in order of their start; index 0 is the module."""

    def __init__(self, root: Node, data: bytes) -> None:
        found = [(-1, -len(data) - 2, ScopeKind.MODULE, root)]
        holes: dict[int, tuple[int, int]] = {}
        for match in _KEYWORD.finditer(data):
            keyword = root.descendant_for_byte_range(match.start(), match.end())
            node = keyword.parent if keyword is not None else None
            if node is None:
                continue
            kind = _KINDS.get(node.type)
            if kind is not None:
                body = node.child_by_field_name("body")
                if body is not None:
                    found.append((body.start_byte, -body.end_byte, kind, node))
            elif node.type == "for_in_clause" and node.parent is not None:
                comprehension = node.parent
                start = comprehension.start_byte
                if comprehension.type in _COMPREHENSIONS and start not in holes:
                    found.append((start, -comprehension.end_byte, ScopeKind.COMPREHENSION, comprehension))
                    iterable = node.child_by_field_name("right")
                    holes[start] = (iterable.start_byte, iterable.end_byte) if iterable else (0, 0)
        found.sort(key=lambda item: item[:2])
        self._holes = holes
        self.all: list[Scope] = []
        self._starts = [item[0] for item in found]
        self._by_node: dict[int, int] = {}
        open_scopes: list[Scope] = []
        for index, (start, negative_end, kind, node) in enumerate(found):
            while open_scopes and open_scopes[-1].end <= start:
                open_scopes.pop()
            outer = open_scopes[-1].index if open_scopes else -1
            scope = Scope(index, kind, node, start, -negative_end, outer)
            self.all.append(scope)
            self._by_node[node.id] = index
            open_scopes.append(scope)

    def at(self, offset: int) -> Scope:
        """The innermost scope whose code holds the byte offset."""
        scope = self.all[bisect_right(self._starts, offset) - 1]
        while scope.outer >= 0 and (scope.end <= offset or self._in_first_iterable(scope, offset)):
            scope = self.all[scope.outer]
        return scope

    def of(self, node: Node) -> Scope | None:
        """The scope that a function, class, lambda, comprehension or module makes."""
        index = self._by_node.get(node.id)
        return None if index is None else self.all[index]

    def outer(self, scope: Scope) -> Scope | None:
        """The enclosing scope."""
        return self.all[scope.outer] if scope.outer >= 0 else None

    def keeper(self, scope: Scope) -> Scope:
        """The scope that keeps what `:=` binds: the nearest that is no comprehension."""
        while scope.kind is ScopeKind.COMPREHENSION and scope.outer >= 0:
            scope = self.all[scope.outer]
        return scope

    def _in_first_iterable(self, scope: Scope, offset: int) -> bool:
        """Whether the place is in the first iterable of a comprehension, which runs outside it."""
        if scope.kind is not ScopeKind.COMPREHENSION:
            return False
        start, end = self._holes[scope.start]
        return start <= offset < end
