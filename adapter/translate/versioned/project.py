"""translate: what the files of a project tell each other about the paths that they version."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from tree_sitter import Node

from adapter.graph.network import Route
from adapter.names.catalog import LibraryCatalog
from adapter.names.project import ProjectNames
from adapter.names.uses import Names
from adapter.source.errors import SourceError
from adapter.source.text import Source, read_bytes, read_source
from adapter.translate.versioned.files import FileKinds, file_kinds
from adapter.translate.versioned.paths import PathReader
from adapter.translate.versioned.translator import Translator

_MOST_CALLERS = 40
"""Files with calls of one function that are looked through."""


def is_versioned(route: Route) -> bool:
    """Whether the target keeps only the data of what the source versions, and builds on it for the rest."""
    return route.source.name in route.target.builds_on


def versioned_catalog(catalog: LibraryCatalog) -> LibraryCatalog:
    """The catalog with methods that sets and lists have too: `add` is what versions are made of."""
    return replace(catalog, methods=catalog.methods | {"add", "remove"})


@dataclass(slots=True)
class VersionedProject:
    """The files of a project, as far as versioned data is concerned; `globs` are those of `--data`."""

    route: Route
    catalog: LibraryCatalog
    code: Sequence[Path]
    files: Sequence[Path]
    globs: tuple[str, ...] = ()
    _shows_data: dict[Path, bool] = field(default_factory=dict)
    _texts: dict[Path, bytes] = field(default_factory=dict)
    _readers: dict[Path, PathReader | None] = field(default_factory=dict)

    def translator(self, source: Source, names: Names, project: ProjectNames | None) -> Translator:
        """What translates one file."""
        reader = self._reader(source, names)
        return Translator(
            source, names, self.route, reader, is_linked=self._is_linked(source.path, names, project)
        )

    def _reader(self, source: Source, names: Names) -> PathReader:
        kinds: FileKinds = file_kinds(self.globs)
        return PathReader(names, kinds, lambda name: self._callers(name, source.path, kinds))

    def _callers(self, name: str, called_in: Path, kinds: FileKinds) -> Iterator[tuple[PathReader, Node]]:
        """The calls of a function in the other files that name both it and its module."""
        module = called_in.stem.encode()
        seen = 0
        for path in self.code:
            if path == called_in or seen >= _MOST_CALLERS or path.suffix == ".ipynb":
                continue
            data = self._data(path)
            if name.encode() not in data or module not in data:
                continue
            seen += 1
            reader = self._caller(path, kinds)
            if reader is not None:
                yield from ((reader, call) for call in reader.calls_of(name))

    def _caller(self, path: Path, kinds: FileKinds) -> PathReader | None:
        if path not in self._readers:
            try:
                self._readers[path] = PathReader(Names(read_source(path), self.catalog), kinds)
            except SourceError:
                self._readers[path] = None
        return self._readers[path]

    def _data(self, path: Path) -> bytes:
        if path not in self._texts:
            try:
                self._texts[path] = read_bytes(path)
            except SourceError:
                self._texts[path] = b""
        return self._texts[path]

    def _is_linked(self, path: Path, names: Names, project: ProjectNames | None) -> bool:
        """Whether a file that this one imports, or that imports it, versions data."""
        near = set(project.imported_as(path, names.imports)) if project is not None else set()
        stem = path.stem.encode()
        for other in self.files:
            data = self._data(other)
            works_with_it = other in near or (stem in data and _imports(data, stem))
            if other != path and works_with_it and self._shows(other):
                return True
        return False

    def _shows(self, path: Path) -> bool:
        if path not in self._shows_data:
            self._shows_data[path] = False
            try:
                source = read_source(path)
            except SourceError:
                return False
            names = Names(source, self.catalog)
            translator = Translator(source, names, self.route, self._reader(source, names))
            self._shows_data[path] = translator.versions_data()
        return self._shows_data[path]


def _imports(data: bytes, stem: bytes) -> bool:
    return (
        re.search(rb"^\s*(?:from|import)\s[^\n]*\b" + re.escape(stem) + rb"\b", data, re.MULTILINE)
        is not None
    )
