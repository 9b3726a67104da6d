"""Perturbing: imports get aliases, and what they bring is called by these."""

from __future__ import annotations

import random
from collections.abc import Iterator

import libcst as cst
from libcst.metadata import ImportAssignment

from adapter.bench.perturbing.program import NotApplicableError, Program
from adapter.bench.perturbing.tree import Tree, accesses, is_future, renamed

_SHAPES = (("{}_lib", "use_{}"), ("lib_{}", "imported_{}"), ("{}_package", "the_{}"))


def alias_imports(program: Program, rng: random.Random) -> Program:
    """Give every import that can have one an alias that it does not have yet.

    Raises:
        NotApplicableError: there is none.
    """
    shapes = rng.choice(_SHAPES)
    changed = program
    for name, text in program.files.items():
        outside = program.kept | program.words_beside(name)
        changed = changed.with_file(name, _aliased_file(text, outside, shapes))
    if changed == program:
        raise NotApplicableError("no import can get an alias")
    return changed


def _aliased_file(text: str, outside: frozenset[str], shapes: tuple[str, str]) -> str:
    tree = Tree(text)
    if tree.names.by_name:
        return text
    names: dict[cst.Name, str] = {}
    aliases: dict[cst.ImportAlias, str] = {}
    for name, assignment, alias in _imports(tree):
        new = _alias_for(name, shapes[0] if isinstance(assignment.node, cst.Import) else shapes[1])
        if name in outside or name in tree.names.fixed or not tree.free(new):
            continue
        aliases[alias] = new
        names |= dict.fromkeys(accesses([assignment]), new)
    return renamed(tree.module, names, aliases).code


def _imports(tree: Tree) -> Iterator[tuple[str, ImportAssignment, cst.ImportAlias]]:
    """Names that one import alone binds, each with the part of the statement that does."""
    for scope in tree.scopes:
        bindings = dict(tree.bindings(scope))
        # `import a.b` binds `a`, as `import a` beside it does: these two cannot be told apart in the code
        shared = {name.partition(".")[0] for name in bindings if "." in name}
        for name, assignments in bindings.items():
            (first, *others) = assignments
            if others or "." in name or name in shared or not isinstance(first, ImportAssignment):
                continue
            alias = _part(first, name)
            if alias is not None:
                yield name, first, alias


def _part(assignment: ImportAssignment, name: str) -> cst.ImportAlias | None:
    node = assignment.node
    if not isinstance(node, cst.Import | cst.ImportFrom) or isinstance(node.names, cst.ImportStar):
        return None
    if isinstance(node, cst.ImportFrom) and is_future(node):
        return None
    return next(
        (alias for alias in node.names if (alias.evaluated_alias or alias.evaluated_name) == name), None
    )


def _alias_for(name: str, shape: str) -> str:
    if name.isupper() and len(name) > 1:
        return f"THE_{name}"
    if name[0].isupper():
        return f"The{name}"
    return shape.format(name)
