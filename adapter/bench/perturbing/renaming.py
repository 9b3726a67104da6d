"""Perturbing: local variables are spelled another way.

The new names keep the words of the old ones (`train_loss` is `trainLoss`, `loss` is `my_loss`): what a
variable is called says what it holds, to people, models and rules alike.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import libcst as cst
from libcst.metadata import ClassScope, GlobalScope, Scope

from adapter.bench.perturbing.program import NotApplicableError, Program
from adapter.bench.perturbing.tree import Tree, accesses, renamed

_PREFIXES = ("my", "the", "this")
_SPELLABLE = re.compile(r"[A-Za-z]+(_[A-Za-z0-9]+)*|[a-z]+\d*")


def rename_locals(program: Program, rng: random.Random) -> Program:
    """Rename the variables that only the program itself sees: of functions, and of a script that is one file.

    Raises:
        NotApplicableError: there is none.
    """
    prefix = rng.choice(_PREFIXES)
    changed = program
    for name, text in program.files.items():
        new = _renamed_file(text, program, prefix)
        changed = changed.with_file(name, new)
    if changed == program:
        raise NotApplicableError("no local variable can be renamed")
    return changed


def _renamed_file(text: str, program: Program, prefix: str) -> str:
    tree = Tree(text)
    if tree.names.by_name:
        return text
    names: dict[cst.Name, str] = {}
    for scope in tree.scopes:
        if isinstance(scope, ClassScope) or (isinstance(scope, GlobalScope) and not program.single):
            continue
        for old, places in _variables(tree, scope):
            new = _respelled(old, prefix)
            if old not in program.kept and tree.free(new):
                names |= dict.fromkeys(places, new)
    return renamed(tree.module, names, {}).code


def _variables(tree: Tree, scope: Scope) -> Iterator[tuple[str, set[cst.Name]]]:
    """Names that nothing but plain variables bind in a scope, with every place that means them."""
    for name, assignments in tree.bindings(scope):
        nodes = [getattr(assignment, "node", None) for assignment in assignments]
        bound = {node for node in nodes if isinstance(node, cst.Name)}
        unfit = len(bound) < len(assignments) or name in tree.names.fixed or _in_text(tree.text, name)
        if not unfit and _SPELLABLE.fullmatch(name) and not name.isupper():
            yield name, bound | accesses(assignments)


def _in_text(text: str, name: str) -> bool:
    """Whether pandas may look the variable up: `frame.query("age > @limit")`."""
    return re.search(rf"@{name}\b", text) is not None


def _respelled(name: str, prefix: str) -> str:
    first, *others = name.split("_")
    if not others:
        return f"{prefix}_{name}"
    return first + "".join(word[:1].upper() + word[1:] for word in others)
