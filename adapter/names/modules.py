"""names: which file of a project an import means."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path


class Modules:
    """The modules of a project by their dotted names, as each of its files would import them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._listed: dict[Path, frozenset[str]] = {}
        self._found: dict[tuple[Path, str], tuple[Path, int] | None] = {}

    def find(self, origin: Path, path: str) -> tuple[Path, list[str]] | None:
        """The file that the front of a dotted path means, and the rest of the path.

        `origin` is the file with the import. None for a path that leads out of the project. A script
        finds modules beside it, then in the folders above up to the root, then in `src`.
        """
        dots, parts = split_path(path)
        plain = []
        for part in parts:
            if not part.isidentifier():
                break
            plain.append(part)
        if not plain and not dots:
            return None
        key = (origin.parent, "." * dots + ".".join(plain))
        if key not in self._found:
            self._found[key] = self._search(origin, dots, plain)
        found = self._found[key]
        return None if found is None else (found[0], parts[found[1] :])

    def _search(self, origin: Path, dots: int, parts: list[str]) -> tuple[Path, int] | None:
        for base in self._bases(origin, dots):
            found = self._below(base, parts, bool(dots))
            if found is not None:
                return found
        return None

    def _bases(self, origin: Path, dots: int) -> Iterator[Path]:
        folder = origin.parent
        if dots:
            for _ in range(dots - 1):
                folder = folder.parent
            yield folder
            return
        while True:
            yield folder
            if folder == self.root or folder == folder.parent or self.root not in folder.parents:
                break
            folder = folder.parent
        yield self.root / "src"

    def _below(self, base: Path, parts: list[str], relative: bool) -> tuple[Path, int] | None:
        """The deepest module that the parts lead to below a folder, and how many parts that took."""
        best: tuple[Path, int] | None = None
        if relative and "__init__.py" in self._names_in(base):
            best = (base / "__init__.py", 0)
        folder = base
        for used, part in enumerate(parts, 1):
            names = self._names_in(folder)
            if f"{part}.py" in names:
                return folder / f"{part}.py", used
            if part not in names:
                break
            folder = folder / part
            if "__init__.py" in self._names_in(folder):
                best = (folder / "__init__.py", used)
        return best

    def _names_in(self, folder: Path) -> frozenset[str]:
        if folder not in self._listed:
            try:
                self._listed[folder] = frozenset(entry.name for entry in os.scandir(folder))
            except OSError:
                self._listed[folder] = frozenset()
        return self._listed[folder]


def split_path(path: str) -> tuple[int, list[str]]:
    """The number of leading dots, and the parts of a dotted path."""
    rest = path.lstrip(".")
    return len(path) - len(rest), rest.split(".") if rest else []
