"""source: the entries of a manifest, and what becomes of each when one distribution replaces another."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from adapter.plan import Change, Edit, Fidelity, Gap, GapReason, Ignored, Plan, Site, SiteKind, Span
from adapter.source.encoding import place_in
from adapter.source.manifests.request import Request

_IGNORE = re.compile(rb"#\s*adapter:\s*ignore(?:\[([^\]]*)\])?")


@dataclass(frozen=True, slots=True)
class Entry:
    """One place of a manifest that names the old or the new distribution.

    A distribution is listed once per `group`. `swap` puts the new one in its place, `drop` takes it
    away, `beside` adds the new one next to it. `obstacle` says why it cannot be swapped, `loss` what is
    lost when it is.
    """

    name: str
    group: str
    span: Span
    marker: str = ""
    swap: tuple[Change, ...] = ()
    drop: tuple[Change, ...] = ()
    beside: tuple[Change, ...] = ()
    obstacle: str = ""
    loss: str = ""


def settle(data: bytes, entries: Iterable[Entry], request: Request, plan: Plan) -> list[Change]:
    """Decides on every entry of the old distribution, notes it in the plan, and returns the changes."""
    found = list(entries)
    # The markers under which the new distribution is listed already, by group.
    held: dict[str, set[str]] = {}
    for entry in found:
        if request.is_new(entry.name) and not request.is_old(entry.name):
            held.setdefault(entry.group, set()).add(entry.marker)
    changes: list[Change] = []
    for entry in found:
        if request.is_old(entry.name):
            changes += _settle_one(data, entry, request, held.setdefault(entry.group, set()), plan)
    return _joined(changes)


def _settle_one(
    data: bytes, entry: Entry, request: Request, held: set[str], plan: Plan
) -> tuple[Change, ...]:
    site = _site(data, entry)
    listed = "" in held or entry.marker in held
    if (comment := _IGNORE.search(_line_of(data, entry.span))) is not None:
        plan.ignored.append(Ignored(site, (comment[1] or b"").decode()))
        return ()
    if request.beside:
        if held:
            return ()
        held.add(entry.marker)
        plan.edits.append(Edit(site, request.requirement, "manifest"))
        return entry.beside
    if request.keep:
        plan.gaps.append(Gap(site, GapReason.IMPORT_KEPT, f"the code still needs {request.old}"))
        if listed:
            return ()
        held.add(entry.marker)
        return entry.beside
    if entry.obstacle:
        plan.gaps.append(Gap(site, GapReason.VALUE, entry.obstacle))
        return ()
    if listed:
        plan.edits.append(Edit(site, request.new, "manifest", note=f"{request.new} is listed already"))
        return entry.drop
    held.add(entry.marker)
    fidelity = Fidelity.LOSSY if entry.loss else Fidelity.EXACT
    plan.edits.append(Edit(site, request.requirement, "manifest", fidelity, entry.loss))
    return entry.swap


def _site(data: bytes, entry: Entry) -> Site:
    line, column = place_in(data, entry.span.start)
    end_line, end_column = place_in(data, entry.span.end)
    return Site(entry.span, SiteKind.MANIFEST, entry.name, line, column, end_line, end_column)


def _line_of(data: bytes, span: Span) -> bytes:
    end = data.find(b"\n", span.end)
    return data[span.start : len(data) if end < 0 else end]


def _joined(changes: list[Change]) -> list[Change]:
    """The same changes, where deletions that overlap have become one."""
    joined: list[Change] = []
    for change in sorted(changes, key=lambda change: change.span):
        last = joined[-1] if joined else None
        if last is not None and change.span.start < last.span.end:
            end = max(last.span.end, change.span.end)
            joined[-1] = Change(Span(last.span.start, end), last.text + change.text)
        else:
            joined.append(change)
    return joined
