"""source: the files below the given paths, sorted into code and manifests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from adapter.plan import FileError
from adapter.source.command_file import is_command_file
from adapter.source.errors import SourceError
from adapter.source.manifests import is_manifest
from adapter.source.text import read_bytes
from adapter.source.walk import Found, walk

_CODE = frozenset({".py", ".pyw", ".pyi", ".ipynb"})


@dataclass(slots=True)
class Tree:
    """What a walk found, and the given path above each file.

    `commands` are files that set up and start a pipeline, `errors` what could not be walked.
    """

    code: list[Path] = field(default_factory=list)
    manifests: list[Path] = field(default_factory=list)
    commands: list[Path] = field(default_factory=list)
    errors: list[FileError] = field(default_factory=list)
    roots: dict[Path, Path] = field(default_factory=dict)

    def folder_of(self, path: Path) -> Path:
        """The folder that a file's imports are looked up in: the given one, or that of a given file."""
        root = self.roots[path]
        return root if root.is_dir() else root.parent

    def add(self, item: Found) -> None:
        """Sorts one file in."""
        manifest = is_manifest(item.path)
        if manifest:
            self.manifests.append(item.path)
        command = not manifest and is_command_file(item.path)
        if command:
            self.commands.append(item.path)
        is_code = item.path.suffix in _CODE or (item.path == item.root and not command)
        if is_code and (not manifest or item.path.name == "setup.py"):
            self.code.append(item.path)
        self.roots[item.path] = item.root

    def naming(self, needles: Iterable[bytes]) -> tuple[list[Path], list[Path], list[FileError]]:
        """The code files that hold one of the needles, the others, and those that cannot be read."""
        wanted = list(needles)
        naming: list[Path] = []
        others: list[Path] = []
        unreadable: list[FileError] = []
        for path in self.code:
            try:
                raw = read_bytes(path)
            except SourceError as error:
                unreadable.append(error.error)
                continue
            (naming if any(needle in raw for needle in wanted) else others).append(path)
        return naming, others, unreadable


def read_tree(paths: Sequence[Path], include: Sequence[str] = (), exclude: Sequence[str] = ()) -> Tree:
    """Walks the given paths."""
    tree = Tree()
    for item in walk(paths, include, exclude):
        if isinstance(item, FileError):
            tree.errors.append(item)
        else:
            tree.add(item)
    return tree
