"""inline: a training script: its text, its tree, and what its names stand for in the frameworks it uses."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from tree_sitter import Node

from adapter.inline.frameworks import Frameworks, Role
from adapter.names.project import ProjectNames
from adapter.names.uses import Names
from adapter.names.values import ValueKind
from adapter.source.text import Source
from adapter.translate.context import statement_of

_FUNCTIONS = frozenset({"function_definition", "lambda"})
_LOOPS = frozenset({"for_statement", "while_statement"})


class Script:
    """One source, with answers about its names and its nesting."""

    def __init__(self, source: Source, frameworks: Frameworks, project: ProjectNames | None = None) -> None:
        self.source, self.frameworks, self.project = source, frameworks, project
        self.names = Names(source, frameworks.catalog, project)

    @property
    def root(self) -> Node:
        """The root of the tree."""
        return self.source.tree.root_node

    def text(self, node: Node) -> str:
        """The text of a node."""
        return self.source.node_text(node)

    def api(self, node: Node) -> str:
        """The full name of what an expression stands for, "" when no framework's name leads there.

        The result of a call has `()` behind it: `model` is `keras.Sequential()` after
        `model = keras.Sequential(...)`, and `model.fit` is `keras.Sequential().fit`.
        """
        value = self.names.value(node)
        if value.kind is ValueKind.API or value.kind is ValueKind.INSTANCE:
            return value.name
        return ""

    def called(self, call: Node) -> str:
        """The full name of what a call calls, "" when no framework knows it."""
        function = call.child_by_field_name("function")
        return self.api(function) if function is not None else ""

    def roles(self, call: Node) -> frozenset[Role]:
        """What a call is for in training."""
        return self.frameworks.roles(self.called(call))

    def definition(self, node: Node) -> Node | None:
        """The function or class of this file that an expression stands for, or is an instance of."""
        value = self.names.value(node)
        if value.definition < 0:
            return None
        found = self.root.named_descendant_for_byte_range(value.definition, value.definition + 1)
        while found is not None and found.type not in ("function_definition", "class_definition"):
            found = found.parent
        return found

    @cached_property
    def calls(self) -> list[Node]:
        """Every call, in source order."""
        return [node for node in self.walk(self.root) if node.type == "call"]

    @cached_property
    def functions(self) -> list[Node]:
        """Every function definition, methods included, in source order."""
        return [node for node in self.walk(self.root) if node.type == "function_definition"]

    @cached_property
    def loops(self) -> list[Node]:
        """Every `for` and `while` statement, in source order."""
        return [node for node in self.walk(self.root) if node.type in _LOOPS]

    def walk(self, node: Node) -> Iterator[Node]:
        """A node and all named nodes below it, in source order."""
        stack = [node]
        while stack:
            current = stack.pop()
            yield current
            stack.extend(reversed(current.named_children))

    def statement(self, node: Node) -> Node:
        """The innermost statement that holds a node."""
        return statement_of(node)

    def function_of(self, node: Node) -> Node | None:
        """The innermost function that holds a node, None at module level."""
        return self.enclosing(node, _FUNCTIONS)

    def loop_of(self, node: Node) -> Node | None:
        """The innermost loop that holds a node within its own function."""
        parent = node.parent
        while parent is not None and parent.type not in _FUNCTIONS:
            if parent.type in _LOOPS:
                return parent
            parent = parent.parent
        return None

    def enclosing(self, node: Node, types: frozenset[str]) -> Node | None:
        """The innermost node of one of some types around a node."""
        parent = node.parent
        while parent is not None and parent.type not in types:
            parent = parent.parent
        return parent

    def line(self, node: Node) -> int:
        """The line on which a node begins, from 1; in a notebook within its cell."""
        return self.source.place(node.start_byte)[0]
