"""source: walking a project: the Python files, notebooks and manifests that are its own."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from adapter.plan import FileError
from adapter.source.command_file import is_command_file
from adapter.source.errors import not_regular, os_failure
from adapter.source.ignore import IgnoreFile, compile_rules, is_ignored, read_rules, rules_above

_CODE = (".py", ".ipynb", ".pyw", ".pyi")
_PERHAPS_MANIFEST = (".toml", ".txt", ".in", ".pip", ".cfg", ".yml", ".yaml", "Pipfile")

_SKIPPED = frozenset(
    """
    .git .hg .svn .bzr .venv .tox .nox .eggs .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis
    .ipynb_checkpoints .adapter __pycache__ __pypackages__ node_modules site-packages
    """.split()
)
_NOT_OURS = ("pyvenv.cfg", "conda-meta", "CACHEDIR.TAG")


@dataclass(frozen=True, slots=True)
class Found:
    """A file to look at, and the given path under which it was found."""

    path: Path
    root: Path


@dataclass(slots=True)
class _Tree:
    """One given folder: `top` is its absolute path, `shown` how the user wrote it."""

    root: Path
    top: str
    include: IgnoreFile | None
    exclude: IgnoreFile | None
    shown: str = field(init=False)
    real_top: str = field(init=False)

    def __post_init__(self) -> None:
        self.shown = str(self.root)
        self.real_top = os.path.realpath(self.top)

    def path(self, absolute: str) -> Path:
        """A path below the folder as the user would write it."""
        return self.root / absolute[len(self.top) :].lstrip("/")

    def holds(self, real: str) -> bool:
        """Whether a path without symlinks lies in the folder."""
        return real == self.real_top or real.startswith(self.real_top.rstrip("/") + "/")

    def excludes(self, absolute: str, is_folder: bool, layers: Sequence[IgnoreFile]) -> bool:
        """Whether a path is left out, by the user's patterns or by a .gitignore file."""
        if is_folder:
            absolute += "/"
        if self.exclude and self.exclude.verdict(absolute):
            return True
        if self.include and not is_folder and not self.include.verdict(absolute, itself=False):
            return True
        return bool(layers) and is_ignored(absolute, layers)


def walk(
    paths: Iterable[Path], include: Sequence[str] = (), exclude: Sequence[str] = ()
) -> Iterator[Found | FileError]:
    """The files of the given paths, sorted within each, every file once; what is in the way as FileError.

    A file that is given itself is always taken. In a folder, code (*.py, *.pyw, *.pyi, *.ipynb), dependency
    manifests and files of commands (shell, Docker, CI) are taken, unless .gitignore says otherwise; virtual
    environments, caches and what belongs to tools are left out. `include` and `exclude` are patterns as in a
    .gitignore file, relative to the given folder. Symlinks in a folder are not followed: what they lead to is
    found in its own place, or is reported where it lies outside or the link leads back to itself.
    """
    given = list(paths)
    seen: set[str] = set()
    for path in given:
        for item in _walk_one(path, include, exclude):
            if len(given) > 1 and isinstance(item, Found):
                place = _absolute(item.path)
                if place in seen:
                    continue
                seen.add(place)
            yield item


def _absolute(path: Path) -> str:
    """The absolute path without "." and "..", its symlinks as they are."""
    return os.path.normpath(path.absolute())


def _walk_one(path: Path, include: Sequence[str], exclude: Sequence[str]) -> Iterator[Found | FileError]:
    try:
        mode = path.stat().st_mode
    except OSError as problem:
        yield os_failure(path, problem, "read")
        return
    if stat.S_ISREG(mode):
        yield Found(path, path)
    elif not stat.S_ISDIR(mode):
        yield not_regular(path, mode)
    else:
        top = _absolute(path)
        base = top.rstrip("/") + "/"
        tree = _Tree(path, top, compile_rules(base, include), compile_rules(base, exclude))
        yield from _walk_tree(tree)


def _walk_tree(tree: _Tree) -> Iterator[Found | FileError]:
    """All of a folder, depth first and sorted, with a stack of its own: folders may nest deeply."""
    stack = [_walk_folder(tree, tree.top, rules_above(tree.top))]
    while stack:
        for item in stack[-1]:
            if isinstance(item, tuple):
                stack.append(_walk_folder(tree, *item))
                break
            yield item
        else:
            stack.pop()


def _walk_folder(
    tree: _Tree, folder: str, layers: list[IgnoreFile]
) -> Iterator[Found | FileError | tuple[str, list[IgnoreFile]]]:
    """The files of one folder; a folder in it comes as its path and the rules that hold for it."""
    try:
        with os.scandir(folder) as scan:
            entries = sorted(scan, key=lambda entry: entry.name)
    except OSError as problem:
        yield os_failure(tree.path(folder), problem, "read")
        return
    names = {entry.name for entry in entries}
    if folder != tree.top and not names.isdisjoint(_NOT_OURS):
        return
    layers = _rules_here(folder, names, layers)
    for entry in entries:
        name, path = entry.name, f"{folder.rstrip('/')}/{entry.name}"
        if entry.is_symlink():
            if name not in _SKIPPED:
                yield from _look_at_link(tree, path, layers)
        elif entry.is_dir(follow_symlinks=False):
            if name not in _SKIPPED and not tree.excludes(path, True, layers):
                yield path, layers
        elif (_is_wanted(name, path) or is_command_file(Path(path))) and not tree.excludes(
            path, False, layers
        ):
            if entry.is_file(follow_symlinks=False):
                yield Found(tree.path(path), tree.root)
            else:
                yield not_regular(tree.path(path), entry.stat(follow_symlinks=False).st_mode)


def _rules_here(folder: str, names: set[str], layers: list[IgnoreFile]) -> list[IgnoreFile]:
    """The rules for what a folder holds. A repository in a repository has rules of its own only."""
    if ".git" in names:
        own = read_rules(folder, ".git/info/exclude")
        layers = [own] if own else []
    if ".gitignore" in names:
        own = read_rules(folder)
        layers = [own, *layers] if own else layers
    return layers


def _is_wanted(name: str, path: str) -> bool:
    if name.endswith(_CODE):
        return True
    if not name.endswith(_PERHAPS_MANIFEST):
        return False
    from adapter.source.manifests.files import is_manifest

    return is_manifest(Path(path))


def _look_at_link(tree: _Tree, path: str, layers: list[IgnoreFile]) -> Iterator[FileError]:
    """What to say of a symlink in a folder: nothing when it leads to a place that is walked anyway."""
    shown, wanted = tree.path(path), _is_wanted(path.rpartition("/")[2], path)
    try:
        is_folder = stat.S_ISDIR(Path(path).stat().st_mode)
    except OSError as problem:
        dangling = problem.errno == errno.ENOENT
        if not tree.excludes(path, False, layers) and (wanted or not dangling):
            message = "is a symlink to a file that does not exist"
            yield FileError(shown, message) if dangling else os_failure(shown, problem, "read")
        return
    if not (wanted or is_folder) or tree.excludes(path, is_folder, layers):
        return
    real = os.path.realpath(path)
    if not tree.holds(real):
        remedy = f"give {real} as a path of its own"
        yield FileError(shown, f"is a symlink out of {tree.shown}, not followed", remedy=remedy)
    elif is_folder and (os.path.realpath(path.rpartition("/")[0]) + "/").startswith(real.rstrip("/") + "/"):
        yield FileError(
            shown, "is a symlink loop: it leads to a folder that holds it", remedy="remove the link"
        )
