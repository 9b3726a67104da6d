"""Traces: which of several ways to use a library the code around a site shows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from adapter.graph.model import Library


class Traces:
    """What the files of a project use of a library, told by their text alone, and looked up once.

    Only names that an entry of the map asks for with `beside` count; a `*` in them stands for the rest of
    a word. What the target writes in their place should be listed with them: a second run sees that.
    """

    def __init__(self, library: Library, files: Iterable[Path] = ()) -> None:
        self._files = files
        self._names = sorted({name for entry in library.entries for name in entry.beside if name[-1] != ")"})
        joined = "|".join(f"({re.escape(name)})" for name in self._names).replace(r"\*", r"\w*")
        self._search = re.compile(rf"(?<![\w.])(?:{joined})(?!\w)".encode()) if self._names else None
        self._by_folder: dict[Path, frozenset[str]] | None = None

    def near(self, path: Path, raw: bytes) -> frozenset[str]:
        """The names that the file itself has, else those of the nearest folder around it that has any."""
        found = self._in(raw)
        if found or self._search is None:
            return found
        if self._by_folder is None:
            self._by_folder = self._look_up()
        by_folder = self._by_folder
        return next((by_folder[folder] for folder in path.parents if folder in by_folder), frozenset())

    def _in(self, raw: bytes) -> frozenset[str]:
        if self._search is None:
            return frozenset()
        found = (match.lastindex for match in self._search.finditer(raw))
        return frozenset(self._names[index - 1] for index in found if index is not None)

    def _look_up(self) -> dict[Path, frozenset[str]]:
        """The names by folder, with those of the folders below."""
        found: dict[Path, frozenset[str]] = {}
        for path in self._files:
            try:
                names = self._in(path.read_bytes())
            except OSError:
                continue
            for folder in path.parents if names else ():
                found[folder] = found.get(folder, frozenset()) | names
        return found
