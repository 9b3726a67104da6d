"""names: names that come from another module of the project, followed there."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tree_sitter import Node

from adapter.names.bindings import is_field
from adapter.names.catalog import Catalog, Vocabulary
from adapter.names.imports import ImportBinding
from adapter.names.modules import Modules
from adapter.names.parameters import argument
from adapter.names.uses import Names
from adapter.names.values import NOTHING, OPTIONAL, OTHER, UNKNOWN, Value, ValueKind
from adapter.source.errors import SourceError
from adapter.source.text import Source

if TYPE_CHECKING:
    from adapter.names.lookup import RopeLookup

_DEEPEST = 12
"""Modules that one question may lead through."""
_MOST_KEPT = 128
"""Files whose names are kept in memory; one that is asked about again later is read again."""
_MOST_CALLERS = 40
"""Files with calls of one function that are looked through; of one called from more, nothing is known."""
_IMPORT = re.compile(rb"^[ \t\"]*(?:from|import)\b(?:[^\n(]|\([^)]*\))*", re.MULTILINE)
_WORD = re.compile(rb"\w+")


class ProjectNames:
    """What the names of a project stand for across its modules.

    `load` gives the source of a file, and may keep it; a file for which it raises SourceError or OSError
    says nothing. In `files` calls are looked for that pass a library value to a function of another file.
    """

    def __init__(
        self, root: Path, catalog: Catalog, load: Callable[[Path], Source], files: Iterable[Path] = ()
    ) -> None:
        self.root = root
        self.catalog = catalog
        self.files = tuple(files)
        self.modules = Modules(root)
        self.open: set[tuple[Path, str]] = set()
        self._load = load
        self._names: OrderedDict[Path, Names | None] = OrderedDict()
        self._speaking: dict[tuple[Path, str], list[Path]] = {}
        self._imported_words: dict[bytes, list[Path]] | None = None
        self._carriers: dict[Path, bool] = {}
        self._values: dict[tuple[Path, str], Value | None] = {}
        self._lookup: RopeLookup | None = None

    def seen_from(self, source: Source) -> View:
        """The project as one of its files sees it."""
        return View(self, source)

    def names(self, path: Path) -> Names | None:
        """The names of a file of the project; None when it cannot be read."""
        if path not in self._names:
            self._names[path] = None
            try:
                self._names[path] = Names(self._load(path), self.catalog, self)
            except (SourceError, OSError):
                return None
            if len(self._names) > _MOST_KEPT:
                self._names.popitem(last=False)
        else:
            self._names.move_to_end(path)
        return self._names[path]

    def mentioning(self, path: Path) -> list[Path]:
        """The other `files` whose import statements hold the name of a module, told by their text alone."""
        if self._imported_words is None:
            self._imported_words = {}
            for file in self.files:
                for word in self._words_of_imports(file):
                    self._imported_words.setdefault(word, []).append(file)
        name = path.parent.name if path.stem == "__init__" else path.stem
        return [file for file in self._imported_words.get(name.encode(), ()) if file != path]

    def speaking_of(self, path: Path, function: str) -> list[Path]:
        """Those `mentioning` a module that hold the name of one of its functions or classes."""
        key = (path, function)
        if key not in self._speaking:
            wanted = function.encode()
            self._speaking[key] = [file for file in self.mentioning(path) if wanted in _bytes_of(file)]
        return self._speaking[key]

    @staticmethod
    def _words_of_imports(path: Path) -> set[bytes]:
        data = _bytes_of(path)
        return {word for match in _IMPORT.finditer(data) for word in _WORD.findall(match[0])}

    def value_at(self, source: Source, node: Node) -> Value:
        """What an expression stands for: asked in its file, then in the project, then of rope."""
        known = self.names(source.path)
        names = known if known is not None and known.source is source else Names(source, self.catalog, self)
        value = names.value(node)
        if value.kind is not ValueKind.UNKNOWN:
            return value
        return self.asked(source, node)

    def asked(self, source: Source, node: Node) -> Value:
        """What rope's search for the definition of a name leads to; UNKNOWN where that is nothing."""
        if source.cells is not None or len(self.open) > _DEEPEST:
            return UNKNOWN
        if self._lookup is None:
            from adapter.names.lookup import RopeLookup

            self._lookup = RopeLookup(self.root)
        place = self._lookup.definition(source, node)
        if place is None:
            return UNKNOWN
        path, line = place
        names = self.names(path)
        name = source.node_text(node).rsplit(".", 1)[-1]
        value = names.exports.defined(name, line) if names is not None else UNKNOWN
        return value if value.of_library else UNKNOWN

    def value_of(self, origin: Path, path: str) -> Value | None:
        """The value at a dotted path with calls, imported by the file `origin`; None when outside."""
        key = (origin, path)
        if key in self._values:
            return self._values[key]
        found = self.modules.find(origin, path)
        if found is None:
            self._values[key] = None
            return None
        module, rest = found
        if not rest:
            return Value(ValueKind.OTHER, path)
        if key in self.open or len(self.open) > _DEEPEST:
            return Value(ValueKind.UNKNOWN, path)
        self.open.add(key)
        try:
            names = self.names(module)
            value = names.exports.at_path(rest) if names is not None else UNKNOWN
        finally:
            self.open.discard(key)
        self._values[key] = result = _seen_from_outside(value, path)
        return result

    def carries(self, path: Path) -> bool:
        """Whether a file names the library, or imports from one of the project that does."""
        if path not in self._carriers:
            self._carriers[path] = False
            names = self.names(path)
            self._carriers[path] = names is not None and (
                Vocabulary.of(self.catalog).is_named_in(names.source.data)
                or any(self._imports_carrier(path, binding.target) for binding in names.imports)
            )
        return self._carriers[path]

    def _imports_carrier(self, origin: Path, target: str) -> bool:
        found = self.modules.find(origin, target.removesuffix(".*"))
        return found is not None and found[0] != origin and self.carries(found[0])

    def exporting(self, paths: Iterable[Path]) -> list[Path]:
        """The files of which other modules can get something of the library, by import or attribute."""
        found = []
        for path in paths:
            names = self.names(path)
            if names is not None and names.exports.given_away():
                found.append(path)
        return found

    def related(self, matching: Iterable[Path]) -> list[Path]:
        """The other `files` that may hold sites without naming the library.

        Those that import from a file that gives something of the library away, directly or through
        others, and those whose functions are called from a file that names the library.
        """
        known = set(matching)
        found: list[Path] = []
        giving = set(self.exporting(path for path in known if self.mentioning(path)))
        while giving:
            importing = [path for path in self.importers(giving) if path not in known]
            known.update(importing)
            found += importing
            giving = set(self.exporting(importing))
        for path in tuple(known):
            for imported in self.imported_by(path):
                if imported not in known and imported in self.files:
                    known.add(imported)
                    found.append(imported)
        return sorted(found)

    def importers(self, exporters: Iterable[Path]) -> list[Path]:
        """The `files` that import from one of the exporters."""
        wanted = set(exporters)
        perhaps = {path for exporter in wanted for path in self.mentioning(exporter)}
        return [path for path in sorted(perhaps) if not wanted.isdisjoint(self.imported_by(path))]

    def imported_by(self, path: Path) -> list[Path]:
        """The files of the project that a file imports."""
        names = self.names(path)
        return [] if names is None else self.imported_as(path, names.imports)

    def imported_as(self, path: Path, imports: Iterable[ImportBinding]) -> list[Path]:
        """The files of the project that the imports of a file mean."""
        found = (self.modules.find(path, binding.target.removesuffix(".*")) for binding in imports)
        return list(dict.fromkeys(each[0] for each in found if each is not None and each[0] != path))


class View:
    """A project as one of its files sees it: relative imports count from there."""

    def __init__(self, project: ProjectNames, source: Source) -> None:
        self.project = project
        self.source = source

    def imported(self, path: str) -> Value | None:
        """The value at a dotted path with calls; None where the path leads out of the project."""
        return self.project.value_of(self.source.path, path)

    def carries(self, path: str) -> bool:
        """Whether the path leads into a module of the project that has to do with the library."""
        found = self.project.modules.find(self.source.path, path) if path else None
        return found is not None and self.project.carries(found[0])

    def names_in(self, path: str) -> Iterable[str]:
        """The names that a star import of the module brings."""
        found = self.project.modules.find(self.source.path, path)
        names = self.project.names(found[0]) if found is not None and not found[1] else None
        return names.exports.given_away() if names is not None else ()

    def asked(self, node: Node) -> Value:
        """What rope finds where the files themselves do not tell."""
        return self.project.asked(self.source, node)

    def arguments(self, function: str, parameter: str, index: int) -> Iterable[Value | None]:
        """What calls in the other files give for a parameter of a function or class of this file."""
        callers = self.project.speaking_of(self.source.path, function)
        if len(callers) > _MOST_CALLERS:
            yield UNKNOWN
            return
        for path in callers:
            names = self.project.names(path)
            if names is None or function.encode() not in names.source.data:
                continue
            for use in self._mentions(names, path, function):
                parent = use.parent
                if parent is None or parent.type != "call" or not is_field(parent, "function", use):
                    yield UNKNOWN
                    continue
                given = argument(parent, parameter, index, names.evaluator)
                if given is None:
                    yield None
                elif given.id == parent.id:
                    yield UNKNOWN
                else:
                    yield _as_argument(names.evaluator.value(given))

    def _mentions(self, names: Names, path: Path, function: str) -> Iterator[Node]:
        """The expressions of another file that mean the function."""
        for binding in names.imports:
            found = self.project.modules.find(path, binding.target.removesuffix(".*"))
            if found is None or found[0] != self.source.path:
                continue
            if binding.star:
                yield from names.unbound(function)
            elif found[1] == [function]:
                scope = names.scope_of(binding.name)
                bound = {binding.name.id}
                yield from (node for node in names.occurrences(binding.local, scope) if node.id not in bound)
            elif not found[1]:
                yield from names.members(binding.bound, function)


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _seen_from_outside(value: Value, path: str) -> Value:
    """A value of one file for the use of another: what is defined there becomes its path."""
    if value.of_library or value is OTHER:
        return value
    if value is NOTHING or value is OPTIONAL or value.kind is ValueKind.UNKNOWN:
        return Value(ValueKind.UNKNOWN, path)
    return Value(ValueKind.OTHER, path)


def _as_argument(value: Value) -> Value:
    if value.of_library or value is NOTHING:
        return value
    return OTHER if value.kind is ValueKind.OTHER and value.definition < 0 else UNKNOWN
