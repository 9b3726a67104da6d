"""Fleet: which repositories are meant: folders, git addresses, a file that lists them, a folder of clones."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_ADDRESS = re.compile(r"(?:https?|ssh|git|file)://\S+|[\w.-]+@[\w.-]+:\S+")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


class FleetError(Exception):
    """The request cannot be carried out; the message says what to give instead."""


@dataclass(frozen=True, slots=True)
class Repository:
    """One repository: `name` as it was given; `folder` where it lies on this machine, None for an address."""

    name: str
    folder: Path | None

    @property
    def slug(self) -> str:
        """A file name for it: readable, and different for different repositories."""
        base = _UNSAFE.sub("-", self.name.rstrip("/").removesuffix(".git").rpartition("/")[2]).strip("-.")
        key = str(self.folder) if self.folder is not None else self.name
        digest = hashlib.sha256(key.encode(errors="surrogateescape")).hexdigest()[:8]
        return f"{base[:60] or 'repository'}-{digest}"

    @property
    def is_git(self) -> bool:
        """Whether git knows it."""
        return self.folder is None or (self.folder / ".git").exists() or _is_bare(self.folder)


def find_repositories(names: Iterable[str], listing: Path | None = None) -> list[Repository]:
    """The repositories that arguments and a listing name, each once, in order.

    A folder that is no repository but holds some stands for these. A line of the listing is a path (relative
    to the listing's folder) or an address; `#` begins a comment.

    Raises:
        FleetError: something is neither a folder nor an address, or the listing cannot be read.
    """
    found: list[Repository] = []
    for name in names:
        found += _named(name, Path())
    if listing is not None:
        for number, name in _lines(listing):
            try:
                found += _named(name, listing.parent)
            except FleetError as error:
                raise FleetError(f"{listing}:{number}: {error}") from error
    return list({repository.slug: repository for repository in found}.values())


def _named(name: str, base: Path) -> list[Repository]:
    if _ADDRESS.fullmatch(name):
        return [Repository(name, None)]
    folder = base / name
    if not folder.is_dir():
        raise FleetError(f"{name!r} is neither a folder nor the address of a git repository")
    inner = [] if (folder / ".git").exists() else sorted(path.parent for path in folder.glob("*/.git"))
    # A worker may run elsewhere, so what it gets is absolute.
    return [Repository(path.as_posix(), path.resolve()) for path in inner or [folder]]


def _lines(listing: Path) -> list[tuple[int, str]]:
    try:
        text = listing.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FleetError(f"{listing}: {error}") from error
    rows = [(number, line.partition(" #")[0].strip()) for number, line in enumerate(text.splitlines(), 1)]
    return [(number, line) for number, line in rows if line and not line.startswith("#")]


def _is_bare(folder: Path) -> bool:
    return (folder / "HEAD").is_file() and (folder / "objects").is_dir()
