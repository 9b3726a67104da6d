"""Which gaps no tracking library could have closed: sweeps, the public client, charts, internals."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from adapter.graph.model import Library
from adapter.plan import Gap, GapReason, Plan, Site, SiteKind


class Group(StrEnum):
    """The groups that a share of edited sites may be taken without, and the rest."""

    SWEEPS = "sweeps"
    CLIENT = "public Api client"
    PAGES = "UI-only"
    OWN = "only in the source library"
    OTHER = "other"


_WORDS = {
    Group.SWEEPS: re.compile(r"\bsweep\b"),
    Group.CLIENT: re.compile(r"\bclient\b"),
    Group.PAGES: re.compile(r"\bpages\b"),
    Group.OWN: re.compile(r"\ban internal of\b|\bonly in (?:MLflow|W&B)\b"),
}
_MADE_AT = re.compile(
    r"the call that makes the object at line (\d+) stays|a call that it guards at line (\d+) stays"
    r"|the run that it belongs to, started at line (\d+), stays"
)
_HANGS_ON = re.compile(
    r"it (?:comes from|holds) (?P<api>\S+), which no rule covers|stands inside a (?P<around>\S+) that stays"
)


@dataclass(frozen=True, slots=True)
class Sorted:
    """A gap and its group; `listed` says that the map itself calls the API out of scope."""

    gap: Gap
    group: Group
    listed: bool


def sort_gaps(plans: Iterable[Plan], library: Library) -> dict[Path, list[Sorted]]:
    """Every gap by file, with its group: its own, or that of the API it hangs on.

    An import that is kept belongs to what keeps it: to a group when every other gap of the file does; a
    manifest that is kept belongs to what keeps the imports of the code below its folder.
    """
    found: dict[Path, list[Sorted]] = {}
    keeping: dict[Path, Group] = {}
    for plan in plans:
        by_api: dict[str, list[Gap]] = {}
        for gap in plan.gaps:
            by_api.setdefault(gap.site.api, []).append(gap)
        by_line = {gap.site.line: gap for gap in plan.gaps if gap.site.cell is None and not _is_kept(gap)}
        groups = {
            id(gap): _group(_cause(gap, by_line), by_api, library) for gap in plan.gaps if not _is_kept(gap)
        }
        rest = _together(groups[id(gap)] for gap in plan.gaps if id(gap) in groups and not _serves_rest(gap))
        groups |= {id(gap): rest for gap in plan.gaps if _serves_rest(gap)}
        if any(gap.site.kind is SiteKind.MANIFEST for gap in plan.gaps):
            keeps = _together(group for path, group in keeping.items() if plan.path.parent in path.parents)
        else:
            keeps = keeping[plan.path] = _together(groups.values())
        found[plan.path] = [
            Sorted(gap, groups.get(id(gap), keeps), library.scope_note(gap.site.api) is not None)
            for gap in plan.gaps
        ]
    return found


def is_api(site: Site) -> bool:
    """Whether a site uses the library's API: no import, no manifest, no line that installs it."""
    return site.kind not in (SiteKind.IMPORT, SiteKind.MANIFEST, SiteKind.SHELL)


def _is_kept(gap: Gap) -> bool:
    return gap.reason is GapReason.IMPORT_KEPT or gap.site.kind is SiteKind.MANIFEST


def _serves_rest(gap: Gap) -> bool:
    """A login and the like, which stays because something else does."""
    return gap.detail == "calls that stay need it"


def _together(groups: Iterable[Group]) -> Group:
    """The rest as soon as one is of the rest, else the group that most are of."""
    counted = Counter(groups)
    return Group.OTHER if Group.OTHER in counted or not counted else counted.most_common(1)[0][0]


def _cause(gap: Gap, by_line: Mapping[int, Gap]) -> Gap:
    """The gap of the call that makes an object, or that an exception guards, where a gap names its line."""
    match = _MADE_AT.search(gap.detail)
    cause = by_line.get(int(match[1] or match[2] or match[3])) if match else None
    return gap if cause is None or cause is gap else _cause(cause, {})


def _group(
    gap: Gap, by_api: dict[str, list[Gap]], library: Library, seen: frozenset[str] = frozenset()
) -> Group:
    own = _group_of_note(library.scope_note(gap.site.api))
    if own is Group.OTHER:
        own = _group_of_note(gap.detail)
    match = _HANGS_ON.search(gap.detail)
    if own is not Group.OTHER or match is None:
        return own
    api = match["api"] or match["around"]
    named = _group_of_note(library.scope_note(api))
    if named is not Group.OTHER or api in seen:
        return named
    return _shared(
        _group(other, by_api, library, seen | {api}) for other in by_api.get(api, ()) if other is not gap
    )


def _group_of_note(note: str | None) -> Group:
    return next((group for group, words in _WORDS.items() if note and words.search(note)), Group.OTHER)


def _shared(groups: Iterable[Group]) -> Group:
    """The one group that all have; the rest otherwise."""
    found = set(groups)
    return found.pop() if len(found) == 1 else Group.OTHER
