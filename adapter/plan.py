"""The words that every room shares: spans, sites, edits, gaps and the plan of one file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class Fidelity(StrEnum):
    """How faithful a rewrite is, from best to worst."""

    EXACT = "exact"
    LOSSY = "lossy"
    UNSAFE = "unsafe"

    @property
    def rank(self) -> int:
        """0 for exact, 1 for lossy, 2 for unsafe."""
        return _RANKS[self]

    @staticmethod
    def worst(fidelities: Iterable[Fidelity]) -> Fidelity:
        """The least faithful of several; exact when there is none."""
        return max(fidelities, key=lambda fidelity: fidelity.rank, default=Fidelity.EXACT)


_RANKS = {Fidelity.EXACT: 0, Fidelity.LOSSY: 1, Fidelity.UNSAFE: 2}


class SiteKind(StrEnum):
    """The ways in which code uses an API."""

    CALL = "call"
    READ = "read"
    WRITE = "write"
    SUBSCRIPT_READ = "subscript-read"
    SUBSCRIPT_WRITE = "subscript-write"
    DECORATOR = "decorator"
    BASE = "base-class"
    ANNOTATION = "annotation"
    IMPORT = "import"
    KEYWORD = "keyword-value"
    ENVIRONMENT = "environment-variable"
    SHELL = "shell-line"
    MANIFEST = "manifest"
    LANDMARK = "landmark"
    CODE = "code"


class GapReason(StrEnum):
    """Why a site was left as it is."""

    NO_EDGE = "no-edge"
    UNKNOWN_RECEIVER = "unknown-receiver"
    ARGUMENTS = "arguments"
    POSITION = "position"
    VALUE = "value"
    UNSAFE = "unsafe"
    IMPORT_KEPT = "import-kept"
    DYNAMIC = "dynamic"
    UNPARSABLE = "unparsable"
    LANDMARK = "landmark"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of UTF-8 byte offsets into the text of a source."""

    start: int
    end: int

    def contains(self, other: Span) -> bool:
        """Whether the other span lies within this one (or equals it)."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Whether the two share a byte, or insert at the same place inside one another."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Change:
    """One splice: the bytes of a span give way to a new text."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Site:
    """A place in the code that uses a source API.

    `line` counts from 1, `column` from 1 in characters, as editors show them. `cell` is the
    number of the notebook cell, from 1, whose own lines `line` then counts.
    """

    span: Span
    kind: SiteKind
    api: str
    line: int
    column: int
    end_line: int
    end_column: int
    cell: int | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """A site that a rule rewrites.

    `to` names the target API(s), `rule` the map entries that made the path, `note` what is lost.
    """

    site: Site
    to: str
    rule: str
    fidelity: Fidelity = Fidelity.EXACT
    note: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """A site that no rule covers, and why."""

    site: Site
    reason: GapReason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Ignored:
    """A site that is left alone, with the reason: its author asked for that.

    `on_purpose` ones are right as they are: the target builds on the source library for what they do.
    """

    site: Site
    reason: str
    on_purpose: bool = False


@dataclass(frozen=True, slots=True)
class FileError:
    """A file that could not be handled: the place, what is wrong there, and what to do about it."""

    path: Path
    message: str
    line: int | None = None
    column: int | None = None
    remedy: str = ""

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)
        return f"{place}: {self.message}" + (f" ({self.remedy})" if self.remedy else "")


@dataclass(slots=True)
class Plan:
    """All that is to be done to one file, and all that is left.

    `before` and `after` are the exact bytes of the file; `after` is None when nothing changes.
    """

    path: Path
    before: bytes = b""
    after: bytes | None = None
    edits: list[Edit] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)
    error: FileError | None = None

    @property
    def changed(self) -> bool:
        """Whether the file would get other bytes."""
        return self.after is not None and self.after != self.before

    @property
    def sites(self) -> int:
        """How many sites were seen; every one is an edit, a gap or ignored."""
        return len(self.edits) + len(self.gaps) + len(self.ignored)

    @property
    def has_news(self) -> bool:
        """Whether a report has something to say about the file."""
        return bool(self.changed or self.sites or self.error)

    def all_sites(self) -> Iterator[Site]:
        """Every site, in no particular order."""
        items: tuple[Edit | Gap | Ignored, ...] = (*self.edits, *self.gaps, *self.ignored)
        for item in items:
            yield item.site
