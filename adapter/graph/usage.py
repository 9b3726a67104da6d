"""Usage: which APIs of a library real code uses most, and which site of the map each of them is.

A ranking spells what was counted: `wandb.init()` is a call, `wandb.Run().log()` the method of any such
object, `wandb.Config().{name}` a member of it, `[]` an item; ` = value` is a write, `class x.Y` a base class.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from adapter.graph.catalogs import catalog_of
from adapter.graph.load import check_schema
from adapter.graph.model import Library
from adapter.graph.signature import ANY_MEMBER
from adapter.graph.store import packaged_maps
from adapter.graph.yamlfile import read_document
from adapter.names.catalog import Vocabulary
from adapter.plan import SiteKind

_LINK = re.compile(r"\(\)|\[\]|\.?(\{name\}|[A-Za-z_]\w*)")


@dataclass(frozen=True, slots=True)
class Counted:
    """An API as it was counted, with the number of places."""

    api: str
    weight: int


@dataclass(frozen=True, slots=True)
class CountedSite:
    """What the map calls a counted API: the kind and name of the site, and the type that has it.

    `source` names the call (or member) whose plain result, a number or a table, this is only a part of:
    such a place changes with that call.
    """

    kind: SiteKind
    api: str
    owner: str
    source: str = ""


def read_usage(library: str, folder: Path | None = None) -> list[Counted]:
    """The ranking of one library, the most used first; empty when nobody counted it.

    Raises:
        MapError: the file is not a ranking, at its line and column.
    """
    path = (folder or packaged_maps()) / "usage" / f"{library}.yaml"
    if not path.is_file():
        return []
    document = read_document(str(path), path.read_text("utf-8"))
    check_schema(document, "usage")
    counted = [Counted(str(item["api"]), int(item["weight"])) for item in document.data["apis"]]
    return _once(counted)


def _once(counted: Sequence[Counted]) -> list[Counted]:
    """`run["loss"].append(x)` is one place: it is not counted again as the item that it begins with."""
    found: list[Counted] = []
    for each in counted:
        if each.api.endswith("[]"):
            hanging = sum(other.weight for other in counted if other.api.startswith(f"{each.api}."))
            each = replace(each, weight=each.weight - hanging)
        if each.weight > 0:
            found.append(each)
    return found


def site_of(counted: str, library: Library) -> CountedSite:
    """The site that a counted API is in the terms of the library's map."""
    text, writes, _ = counted.partition(" = ")
    place = _Place(library, Vocabulary.of(catalog_of(library)))
    if text.startswith("class "):
        place.member(text.removeprefix("class "))
        return CountedSite(SiteKind.BASE, place.name, "")
    links = [match[0].lstrip(".") for match in _LINK.finditer(text)]
    for link in links[:-1]:
        place.go(link)
    return place.end(links[-1], is_written=bool(writes))


class _Place:
    """Walks a counted API from left to right, as the names room walks the expression in code."""

    def __init__(self, library: Library, vocabulary: Vocabulary) -> None:
        self._types, self._vocabulary = library.types, vocabulary
        self.name, self._owner, self._source = "", "", ""
        self._is_object = False

    def go(self, link: str) -> None:
        if link == "()":
            self._call()
        elif link == "[]":
            self._enter()
            self._become(self._vocabulary.makers.get(f"{self.name}[]"), f"{self.name}[]")
        else:
            self.member(link)

    def end(self, link: str, *, is_written: bool) -> CountedSite:
        if link == "()":
            return CountedSite(SiteKind.CALL, self.name, self._owner, self._source)
        if link == "[]":
            self._enter()
            kind = SiteKind.SUBSCRIPT_WRITE if is_written else SiteKind.SUBSCRIPT_READ
            owner = self.name if self._is_object else ""
            return CountedSite(kind, f"{self.name}[]", owner, self._source)
        self.member(link)
        kind = SiteKind.WRITE if is_written else SiteKind.READ
        return CountedSite(kind, self.name, self._owner, self._source)

    def member(self, name: str) -> None:
        self._enter()
        member = ANY_MEMBER if name == "{name}" else name
        self._owner = self.name if self._is_object else ""
        self.name = self._vocabulary.canonical(f"{self.name}.{member}" if self.name else member)
        self._is_object = False

    def _call(self) -> None:
        makers = self._vocabulary.makers
        made = makers.get(f"{self.name}()")
        if made is None:
            # `wandb.config()` and `wandb.Run()` stand for any object of the kind
            made = makers.get(self.name) or (self.name if self.name in self._types else None)
        self._become(made, f"{self.name}()")

    def _enter(self) -> None:
        """What is read where an object stands is that object."""
        if not self._is_object:
            made = self._vocabulary.makers.get(self.name)
            if made is not None:
                self._become(made, self.name)

    def _become(self, made: str | None, otherwise: str) -> None:
        if made == "" and not self._source:
            self._source = otherwise
        self.name, self._is_object, self._owner = made or otherwise, bool(made), ""
