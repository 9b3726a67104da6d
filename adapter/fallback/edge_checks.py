"""fallback: the checks of an edge that a model answered, and the map entry that it becomes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from adapter.fallback.edge_answer import NO_TARGET, EdgeAnswer
from adapter.fallback.fence.examine import Verdict
from adapter.fallback.wanted import given_arguments
from adapter.graph.api_index import Api, ApiIndex, ApiParameter
from adapter.names.uses import Use
from adapter.retrieval.documents import Document
from adapter.translate.context import context_of

_SIMPLE = {"str", "int", "float", "bool", "dict", "list"}
_WORD = re.compile(r"[A-Za-z_]+")


@dataclass(frozen=True, eq=False)
class EdgeGround:
    """What an answer about one API is checked against.

    `source` is what the source library's files say, None where they are not at hand; `is_open` when no
    candidates were given and any name of the target may be answered. `passed` collects names of checks.
    """

    name: str
    source: Api | None
    sites: tuple[Use, ...]
    candidates: tuple[tuple[Document, Api], ...]
    index: ApiIndex
    is_open: bool = False
    passed: list[str] = field(default_factory=list)

    @cached_property
    def named(self) -> dict[str, Api]:
        """The candidates by name."""
        return {document.name: api for document, api in self.candidates}

    @cached_property
    def source_parameters(self) -> tuple[ApiParameter, ...]:
        """The parameters of the source API: as its files have them, else as its sites use them."""
        if self.source is not None and self.source.parameters is not None:
            return tuple(p for p in self.source.parameters if not p.kind.startswith("VAR_"))
        given = [given_arguments(use) for use in self.sites]
        least, most = min(count for count, _ in given), max(count for count, _ in given)
        positional = [
            ApiParameter(f"argument_{n + 1}", "POSITIONAL_OR_KEYWORD", None if n < least else "None")
            for n in range(most)
        ]
        keywords = dict.fromkeys(name for _, names in given for name in names)
        return (*positional, *(ApiParameter(name, "KEYWORD_ONLY", "None") for name in keywords))

    @property
    def source_names(self) -> list[str]:
        """The names of the source's parameters."""
        return [parameter.name for parameter in self.source_parameters]

    def target(self, answer: EdgeAnswer) -> Api | None:
        """What the index has under the answer's target."""
        if answer.target in self.named:
            return self.named[answer.target]
        try:
            return self.index.find(answer.target)
        except LookupError:
            return None

    def settled(self, answer: EdgeAnswer) -> EdgeAnswer:
        """The answer without optional arguments that only repeat what goes elsewhere already.

        Small models like to fill every place; the place of the same name, or else a required one, is meant.
        """
        target = self.target(answer)
        if target is None or answer.problem:
            return answer
        required = {p.name for p in target.parameters or () if p.default is None}
        places: dict[str, list[str]] = {}
        for name, value in answer.arguments.items():
            places.setdefault(value, []).append(name)
        kept = dict(answer.arguments)
        for value, names in places.items():
            meant = [name for name in names if name == value] or [name for name in names if name in required]
            for name in names:
                if meant and name not in meant and name not in required:
                    del kept[name]
        return EdgeAnswer(answer.target, kept)

    def entry(self, answer: EdgeAnswer, library: str, note: str) -> dict[str, Any]:
        """The map entry that an answer which passed the checks becomes."""
        target = self.target(answer)
        assert target is not None
        parts: list[str] = []
        given: dict[str, str] = {}
        for parameter in target.parameters or ():
            value = answer.arguments.get(parameter.name)
            if value is None:
                continue
            is_required = parameter.default is None
            plain = is_required and parameter.kind != "KEYWORD_ONLY" and len(parts) < 2
            parts.append(f"{{{value}}}" if plain else f"{parameter.name}={{{value}}}")
            if is_required and self._is_optional(value):
                given[value] = "given"
        used = set(answer.arguments.values())
        lost = {
            name: "the answered edge has no place for it" for name in self.source_names if name not in used
        }
        return {
            "api": f"{self.name}({', '.join(_listed(self.source_parameters))})",
            "direct": {library: f"{answer.target}({', '.join(parts)})"},
            **({"when": given} if given else {}),
            **({"refuses": lost} if lost else {}),
            "imports": [f"import {answer.target.partition('.')[0]}"],
            "fidelity": "lossy",
            "note": note,
        }

    def _is_optional(self, name: str) -> bool:
        return any(p.name == name and p.default is not None for p in self.source_parameters)


def _listed(parameters: tuple[ApiParameter, ...]) -> list[str]:
    found: list[str] = []
    for parameter in parameters:
        if parameter.kind == "KEYWORD_ONLY" and "*" not in found:
            found.append("*")
        found.append(parameter.name + ("" if parameter.default is None else "=None"))
    return found


EdgeCheck = Callable[[EdgeAnswer, EdgeGround], str]


def schema_fits(answer: EdgeAnswer, ground: EdgeGround) -> str:
    """The answer is JSON of the schema."""
    return answer.problem


def has_target(answer: EdgeAnswer, ground: EdgeGround) -> str:
    """The model finds a counterpart at all."""
    return "the model finds no counterpart" if answer.target == NO_TARGET else ""


def target_exists(answer: EdgeAnswer, ground: EdgeGround) -> str:
    """The target is in the index, can be called, and is not deprecated."""
    target = ground.target(answer)
    if target is None or not ground.index.holds(answer.target):
        return f"{answer.target} does not exist in {ground.index.distribution} {ground.index.version}"
    if not target.callable:
        return f"{answer.target} cannot be called"
    return f"{answer.target} is deprecated: {target.deprecated}" if target.deprecated else ""


def arguments_bind(answer: EdgeAnswer, ground: EdgeGround) -> str:
    """Every parameter that the target requires gets an argument, and it has all that are given."""
    target = ground.target(answer)
    assert target is not None
    return target.misfit(0, answer.arguments) if answer.arguments or target.parameters else ""


def used_once(answer: EdgeAnswer, ground: EdgeGround) -> str:
    """No source argument goes to two places."""
    values = list(answer.arguments.values())
    double = [name for name in values if values.count(name) > 1]
    return f"{double[0]} goes to two parameters" if double else ""


def required_kept(answer: EdgeAnswer, ground: EdgeGround) -> str:
    """What the source requires has a place in the target."""
    used = set(answer.arguments.values())
    for parameter in ground.source_parameters:
        if parameter.default is None and parameter.name not in used:
            return f"{parameter.name} has no place in {answer.target}"
    return ""


def kinds_fit(answer: EdgeAnswer, ground: EdgeGround) -> str:
    """Where both sides say plain types, they have one in common."""
    target = ground.target(answer)
    if target is None:
        return ""
    source_types = {p.name: plain_types(p.annotation) for p in ground.source_parameters}
    for parameter in target.parameters or ():
        value = answer.arguments.get(parameter.name)
        first, second = source_types.get(value or "", set()), plain_types(parameter.annotation)
        if first and second and not first & second:
            return f"{value} is {min(first)}, {parameter.name} of {answer.target} is {min(second)}"
    return ""


def value_given(answer: EdgeAnswer, ground: EdgeGround) -> str:
    """Where a site uses what the call gives, the target gives something."""
    target = ground.target(answer)
    if target is None or target.returns.strip("'\"") != "None":
        return ""
    if all(context_of(use.node).alone for use in ground.sites):
        return ""
    return f"{answer.target} gives nothing, and what {ground.name} gives is used"


def plain_types(annotation: str) -> set[str]:
    """The plain types that an annotation allows; empty when it names others."""
    words = set(_WORD.findall(annotation)) - {"None", "Optional", "Union"}
    words = {{"Dict": "dict", "List": "list", "Mapping": "dict"}.get(word, word) for word in words}
    outer = annotation.partition("[")[0].strip()
    if outer in ("dict", "Dict", "list", "List", "Mapping"):
        return {outer.lower() if outer != "Mapping" else "dict"}
    return words if words and words <= _SIMPLE else set()


CHECKS: tuple[EdgeCheck, ...] = (
    schema_fits,
    has_target,
    target_exists,
    arguments_bind,
    used_once,
    required_kept,
    kinds_fit,
    value_given,
)


def examine_edge(answer: EdgeAnswer, ground: EdgeGround) -> Verdict:
    """The first check that an answer fails; the names of those before go to `ground.passed`."""
    for check in CHECKS:
        name = f"edge-{check.__name__.replace('_', '-')}"
        message = check(answer, ground)
        if message:
            return Verdict(name, message)
        ground.passed.append(name)
    return Verdict()
