"""Translating one source: every site becomes edits or a gap, inner sites before the calls around them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tree_sitter import Node

from adapter.graph.model import SELF
from adapter.graph.network import Route
from adapter.names.uses import Names, Use
from adapter.plan import Change, Edit, Fidelity, Gap, GapReason, Ignored, SiteKind, Span
from adapter.source.text import Source
from adapter.translate.beside import Beside
from adapter.translate.dicts import may_stand_bare
from adapter.translate.facts import Facts, gather_facts
from adapter.translate.layouts import layout_of, line_limit
from adapter.translate.ledger import Done, Ledger
from adapter.translate.lift import Bound, Lifter, NoEntryError, NoPathError, holes
from adapter.translate.lower import Lowered
from adapter.translate.place import PlaceError, Placer
from adapter.translate.sites import SiteLowerer
from adapter.translate.traces import Traces

_IGNORE = re.compile(rb"#\s*adapter:\s*ignore(?:\[([^\]]*)\])?")
_HOLDERS = frozenset(
    {
        "list",
        "tuple",
        "list_comprehension",
        "list_splat",
        "parenthesized_expression",
        "conditional_expression",
    }
    | {"argument_list", "keyword_argument"}
)


@dataclass(slots=True)
class Outcome:
    """What became of the sites of one source, and the changes that make it so."""

    changes: list[Change] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)
    roots: set[str] = field(default_factory=set)
    imports: list[str] = field(default_factory=list)
    edited_nodes: list[Node] = field(default_factory=list)
    standing: list[Change] = field(default_factory=list)
    beside: bool = False

    @property
    def mentions_target(self) -> bool:
        """Whether any change writes something; a file that only loses calls needs no new import."""
        return any(change.text for change in self.changes)


def ignore_mark(data: bytes, node: Node) -> str | None:
    """The reason for leaving a node alone that a comment on its first or last line gives; None without."""
    if b"adapter:" not in data:
        return None
    for offset in (node.start_byte, max(node.end_byte - 1, node.start_byte)):
        begin = data.rfind(b"\n", 0, offset) + 1
        end = data.find(b"\n", offset)
        match = _IGNORE.search(data, begin, len(data) if end < 0 else end)
        if match:
            return (match[1] or b"").decode()
    return None


class FileTranslator:
    """Translates the sites of one source along a route."""

    def __init__(
        self,
        source: Source,
        names: Names,
        route: Route,
        traces: Traces,
        *,
        unsafe: bool = False,
        alongside: bool = False,
    ) -> None:
        self._source, self._names, self._route, self._unsafe = source, names, route, unsafe
        self._lifter = Lifter(source, names, route.source, lambda: traces.near(source.path, source.data))
        self._sites = SiteLowerer(source, names, route, self._lifter)
        self._placer = Placer(source, self.fresh_name)
        self._ledger = Ledger(source, self._placer, names, route.source)
        self._ignored: list[Ignored] = []
        self._taken: set[str] = set()
        self._start_failed = False
        self._beside = Beside(source, names) if alongside else None
        self._limit = line_limit(source.data)

    def run(self) -> Outcome:
        """Handles every site; imports are left to the caller."""
        uses = [use for use in self._names.uses() if use.kind is not SiteKind.IMPORT]
        waiting = [use for use in uses if not self._is_ignored(use)]
        failures: dict[int, NoPathError] = {}
        silent: set[int] = set()
        for use in waiting:
            try:
                self._sites.bound[use.node.id] = self._lifter.match(use)
            except NoPathError as failure:
                failures[use.node.id] = failure
                self._start_failed |= self._route.source.starts_run(use.kind, use.api, use.owner)
                if self._route.partial and isinstance(failure, NoEntryError):
                    silent.add(use.node.id)
        waiting = [use for use in waiting if use.node.id not in silent]
        facts = gather_facts(
            self._route,
            list(self._sites.bound.values()),
            uses,
            self._names,
            self.fresh_name,
            beside=self._beside is not None,
        )
        for change in facts.mapping_changes(self._sites.bound.values(), set(self._sites.bound)):
            self._ledger.changes.add(change)
        # shorter first: a site is always longer than those inside it
        for use in sorted(waiting, key=lambda u: (u.node.end_byte - u.node.start_byte, u.node.start_byte)):
            if use.node.id in failures:
                self._ledger.fail(use, failures[use.node.id])
            elif self._beside is None or self._beside.takes(use.node) or self._is_made_for_a_site(use):
                self._translate(self._sites.bound[use.node.id], facts)
            else:
                self._ignored.append(
                    Ignored(self._ledger.site(use), "it stays, and so does what it gives", on_purpose=True)
                )
        for use in self._names.unknown_receivers():
            if not self._is_ignored(use):
                self._ledger.fail(use, self._unknown(use))
        return self._finish(facts)

    def _unknown(self, use: Use) -> NoPathError:
        receiver = self._source.node_text(use.receiver) if use.receiver is not None else "?"
        return NoPathError(
            GapReason.UNKNOWN_RECEIVER,
            f"{receiver} may be a {self._route.source.name} object; annotate it to have the call translated",
        )

    def fresh_name(self, wanted: str, at: Node) -> str:
        """A name that means nothing yet at a place; remembered, so that two askers get two names."""
        name, number = wanted, 1
        while name in self._taken or self._names.is_bound(name, at):
            number += 1
            name = f"{wanted}_{number}"
        self._taken.add(name)
        if self._beside is not None:
            self._beside.bases[name] = wanted
        return name

    def _is_ignored(self, use: Use) -> bool:
        reason = ignore_mark(self._source.data, use.node)
        if reason is not None:
            self._ignored.append(Ignored(self._ledger.site(use), reason))
        return reason is not None

    def _translate(self, bound: Bound, facts: Facts) -> None:
        use = bound.use
        span = Span(use.node.start_byte, use.node.end_byte)
        try:
            held = self._inner_gaps(span, bound)
            layout = layout_of(self._source, use.node, self._limit)
            lowered = self._sites.lower(bound, facts, self._ledger.changes, layout)
            kept = [gap for gap in held if lowered.lines and not _is_left_out(gap.site.span, bound)]
            if kept:
                raise NoPathError(GapReason.VALUE, f"it holds {kept[0].site.api}, which no rule covers")
            if lowered.fidelity is Fidelity.UNSAFE and not self._unsafe:
                note = "; ".join(lowered.notes) or "the rewrite may change what the program does"
                raise NoPathError(GapReason.UNSAFE, f"{note} (applied only with --unsafe)")
            if self._is_payload(use, lowered) and not (
                may_stand_bare(use.node) or self._goes_into_site(use.node)
            ):
                raise NoPathError(GapReason.POSITION, "it is handed on, and what becomes of it is not seen")
            removed_before = len(self._placer.removed)
            comments = [self._source.node_text(comment).rstrip("\r") for comment in bound.comments]
            if self._beside is not None and self._beside.takes(use.node):
                self._beside.put(bound, lowered.lines, self._sites.bound)
                changes = []
            else:
                changes = self._placer.place(lowered.node or use.node, lowered.lines, comments)
                changes += lowered.elsewhere
        except NoPathError as failure:
            if not (self._route.partial and isinstance(failure, NoEntryError)):
                self._ledger.fail(use, failure)
            return
        except PlaceError as failure:
            self._ledger.fail(use, NoPathError(GapReason.POSITION, str(failure)))
            return
        notes = "; ".join(lowered.notes)
        edit = Edit(self._ledger.site(use), lowered.target, lowered.rule, lowered.fidelity, notes)
        removed = self._placer.removed[removed_before:]
        self._ledger.commit(Done(use, edit, changes, removed, lowered.roots, lowered.imports))
        for gap in held:
            self._ledger.gaps.remove(gap)
            edit = Edit(gap.site, lowered.target, lowered.rule, note=f"it goes away with {use.api}")
            self._ledger.done.append(Done(use, edit))

    def _is_made_for_a_site(self, use: Use) -> bool:
        """Whether a call makes an object inside of what a site is given."""
        if use.kind is not SiteKind.CALL or not self._goes_into_site(use.node):
            return False
        return any(f"{use.api}()" in kind.made_by for kind in self._route.source.types.values())

    def _is_payload(self, use: Use, lowered: Lowered) -> bool:
        """Whether a call that makes an object has given way to what the object was made from."""
        if use.kind is not SiteKind.CALL or len(lowered.lines) != 1:
            return False
        types = self._route.source.types.values()
        is_maker = any(f"{use.api}()" in kind.made_by for kind in types)
        return is_maker and lowered.lines[0].is_value and lowered.lines[0].payload

    def _goes_into_site(self, node: Node) -> bool:
        """Whether an object is an argument or the receiver of a site that is translated too."""
        parent = node.parent
        if parent is not None and parent.type == "attribute":
            called = parent.parent
            return parent.id in self._sites.bound or (called is not None and called.id in self._sites.bound)
        while parent is not None and parent.type in _HOLDERS:
            parent = parent.parent
        return parent is not None and parent.type in ("call", "assignment") and parent.id in self._sites.bound

    def _inner_gaps(self, span: Span, bound: Bound) -> list[Gap]:
        """The sites within a call that stay; the call then stays too, unless it leaves nothing behind."""
        found: list[Gap] = []
        for gap in self._ledger.gaps:
            if not span.contains(gap.site.span) or gap.site.span == span:
                continue
            receiver = bound.use.receiver
            if receiver is not None and receiver.start_byte <= gap.site.span.start < receiver.end_byte:
                raise NoPathError(GapReason.VALUE, f"it comes from {gap.site.api}, which no rule covers")
            found.append(gap)
        return found

    def _keep_what_belongs_together(self) -> None:
        """One library gives way to another: what hangs on something that stays has to stay too.

        What is kept so may be what something else hangs on.
        """
        ledger, done = self._ledger, -1
        while len(ledger.done) != done:
            done = len(ledger.done)
            ledger.keep_objects_whole(self._names, self._route.source)
            ledger.keep_what_is_done_to_objects_that_stay(self._names, self._route.source)
            ledger.keep_what_belongs_to_runs_that_stay()
            ledger.keep_what_is_handed_to_calls_that_stay(self._names, self._route.source)
            ledger.keep_guards_of_calls_that_stay()

    def _keep_what_the_rest_needs(self) -> None:
        served = {node for node, bound in self._sites.bound.items() if bound.entry.for_the_rest}
        self._ledger.keep_what_the_rest_needs(served)

    def _finish(self, facts: Facts) -> Outcome:
        ledger = self._ledger
        if not self._route.partial:
            self._keep_what_belongs_together()
        ledger.keep_what_is_still_used(self._names)
        holders = facts.holders
        if holders is not None and (self._start_failed or holders.starts - ledger.done_ids):
            ledger.keep_all_of(holders.runs.keys() | holders.names.keys())
        if not self._route.partial:
            self._keep_what_the_rest_needs()
        if self._beside is not None:
            return self._finish_beside(facts, self._beside)
        for change in facts.insertions(self._source, [done.use.node for done in ledger.done]):
            ledger.changes.add(change)
        for change in self._placer.removals():
            ledger.changes.absorb(self._source.data, change.span)
            ledger.changes.add(change)
        imports = [line for done in ledger.done for line in done.imports] + facts.imports(ledger.done_ids)
        return Outcome(
            changes=ledger.changes.all(),
            edits=sorted((done.edit for done in ledger.done), key=lambda edit: edit.site.span),
            gaps=sorted(ledger.gaps, key=lambda gap: gap.site.span),
            ignored=self._ignored,
            roots={root for done in ledger.done for root in done.roots},
            imports=imports,
            edited_nodes=[done.use.node for done in ledger.done],
        )

    def _finish_beside(self, facts: Facts, beside: Beside) -> Outcome:
        """The statements that are missing beside the source's own, which stay."""
        ledger = self._ledger
        nodes = [done.use.node for done in ledger.done]
        changes = [change for node in nodes for change in beside.added.get(node.id, ())]
        lines = facts.module_lines({node.id for node in nodes})
        beside.find_in_module(lines)
        imports: list[str] = []
        if changes:
            changes += facts.insertions(self._source, nodes)
            imports = [line for done in ledger.done for line in done.imports]
            imports += facts.imports(ledger.done_ids)
        return Outcome(
            changes=changes,
            edits=sorted((done.edit for done in ledger.done), key=lambda edit: edit.site.span),
            gaps=sorted(ledger.gaps, key=lambda gap: gap.site.span),
            ignored=self._ignored,
            roots={root for done in ledger.done for root in done.roots} if changes else set(),
            imports=imports,
            standing=beside.standing,
            beside=True,
        )


def _is_left_out(span: Span, bound: Bound) -> bool:
    """Whether a span lies in an argument of the site that the target does not get."""
    lift = bound.entry.lift
    if lift is None:
        return False
    # of `config.name` only what the object was made from is used
    used = {hole for template in lift.arguments.values() for hole in holes(template)}
    return any(
        name not in used | {SELF, bound.entry.entries_of}
        and node.start_byte <= span.start
        and span.end <= node.end_byte
        for name, node in bound.nodes.items()
    )
