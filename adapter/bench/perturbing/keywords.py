"""Perturbing: keyword arguments change their places."""

from __future__ import annotations

import random

import libcst as cst

from adapter.bench.perturbing.program import NotApplicableError, Program

# The order of these calls' keywords is the order of what they make or show.
_ORDERED = frozenset(("dict", "OrderedDict", "defaultdict", "SimpleNamespace", "Namespace", "set_postfix"))


def reorder_keywords(program: Program, rng: random.Random) -> Program:
    """Change the order of keyword arguments wherever it means nothing.

    Raises:
        NotApplicableError: no call has two keyword arguments that can change places.
    """
    modules = {name: cst.parse_module(text) for name, text in program.files.items()}
    collecting = _Collecting()
    for module in modules.values():
        module.visit(collecting)
    changed = program
    for name, module in modules.items():
        new = module.visit(_Reordering(rng, collecting.ordered)).code
        changed = changed.with_file(name, new)
    if changed == program:
        raise NotApplicableError("no call has keyword arguments whose order means nothing")
    return changed


class _Collecting(cst.CSTVisitor):
    """The functions and classes of the program that get keywords as a dictionary, in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.ordered = set(_ORDERED)
        self._classes: list[str] = []

    def visit_ClassDef(self, node: cst.ClassDef) -> None:  # noqa: N802 - the name that LibCST asks for
        self._classes.append(node.name.value)

    def leave_ClassDef(self, original_node: cst.ClassDef) -> None:  # noqa: N802 - the name that LibCST asks for
        self._classes.pop()

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:  # noqa: N802 - the name that LibCST asks for
        if node.params.star_kwarg is not None:
            self.ordered |= {node.name.value, *self._classes[-1:]}


class _Reordering(cst.CSTTransformer):
    def __init__(self, rng: random.Random, ordered: set[str]) -> None:
        super().__init__()
        self._rng = rng
        self._ordered = ordered

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:  # noqa: N802 - the name that LibCST asks for
        args = updated_node.args
        places = [place for place, arg in enumerate(args) if arg.keyword is not None]
        if len(places) < 2 or _called(updated_node.func) in self._ordered:
            return updated_node
        if sum(not _plain(args[place].value) for place in places) > 1:
            return updated_node
        shuffled = places.copy()
        while shuffled == places:
            self._rng.shuffle(shuffled)
        moved = list(args)
        for place, source in zip(places, shuffled, strict=True):
            moved[place] = args[place].with_changes(keyword=args[source].keyword, value=args[source].value)
        return updated_node.with_changes(args=moved)


def _called(function: cst.BaseExpression) -> str:
    last = function.attr if isinstance(function, cst.Attribute) else function
    return last.value if isinstance(last, cst.Name) else ""


def _plain(value: cst.BaseExpression) -> bool:
    """Whether evaluating it does nothing, so that it may come before or after anything else."""
    while isinstance(value, cst.UnaryOperation):
        value = value.expression
    while isinstance(value, cst.Attribute):
        value = value.value
    return isinstance(value, cst.Name | cst.BaseNumber | cst.SimpleString)
