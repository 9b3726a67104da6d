"""The rules of one library's upgrades: read from YAML, those between two versions picked, made ready."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from packaging.version import Version

from adapter.graph.load import build_library
from adapter.graph.model import Entry, Library
from adapter.graph.network import Path as GraphPath
from adapter.graph.network import Route
from adapter.graph.store import Atlas, packaged_atlas
from adapter.graph.yamlfile import Document, MapError, read_document
from adapter.plan import Fidelity
from adapter.translate.upgrade.versions import VersionError, parse_version


class UnknownUpgradeError(Exception):
    """No rules for that library; the message names the nearest ones."""


@dataclass(frozen=True, slots=True)
class Move:
    """A name that has moved: imports and dotted names that lie in `source` lie in `target` from now on.

    `imports` are what code needs that reaches the new name by its full path; `distribution` is a package that
    the new name needs and the old one did not, with its version specifier.
    """

    source: str
    target: str
    since: str
    imports: tuple[str, ...] = ()
    distribution: str = ""
    requirement: str = ""
    fidelity: Fidelity = Fidelity.EXACT
    note: str = ""


@dataclass(frozen=True)
class Upgrade:
    """All that changed in a library between two versions.

    `requirement` is what manifests are to ask for; `distribution` what they ask for now and
    `new_distribution` from now on, which differ for a library that got another name.
    """

    library: str
    distribution: str
    new_distribution: str
    requirement: str
    route: Route
    moves: tuple[Move, ...]
    gone: Mapping[str, str]
    needles: tuple[str, ...]
    rules: int


@dataclass(frozen=True)
class RuleFile:
    """One file of upgrade rules."""

    document: Document

    @property
    def library(self) -> str:
        """The library whose versions it is about."""
        return str(self.document.data["library"])

    @property
    def target(self) -> str:
        """The library that takes its place; itself where it kept its name."""
        return str(self.document.data.get("target", self.library))

    @property
    def latest(self) -> str:
        """The version that the rules lead to when none is asked for."""
        return str(self.document.data["latest"])

    def all_items(self) -> Iterable[tuple[str, int, Mapping[str, Any]]]:
        """Every rule: its kind (`apis`, `moved`, `gone`), its number in the file, and its YAML item."""
        for kind in ("moved", "apis", "gone"):
            for index, item in enumerate(self.document.data.get(kind, ())):
                yield kind, index, item


@cache
def _validator() -> Any:
    from jsonschema import Draft202012Validator

    schema = json.loads((files("rules") / "schema" / "upgrade.schema.json").read_text("utf-8"))
    maps = json.loads((files("api_maps") / "schema" / "library.schema.json").read_text("utf-8"))
    entry = maps["$defs"]["entry"]["properties"]
    for name in ("when", "beside", "concept", "drops", "imports", "fidelity", "note", "gap", "on"):
        schema["$defs"]["api"]["properties"][name] = entry[name]
    schema["$defs"]["reasons"] = maps["$defs"]["reasons"]
    for name in ("types", "holder"):
        schema["properties"][name] = maps["properties"][name]
    return Draft202012Validator(schema)


def packaged_rules() -> dict[str, Path]:
    """The files of upgrade rules that ship with the package, by library."""
    folder = Path(str(files("rules") / "upgrade"))
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def read_rules(path: Path) -> RuleFile:
    """One file of upgrade rules, held against its schema.

    Raises:
        MapError: the first thing that is wrong, at its line and column.
    """
    try:
        document = read_document(str(path), path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise MapError(path, 1, 1, f"cannot be read: {error}") from error
    errors = sorted(_validator().iter_errors(document.data), key=lambda error: [str(p) for p in error.path])
    if errors:
        first = errors[0]
        where = ".".join(str(part) for part in first.path) or "the file"
        raise document.error(tuple(first.path), f"{where}: {first.message}")
    return RuleFile(document)


def rules_for(library: str) -> RuleFile:
    """The packaged rules of a library, by its name or by the one that it has since.

    Raises:
        UnknownUpgradeError: there are none.
        MapError: the file is wrong.
    """
    known = packaged_rules()
    path = known.get(library) or known.get(library.replace("-", "_"))
    if path is None:
        renamed = next((rules for rules in map(read_rules, known.values()) if rules.target == library), None)
        if renamed is not None:
            return renamed
        close = get_close_matches(library, known, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(close)}?" if close else f"known: {', '.join(known)}"
        raise UnknownUpgradeError(f"no upgrade rules for the library {library!r}; {hint}")
    return read_rules(path)


def build_upgrade(rules: RuleFile, old: Version | None = None, new: Version | None = None) -> Upgrade:
    """The rules that lie between two versions; without `old` all up to `new`, without `new` up to the latest.

    Raises:
        MapError: a rule does not hold together.
    """
    document, data = rules.document, rules.document.data
    goal = new or parse_version(rules.latest)
    wanted = {
        (kind, index)
        for kind, index, item in rules.all_items()
        if _between(document, kind, index, str(item["since"]), old, goal)
    }
    target = rules.target
    source = _source(rules, wanted, target)
    moves = tuple(
        _move(item) for kind, index, item in rules.all_items() if kind == "moved" and (kind, index) in wanted
    )
    gone = {
        str(item["api"]): str(item["reason"])
        for kind, index, item in rules.all_items()
        if kind == "gone" and (kind, index) in wanted
    }
    goal_library = replace(
        source, name=target, entries=(), import_line=str(data.get("import", f"import {target}"))
    )
    paths = {entry.index: GraphPath((), (), direct=True) for entry in source.entries}
    atlas = Atlas((), {}, "")
    return Upgrade(
        library=rules.library,
        distribution=str(data["distribution"]),
        new_distribution=str(data.get("new_distribution", data["distribution"])),
        requirement=_requirement(data, new),
        route=Route(source, goal_library, paths, atlas, partial=True),
        moves=moves,
        gone=gone,
        needles=tuple(data.get("needles", (rules.library,))),
        rules=len(wanted),
    )


def _between(
    document: Document, kind: str, index: int, since: str, old: Version | None, new: Version
) -> bool:
    try:
        version = parse_version(since)
    except VersionError as error:
        raise document.error((kind, index, "since"), str(error)) from error
    return (old is None or old < version) and version <= new


def _requirement(data: Mapping[str, Any], new: Version | None) -> str:
    return str(data.get("requirement", f">={data['latest']}")) if new is None else f">={new}"


def _source(rules: RuleFile, wanted: set[tuple[str, int]], target: str) -> Library:
    """The old version as a library whose entries write the new one straight."""
    document, data = rules.document, rules.document.data
    items = [_entry_item(item, target) for item in data.get("apis", ())]
    gone = {
        str(item["api"]): str(item["reason"])
        for index, item in enumerate(data.get("gone", ()))
        if ("gone", index) in wanted
    }
    kept = ("library", "distribution", "types", "aliases", "foreign", "needles", "plain", "holder")
    head = {key: data[key] for key in kept if key in data}
    library = build_library(
        Document(document.path, {**head, "apis": items, "out_of_scope": gone}, document.places),
        packaged_atlas().concepts if "holder" in data else {},
    )
    entries = tuple(entry for entry in library.entries if ("apis", entry.index) in wanted)
    return replace(library, entries=_with_since(entries, data))


def _with_since(entries: Iterable[Entry], data: Mapping[str, Any]) -> tuple[Entry, ...]:
    return tuple(
        replace(entry, label=f"{entry.library} {data['apis'][entry.index]['since']}: {entry.name}")
        for entry in entries
    )


def _entry_item(item: Mapping[str, Any], target: str) -> dict[str, Any]:
    found = {key: value for key, value in item.items() if key not in ("since", "write", "examples")}
    if "write" in item:
        found["direct"] = {target: item["write"]}
    return found


def _move(item: Mapping[str, Any]) -> Move:
    return Move(
        source=str(item["from"]),
        target=str(item["to"]),
        since=str(item["since"]),
        imports=tuple(item.get("imports", ())),
        distribution=str(item.get("distribution", "")),
        requirement=str(item.get("requirement", "")),
        fidelity=Fidelity(item.get("fidelity", "exact")),
        note=str(item.get("note", "")),
    )
