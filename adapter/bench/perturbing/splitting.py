"""Perturbing: definitions of the program's script move to a file beside it, which the script imports."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import libcst as cst
from libcst.metadata import BaseAssignment, GlobalScope, ImportAssignment

from adapter.bench.perturbing.program import NotApplicableError, Program
from adapter.bench.perturbing.tree import Tree, is_future

_NAMES = ("helpers", "parts", "common")
_Definition = cst.FunctionDef | cst.ClassDef
_Import = cst.Import | cst.ImportFrom
_Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement


def split_script(program: Program, rng: random.Random) -> Program:
    """Move half of the definitions that stand on their own, at least one, to a new file.

    Such a definition needs nothing of the script but its imports.

    Raises:
        NotApplicableError: there is no such definition.
    """
    if program.entry.endswith(".ipynb"):
        raise NotApplicableError("the cells of a notebook stay together")
    script = _Script.read(program.files[program.entry])
    needs = script.independent(program.kept | program.words_beside(program.entry))
    if not needs:
        raise NotApplicableError("no definition of the script stands on its own")
    chosen = set(rng.sample([*needs], (len(needs) + 1) // 2))
    moved = [node for node in needs if node in chosen]
    needed = {name.partition(".")[0] for node in moved for name in needs[node]}
    imports = _imports(script.tree.module.body, lambda name: name in needed, only=True)
    module_name = _free_name(program, script.tree)
    beside = cst.Module([*imports, *moved]).code.lstrip("\n")
    rest = script.without(moved, module_name).code
    return program.with_file(program.entry, rest).with_file(f"{module_name}.py", beside)


@dataclass(frozen=True)
class _Script:
    """A script with what its top-level names are bound by and where they are used."""

    tree: Tree
    bindings: Mapping[str, list[BaseAssignment]]
    places: _Places

    @classmethod
    def read(cls, text: str) -> _Script:
        tree = Tree(text)
        scopes = [scope for scope in tree.scopes if isinstance(scope, GlobalScope)]
        places = _Places()
        tree.module.visit(places)
        return cls(tree, {name: bound for scope in scopes for name, bound in tree.bindings(scope)}, places)

    def independent(self, kept: frozenset[str]) -> dict[_Definition, list[str]]:
        """The definitions that use nothing but imports and built-in names, each with its imports."""
        found = {}
        for node in self.tree.module.body:
            if not isinstance(node, _Definition) or node in self.places.special:
                continue
            name = node.name.value
            bound = self.bindings.get(name, [])
            used = [
                other
                for other, assignments in self.bindings.items()
                if other != name and any(self.places.inside(node, use) for use in _uses(assignments))
            ]
            if len(bound) == 1 and name not in kept and all(self._is_import(other) for other in used):
                found[node] = used
        return found

    def without(self, moved: Sequence[_Definition], module_name: str) -> cst.Module:
        """The script without what moved: it is imported instead, after the imports before it."""
        module = self.tree.module
        line = cst.parse_statement(
            f"from {module_name} import {', '.join(node.name.value for node in moved)}\n"
        )
        before = module.body[: module.body.index(moved[0])]
        last = max((place for place, each in enumerate(before) if _import_in(each)), default=len(before) - 1)
        body = [*module.body[: last + 1], line, *module.body[last + 1 :]]
        idle = self._idle_imports(moved)
        stays = _imports([each for each in body if each not in moved], lambda name: name not in idle)
        return module.with_changes(body=stays)

    def _is_import(self, name: str) -> bool:
        """Whether a name comes from plain imports at the top level."""
        statements = [_import_in(line) for line in self.tree.module.body]
        return all(
            isinstance(each, ImportAssignment) and each.node in statements for each in self.bindings[name]
        )

    def _idle_imports(self, moved: Sequence[_Definition]) -> set[str]:
        """The imports that only the moved definitions used."""
        idle = set()
        for name, assignments in self.bindings.items():
            uses = _uses(assignments)
            if uses and all(any(self.places.inside(node, use) for node in moved) for use in uses):
                idle.add(name)
        return idle


class _Places(cst.CSTVisitor):
    """Which top-level statement each node stands in; `special` ones depend on the file that they are in."""

    def __init__(self) -> None:
        super().__init__()
        self.special: set[cst.CSTNode] = set()
        self._statement: dict[cst.CSTNode, cst.CSTNode] = {}
        self._path: list[cst.CSTNode] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        self._path.append(node)
        if len(self._path) > 1:
            self._statement[node] = self._path[1]
            of_file = isinstance(node, cst.Name) and node.value in {"__file__", "__name__"}
            if of_file or isinstance(node, cst.Global):
                self.special.add(self._path[1])
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        self._path.pop()

    def inside(self, statement: cst.CSTNode, node: cst.CSTNode) -> bool:
        """Whether a node stands in a top-level statement."""
        return self._statement.get(node) is statement


def _uses(assignments: Iterable[BaseAssignment]) -> list[cst.CSTNode]:
    return [access.node for assignment in assignments for access in assignment.references]


def _import_in(line: cst.CSTNode) -> _Import | None:
    """The import that a line of its own is."""
    if isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1:
        (part,) = line.body
        if isinstance(part, _Import):
            return part
    return None


def _imports(
    body: Sequence[_Statement], wanted: Callable[[str], bool], *, only: bool = False
) -> list[_Statement]:
    """Statements with their imports cut down to the wanted names; `only` the imports, without comments."""
    found: list[_Statement] = []
    for line in body:
        part = _import_in(line)
        if part is None or not isinstance(line, cst.SimpleStatementLine):
            found += [] if only else [line]
            continue
        cut = _cut(part, wanted)
        if cut is not None:
            found.append(cst.SimpleStatementLine([cut]) if only else line.with_changes(body=[cut]))
    return found


def _cut(part: _Import, wanted: Callable[[str], bool]) -> _Import | None:
    """An import with only the wanted names; None when nothing is left of it."""
    if isinstance(part.names, cst.ImportStar) or (isinstance(part, cst.ImportFrom) and is_future(part)):
        return part
    kept = [
        alias
        for alias in part.names
        if wanted(alias.evaluated_alias or alias.evaluated_name.partition(".")[0])
    ]
    if len(kept) == len(part.names):
        return part
    if not kept:
        return None
    return part.with_changes(names=[*kept[:-1], kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)])


def _free_name(program: Program, tree: Tree) -> str:
    taken = {name.partition("/")[0].removesuffix(".py") for name in program.files} | tree.names.spelled
    free = [name for name in _NAMES if name not in taken]
    if not free:
        raise NotApplicableError("every name for the new file is taken")
    return free[0]
