"""translate: which files are data and which are code, by their names, from `rules/versioned_files.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from fnmatch import fnmatch
from functools import cache
from importlib.resources import files

from adapter.graph.yamlfile import read_document

ANY = "\0"
"""Stands in the text of a path for a part that is known only at run time."""

LISTED = "\1"
"""Stands there for whatever lies in a folder: what DVC puts beside its data too."""

_SUFFIX = re.compile(r"\.([A-Za-z0-9]+)$")


class Kind(StrEnum):
    """What a path leads to; MIXED when it leads to data in one case and to code in another."""

    DATA = "data"
    CODE = "code"
    MIXED = "mixed"
    UNKNOWN = "unknown"

    @staticmethod
    def joint(kinds: Iterable[Kind]) -> Kind:
        """The kind of something that may be any of these."""
        found = set(kinds)
        if len(found) == 1:
            return found.pop()
        return Kind.MIXED if found == {Kind.DATA, Kind.CODE} else Kind.UNKNOWN


@dataclass(frozen=True)
class FileKinds:
    """The lists of `rules/versioned_files.yaml`, and the patterns of paths that a person calls data."""

    data_suffixes: frozenset[str]
    code_suffixes: frozenset[str]
    code_names: frozenset[str]
    data_folders: frozenset[str]
    code_folders: frozenset[str]
    data_names: re.Pattern[str]
    writers: Mapping[str, int]
    copies: Mapping[str, tuple[int, int]]
    globs: tuple[str, ...] = ()

    def of_path(self, path: str) -> Kind:
        """What a path leads to, with ANY for what is not known of it."""
        path = path.replace("\\", "/")
        known = path.rstrip("/")
        if any(_fits(known, glob) for glob in self.globs):
            return Kind.DATA
        parts = known.split("/")
        last = parts[-1]
        if last in self.code_names:
            return Kind.CODE
        suffix = _SUFFIX.search(last)
        if suffix is not None:
            if suffix[1].lower() in self.data_suffixes:
                return Kind.DATA
            if suffix[1].lower() in self.code_suffixes:
                return Kind.CODE
        if LISTED in path:
            return Kind.UNKNOWN
        folders = {part.lower() for part in parts} | {last.lower().partition(".")[0]}
        if folders & self.data_folders:
            return Kind.DATA
        return Kind.CODE if folders & self.code_folders else Kind.UNKNOWN

    def of_suffix(self, suffix: str) -> Kind:
        """What files with a suffix hold; the dot in front may be missing."""
        plain = suffix.lstrip(".").rpartition(".")[2].lower()
        if plain in self.data_suffixes:
            return Kind.DATA
        return Kind.CODE if plain in self.code_suffixes else Kind.UNKNOWN


def _fits(path: str, glob: str) -> bool:
    """Whether a path surely matches a pattern: unknown parts only where the pattern takes anything."""
    if path.startswith(ANY) and not glob.startswith("*"):
        return False
    return fnmatch(path.removeprefix("./"), glob) or fnmatch(path, f"{glob.rstrip('/')}/*")


def file_kinds(globs: Iterable[str] = ()) -> FileKinds:
    """The kinds of files, with the patterns of `--data`."""
    return replace(_packaged(), globs=tuple(globs))


@cache
def _packaged() -> FileKinds:
    path = files("rules") / "versioned_files.yaml"
    data = read_document(str(path), path.read_text("utf-8")).data
    return FileKinds(
        data_suffixes=_flat(data["data_suffixes"]),
        code_suffixes=_flat(data["code_suffixes"]),
        code_names=_flat(data["code_names"]),
        data_folders=frozenset(data["data_folders"]),
        code_folders=frozenset(data["code_folders"]),
        data_names=re.compile(data["data_names"], re.IGNORECASE),
        writers=dict(data["writers"]),
        copies={name: (places[0], places[1]) for name, places in data["copies"].items()},
    )


def _flat(rows: Iterable[Iterable[str]]) -> frozenset[str]:
    return frozenset(word for row in rows for word in row)
