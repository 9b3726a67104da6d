"""Perturbing: names of a LibCST tree with all places that mean the same, and how they are given new ones."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import libcst as cst
from libcst.metadata import (
    Assignment,
    BaseAssignment,
    ImportAssignment,
    MetadataWrapper,
    Scope,
    ScopeProvider,
)

_BY_NAME = frozenset(("locals", "globals", "eval", "exec", "dir"))


@dataclass(frozen=True)
class Tree:
    """A module with its scopes."""

    text: str

    @cached_property
    def wrapper(self) -> MetadataWrapper:
        """The module under LibCST's metadata."""
        return MetadataWrapper(cst.parse_module(self.text))

    @property
    def module(self) -> cst.Module:
        """The module that metadata and new names refer to."""
        return self.wrapper.module

    @cached_property
    def scopes(self) -> list[Scope]:
        """All scopes, in the order in which they begin."""
        found = self.wrapper.resolve(ScopeProvider).values()
        return list(dict.fromkeys(scope for scope in found if scope is not None))

    @cached_property
    def names(self) -> Names:
        """The names that occur, and what is special about them."""
        names = Names()
        self.module.visit(names)
        return names

    def bindings(self, scope: Scope) -> Iterator[tuple[str, list[BaseAssignment]]]:
        """The names that a scope binds itself, in order, each with everything that binds it."""
        by_name: dict[str, list[BaseAssignment]] = {}
        for assignment in scope.assignments:
            if isinstance(assignment, Assignment | ImportAssignment):
                by_name.setdefault(assignment.name, []).append(assignment)
        yield from sorted(by_name.items())

    def free(self, name: str) -> bool:
        """Whether a new name means nothing here yet."""
        return name not in self.names.spelled and not keyword.iskeyword(name) and not hasattr(builtins, name)


def accesses(assignments: Iterable[BaseAssignment]) -> set[cst.Name]:
    """The places that read what is bound there."""
    return {
        name
        for assignment in assignments
        for access in assignment.references
        if (name := _first_name(access.node)) is not None
    }


def _first_name(node: cst.CSTNode) -> cst.Name | None:
    while isinstance(node, cst.Attribute):
        node = node.value
    return node if isinstance(node, cst.Name) else None


def is_future(statement: cst.ImportFrom) -> bool:
    """Whether the statement is `from __future__ import ...`."""
    return isinstance(statement.module, cst.Name) and statement.module.value == "__future__"


def renamed(
    module: cst.Module, names: Mapping[cst.Name, str], aliases: Mapping[cst.ImportAlias, str]
) -> cst.Module:
    """The module with new names in these places and new aliases in these imports."""
    changed = module.visit(_Renaming(names, aliases))
    assert isinstance(changed, cst.Module)
    return changed


class _Renaming(cst.CSTTransformer):
    def __init__(self, names: Mapping[cst.Name, str], aliases: Mapping[cst.ImportAlias, str]) -> None:
        super().__init__()
        self._names = names
        self._aliases = aliases

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:  # noqa: N802 - the name that LibCST asks for
        new = self._names.get(original_node)
        return updated_node if new is None else updated_node.with_changes(value=new)

    def leave_ImportAlias(  # noqa: N802 - the name that LibCST asks for
        self, original_node: cst.ImportAlias, updated_node: cst.ImportAlias
    ) -> cst.ImportAlias:
        new = self._aliases.get(original_node)
        if new is None:
            return updated_node
        return updated_node.with_changes(asname=cst.AsName(cst.Name(new)))


class Names(cst.CSTVisitor):
    """Names as they stand in the code.

    `spelled` are all: variables, attributes, keywords, parts of imports. `fixed` cannot change: they are
    declared global or nonlocal, or shown by `{name=}`. `by_name` is whether the program may ask for its
    variables by their names at run time.
    """

    def __init__(self) -> None:
        super().__init__()
        self.spelled: set[str] = set()
        self.fixed: set[str] = set()
        self.by_name = False

    def visit_Name(self, node: cst.Name) -> None:  # noqa: N802, D102 - the name that LibCST asks for
        self.spelled.add(node.value)

    def visit_NameItem(self, node: cst.NameItem) -> None:  # noqa: N802, D102
        self.fixed.add(node.name.value)

    def visit_FormattedStringExpression(self, node: cst.FormattedStringExpression) -> None:  # noqa: N802, D102
        if node.equal is not None:
            shown = Names()
            node.expression.visit(shown)
            self.fixed |= shown.spelled

    def visit_Call(self, node: cst.Call) -> None:  # noqa: N802, D102
        if isinstance(node.func, cst.Name):
            called = node.func.value
            self.by_name |= called in _BY_NAME or (called == "vars" and not node.args)
