"""names: what one file may ask about the other modules of its project."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from tree_sitter import Node

from adapter.names.values import Value


class Elsewhere(Protocol):
    """Who knows what names stand for in the other modules of a project, as seen from one of them."""

    def imported(self, path: str) -> Value | None:
        """The value at a dotted path with calls, "tracking.Trainer().run"; None when it is not known.

        A value that is neither the library's nor plain keeps the path as its name.
        """

    def carries(self, path: str) -> bool:
        """Whether the path leads into a module of the project that has to do with the library."""

    def names_in(self, path: str) -> Iterable[str]:
        """The names that a star import of the module brings."""

    def asked(self, node: Node) -> Value:
        """What a slower search finds for an expression of this file; UNKNOWN when nothing."""

    def arguments(self, function: str, parameter: str, index: int) -> Iterable[Value | None]:
        """What calls in other modules give for a parameter of a function of this one.

        `function` is its name at module level, or that of the class whose `__init__` it is; None stands
        for a call that leaves the parameter out.
        """
