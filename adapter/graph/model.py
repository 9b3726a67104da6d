"""The typed model of concepts and maps: entries, their lifts and their templates."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from adapter.graph.signature import ANY_MEMBER, Pattern, Signature, parse_pattern, parse_signature
from adapter.graph.template import Template, parse_template
from adapter.plan import Fidelity, SiteKind

SELF = "self"
_PREFIXED, _PATH = "prefixed", "path"
CONVERTERS = frozenset(
    {
        "mapping",
        "flags",
        "bare",
        "folder_address",
        "words",
        "png",
        "html",
        "json_file",
        "artifact_name",
        "namespace",
        "text",
        "stem",
    }
    | {"status", "exit_code", "figure", "joblib_file", "torch_file", "keras_file", "onnx_file", "wav"}
    | {"bundle_name", "newest_name", "version", "alias", "joined", "model_name", "latest", "tuple"}
    | {"exponential", "logarithm", "title", "series"}
    | {"owner", "pickle_file"}
    | {"plain", "slashed", "csv", "below_runs", "project_name"}
)


class ModelError(ValueError):
    """An entry does not hold together; `field` names the key of the entry that is at fault."""

    def __init__(self, message: str, key: str = "") -> None:
        super().__init__(message)
        self.field = key


@dataclass(frozen=True)
class Concept:
    """One thing that an MLOps library does, with its typed signature.

    `same_as` says it in terms of another concept, for libraries that have only that one; `otherwise` is
    the entry of the libraries whose maps have none for it.
    """

    signature: Signature
    doc: str
    same_as: ConceptCall | None = None
    otherwise: Mapping[str, Any] | None = None

    @property
    def name(self) -> str:
        """The dotted name, `tracking.log_metrics`."""
        return self.signature.name


@dataclass(frozen=True)
class ConceptCall:
    """A concept with a template for each argument, over the names that a pattern binds.

    `prefixes` are what goes before every key of an argument that is a dict, `paths` the parts of an
    argument that is a name made of parts.
    """

    concept: str
    arguments: Mapping[str, Template]
    prefixes: Mapping[str, Template] = field(default_factory=dict)
    paths: Mapping[str, tuple[Template, ...]] = field(default_factory=dict)

    def plain(self, argument: str) -> str | None:
        """The bound name, when the argument is that name and nothing else."""
        template = self.arguments[argument]
        line = template.lines[0]
        if len(line.placeholders) != 1:
            return None
        hole = line.placeholders[0]
        whole = hole.start == 0 and hole.end == len(line.text)
        return hole.name if whole and hole.converter is None else None


@dataclass(frozen=True)
class DictEntry:
    """How one entry of a dict literal leaves the rest: by the type or shape of its value."""

    matches: str
    lift: ConceptCall
    when: Mapping[str, str]


@dataclass(frozen=True)
class CallChange:
    """What changes in a call whose other text stays byte for byte, as upgrades have it.

    `name` is the new last part of what is called, `call` all of it, as a dotted text that begins with the
    library. `keywords` are parameters that get another name, given by keyword from now on; `drop` are
    arguments that go; `add` are keyword arguments that come, as source text; `words` are names within
    arguments that get another one.
    """

    name: str = ""
    call: str = ""
    keywords: Mapping[str, str] = field(default_factory=dict)
    drop: tuple[str, ...] = ()
    add: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """One entry of a library's map: a pattern, a concept and what to write."""

    library: str
    index: int
    pattern: Pattern | None
    owners: tuple[str, ...]
    concept: str | None
    lift: ConceptCall | None
    write: Template | None
    direct: Mapping[str, Template]
    drops: Mapping[str, str]
    refuses: Mapping[str, str]
    entries: tuple[DictEntry, ...]
    entries_of: str
    when: Mapping[str, str]
    imports: tuple[str, ...]
    fidelity: Fidelity
    note: str
    gap: str
    carried_by: str = ""
    beside: frozenset[str] = frozenset()
    told_by: str = ""
    for_the_rest: bool = False
    also: tuple[ConceptCall, ...] = ()
    change: CallChange | None = None
    label: str = ""

    @property
    def name(self) -> str:
        """What the entry is about: the API that it reads, else the concept that it writes."""
        return self.pattern.name if self.pattern else str(self.concept)

    @property
    def rule(self) -> str:
        """The name that reports and `explain` give to the entry; `label` where it has one of its own."""
        return self.label or f"{self.library}: {self.name}"

    @property
    def serves(self) -> bool:
        """Whether sites are looked up for it: an entry that only writes has none."""
        return bool(self.lift is not None or self.direct or self.gap or self.change)

    @property
    def keys(self) -> tuple[str, ...]:
        """The names under which a site finds the entry."""
        if self.pattern is None:
            return ()
        return (self.pattern.name, *(self.pattern.on(owner).name for owner in self.owners))


@dataclass(frozen=True)
class TypeOf:
    """A type of objects: what makes one, which constructor arguments are remembered, what it is called."""

    name: str
    made_by: tuple[str, ...]
    keeps: tuple[str, ...]
    concept: str
    annotation: str
    passed_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Library:
    """A library's map."""

    name: str
    distribution: str
    import_line: str
    versions: str
    requirement: str
    aliases: Mapping[str, str]
    types: Mapping[str, TypeOf]
    entries: tuple[Entry, ...]
    stand_ins: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    foreign_roots: tuple[str, ...] = ()
    stores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    environment_prefixes: tuple[str, ...] = ()
    out_of_scope: Mapping[str, str] = field(default_factory=dict)
    apart: tuple[str, ...] = ()
    needles: tuple[str, ...] = ()
    unnumbered: str = "zero"
    steps: str = "any"
    holder: str = ""
    parameters: str = "any"
    searches: frozenset[str] = frozenset()
    plain: tuple[str, ...] = ()
    builds_on: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    search: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def by_key(self) -> Mapping[tuple[SiteKind, str], list[Entry]]:
        """Entries that lift, by kind and qualified name, in file order."""
        table: dict[tuple[SiteKind, str], list[Entry]] = {}
        for entry in self.entries:
            if entry.pattern is None or not entry.serves:
                continue
            for key in entry.keys:
                table.setdefault((entry.pattern.kind, key), []).append(entry)
        return table

    def entries_for(self, kind: SiteKind, api: str, owner: str) -> list[Entry]:
        """The entries that may serve a site: by its name, else by any member of its owner."""
        found = self.by_key.get((kind, api))
        if not found and kind is SiteKind.ANNOTATION:
            found = self.by_key.get((SiteKind.READ, api))
        if not found and owner:
            found = self.by_key.get((kind, f"{owner}.{ANY_MEMBER}"))
        return found or []

    def starts_run(self, kind: SiteKind, api: str, owner: str) -> bool:
        """Whether an API starts a run."""
        return any(entry.concept == "tracking.start_run" for entry in self.entries_for(kind, api, owner))

    def scope_note(self, api: str) -> str | None:
        """Why an API lies outside what the map aims at, when the map says so."""
        best = max((prefix for prefix in self.out_of_scope if _within(api, prefix)), key=len, default=None)
        return None if best is None else self.out_of_scope[best]

    def is_apart(self, api: str) -> bool:
        """Whether an API belongs to the client of stored runs, to searches or to the library's own pages."""
        return any(_within(api, prefix) for prefix in self.apart)


def _within(api: str, prefix: str) -> bool:
    return api == prefix or api.startswith((f"{prefix}.", f"{prefix}[", f"{prefix}("))


def parse_concept_call(
    text: str,
    bound: frozenset[str],
    concepts: Mapping[str, Concept],
    imported: frozenset[str] = frozenset(),
) -> ConceptCall:
    """Reads `tracking.log_metrics(metrics=data, step=step)` over the names that a pattern binds.

    `imported` names stand for themselves.

    Raises:
        ModelError: not a call, an unknown concept, an unknown argument, or an unknown name.
    """
    try:
        node = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise ModelError(f"cannot read {text!r}: {error.msg}", "concept") from error
    if not isinstance(node, ast.Call) or node.args:
        raise ModelError(f"expected 'concept(argument=name, ...)', got {text!r}", "concept")
    name = ast.unparse(node.func)
    concept = concepts.get(name)
    if concept is None:
        raise ModelError(f"unknown concept {name!r}{_nearest(name, concepts)}", "concept")
    arguments: dict[str, Template] = {}
    prefixes: dict[str, Template] = {}
    paths: dict[str, tuple[Template, ...]] = {}
    for keyword in node.keywords:
        if keyword.arg is None or keyword.arg not in concept.signature.names:
            known = ", ".join(p.name for p in concept.signature.parameters)
            raise ModelError(f"{name} has no argument {keyword.arg!r} (it has: {known})", "concept")
        value, function = keyword.value, _function_of(keyword.value)
        if function == _PATH and isinstance(value, ast.Call):
            parts = tuple(_expression_template(part, bound | {SELF}, imported, text) for part in value.args)
            paths[keyword.arg] = parts
            value = ast.Tuple(value.args)
        elif function == _PREFIXED and isinstance(value, ast.Call) and len(value.args) == 2:
            value, prefix = value.args
            prefixes[keyword.arg] = _expression_template(prefix, bound | {SELF}, imported, text)
        arguments[keyword.arg] = _expression_template(value, bound | {SELF}, imported, text)
    return ConceptCall(name, arguments, prefixes, paths)


def _function_of(node: ast.expr) -> str:
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""


def _nearest(name: str, known: Mapping[str, object]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, known, n=3)
    return f"; did you mean {', '.join(close)}?" if close else ""


_MODULES = frozenset({"math"})
"""Modules of the standard library that the text of an argument may use."""


class _Holes(ast.NodeTransformer):
    def __init__(self, bound: frozenset[str]) -> None:
        self.bound = bound
        self.unknown: list[str] = []

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if isinstance(node.func, ast.Name) and node.func.id in CONVERTERS and len(node.args) == 1:
            argument = node.args[0]
            if isinstance(argument, ast.Name) and argument.id in self.bound:
                return ast.Name(f"HOLE_{argument.id}_AS_{node.func.id}_HOLE")
        if isinstance(node.func, ast.Attribute):
            # a method of what a name stands for, not an argument of the call that made it
            node.func.value = self.visit(node.func.value)
            node.args = [self.visit(argument) for argument in node.args]
            node.keywords = [self.visit(keyword) for keyword in node.keywords]
            return node
        return self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if isinstance(node.value, ast.Name) and node.value.id in self.bound:
            return ast.Name(f"HOLE_{node.value.id}.{node.attr}_HOLE")
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id in self.bound:
            return ast.Name(f"HOLE_{node.id}_HOLE")
        if node.id in _MODULES:
            return node
        self.unknown.append(node.id)
        return node


def _expression_template(
    node: ast.expr, bound: frozenset[str], imported: frozenset[str], text: str
) -> Template:
    import re

    holes = _Holes(bound)
    filled = ast.unparse(holes.visit(node))
    unknown = [name for name in holes.unknown if name not in imported | {"dict"}]
    if unknown:
        known = ", ".join(sorted(bound - {SELF})) or "none"
        raise ModelError(f"unknown placeholder {unknown[0]!r} in {text!r} (known: {known})", "concept")
    source = re.sub(r"'([^'\"\\]*)'", r'"\1"', filled)
    source = re.sub(r"HOLE_(\w+?)_AS_(\w+?)_HOLE", r"{\1!\2}", source)
    return parse_template(re.sub(r"HOLE_([\w.]+?)_HOLE", r"{\1}", source))


def parse_concept(item: Mapping[str, Any]) -> tuple[Signature, str]:
    """The signature and the sentence of a concept's YAML item."""
    return parse_signature(item["concept"]), str(item.get("doc", ""))


def derived_template(pattern: Pattern, lift: ConceptCall, types: Mapping[str, TypeOf]) -> Template | None:
    """What an entry writes when it does not say: its own pattern, filled from the concept's arguments.

    None when the entry cannot be turned around (a required argument that no concept argument is).
    """
    if pattern.kind not in (SiteKind.CALL, SiteKind.READ) or pattern.member:
        return None
    source_of = {plain: name for name in lift.arguments if (plain := lift.plain(name)) is not None}
    if len(source_of) != len(lift.arguments):
        return None
    owner, _, member = pattern.name.rpartition(".")
    name = pattern.name
    if owner in types:
        if SELF not in source_of:
            return None
        name = f"{{{source_of[SELF]}}}.{member}"
    if pattern.signature is None:
        return parse_template(name)
    parts: list[str] = []
    for parameter in pattern.signature.parameters:
        argument = source_of.get(parameter.name)
        if argument is None:
            if not parameter.optional:
                return None
            continue
        positional = parameter.kind != "keyword" and (
            parameter.kind != "positional" or not parameter.optional
        )
        parts.append(f"{{{argument}}}" if positional else f"{parameter.name}={{{argument}}}")
    return parse_template(f"{name}({', '.join(parts)})")


def pattern_of(item: Mapping[str, Any]) -> Pattern | None:
    """The pattern of an entry's YAML item."""
    return parse_pattern(item["api"]) if "api" in item else None
