"""Translating one source: every site becomes edits or a gap, inner sites before the calls around them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tree_sitter import Node

from adapter.graph.model import SELF, DictEntry
from adapter.graph.network import Path, Route, concept_path
from adapter.graph.template import Template
from adapter.names.uses import Names, Use
from adapter.plan import Change, Edit, Fidelity, Gap, GapReason, Ignored, Site, SiteKind, Span
from adapter.source.edits import Changes
from adapter.source.text import Source
from adapter.translate.arguments import Arg
from adapter.translate.context import context_of
from adapter.translate.dicts import DictSplit, may_stand_bare, split_dict
from adapter.translate.facts import Facts, gather_facts
from adapter.translate.lift import Bound, Lifter, NoPath
from adapter.translate.lower import Lowered, Lowerer
from adapter.translate.place import PlaceError, Placer
from adapter.translate.render import Layout
from adapter.translate.words import narrow_to_word

_IGNORE = re.compile(rb"#\s*adapter:\s*ignore(?:\[([^\]]*)\])?")
_LINE_LIMIT = 88
_LONGEST_LIMIT = 120


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

    @property
    def mentions_target(self) -> bool:
        """Whether any change writes something; a file that only loses calls needs no new import."""
        return any(change.text for change in self.changes)


@dataclass(slots=True)
class _Done:
    use: Use
    edit: Edit
    changes: list[Change]
    removed: list[Node]


class FileTranslator:
    """Translates the sites of one source along a route."""

    def __init__(self, source: Source, names: Names, route: Route, *, unsafe: bool = False) -> None:
        self._source, self._names, self._route, self._unsafe = source, names, route, unsafe
        self._lifter = Lifter(source, names, route.source)
        self._lowerer = Lowerer(route, names)
        self._placer = Placer(source, self.fresh_name)
        self._changes = Changes()
        self._done: list[_Done] = []
        self._outcome = Outcome()
        self._taken: set[str] = set()
        self._bound: dict[int, Bound] = {}
        self._limit = _line_limit(source.data)

    def run(self) -> Outcome:
        """Handles every site; imports are left to the caller."""
        uses = [use for use in self._names.uses() if use.kind is not SiteKind.IMPORT]
        waiting = [use for use in uses if not self._is_ignored(use)]
        failures: dict[int, NoPath] = {}
        for use in waiting:
            try:
                self._bound[use.node.id] = self._lifter.match(use)
            except NoPath as failure:
                failures[use.node.id] = failure
        facts = gather_facts(self._route, list(self._bound.values()), uses, self._names, self.fresh_name)
        for change in facts.mapping_changes(self._bound.values(), set(self._bound)):
            self._changes.add(change)
        # shorter first: a site is always longer than those inside it
        for use in sorted(waiting, key=lambda u: (u.node.end_byte - u.node.start_byte, u.node.start_byte)):
            if use.node.id in failures:
                self._fail(use, failures[use.node.id])
            else:
                self._translate(self._bound[use.node.id], facts)
        for use in self._names.unknown_receivers():
            if not self._is_ignored(use):
                self._fail(use, self._unknown(use))
        return self._finish(facts)

    def _unknown(self, use: Use) -> NoPath:
        receiver = self._source.node_text(use.receiver) if use.receiver is not None else "?"
        return NoPath(
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
        return name

    def _is_ignored(self, use: Use) -> bool:
        data = self._source.data
        if b"adapter:" not in data:
            return False
        for offset in (use.node.start_byte, max(use.node.end_byte - 1, use.node.start_byte)):
            begin = data.rfind(b"\n", 0, offset) + 1
            end = data.find(b"\n", offset)
            match = _IGNORE.search(data, begin, len(data) if end < 0 else end)
            if match:
                if not any(item.site.span.start == use.node.start_byte for item in self._outcome.ignored):
                    self._outcome.ignored.append(Ignored(self._site(use), (match[1] or b"").decode()))
                return True
        return False

    def _site(self, use: Use) -> Site:
        return self._source.site(Span(use.node.start_byte, use.node.end_byte), use.kind, use.api)

    def _translate(self, bound: Bound, facts: Facts) -> None:
        use = bound.use
        span = Span(use.node.start_byte, use.node.end_byte)
        try:
            held = self._inner_gaps(span, bound)
            lowered = self._lower(bound, facts)
            kept = [gap for gap in held if lowered.lines and not _is_left_out(gap.site.span, bound)]
            if kept:
                raise NoPath(GapReason.VALUE, f"it holds {kept[0].site.api}, which no rule covers")
            if lowered.fidelity is Fidelity.UNSAFE and not self._unsafe:
                note = "; ".join(lowered.notes) or "the rewrite may change what the program does"
                raise NoPath(GapReason.UNSAFE, f"{note} (applied only with --unsafe)")
            if _is_payload(use, lowered) and not (may_stand_bare(use.node) or self._goes_into_site(use.node)):
                raise NoPath(GapReason.POSITION, "it is handed on, and what becomes of it is not seen")
            removed_before = len(self._placer.removed)
            comments = [self._source.node_text(comment) for comment in bound.comments]
            changes = self._placer.place(lowered.node or use.node, lowered.lines, comments)
        except NoPath as failure:
            self._fail(use, failure)
            return
        except PlaceError as failure:
            self._fail(use, NoPath(GapReason.POSITION, str(failure)))
            return
        self._commit(bound, lowered, changes, self._placer.removed[removed_before:])
        for gap in held:
            self._outcome.gaps.remove(gap)
            edit = Edit(gap.site, lowered.target, lowered.rule, note=f"it goes away with {use.api}")
            self._done.append(_Done(use, edit, [], []))

    def _commit(self, bound: Bound, lowered: Lowered, changes: list[Change], removed: list[Node]) -> None:
        use = bound.use
        kept: list[Change] = []
        for change in changes:
            self._changes.absorb(self._source.data, change.span)
            if self._source.text(change.span) != change.text:
                kept.append(change)
        for change in kept:
            self._changes.add(change)
        edit = Edit(self._site(use), lowered.target, lowered.rule, lowered.fidelity, "; ".join(lowered.notes))
        self._done.append(_Done(use, edit, kept, list(removed)))
        self._outcome.roots |= lowered.roots
        self._outcome.imports += lowered.imports

    def _goes_into_site(self, node: Node) -> bool:
        """Whether an object is an argument of a call that is translated too, and so seen to."""
        parent = node.parent
        while parent is not None and parent.type in _HOLDERS:
            parent = parent.parent
        return parent is not None and parent.type == "call" and parent.id in self._bound

    def _inner_gaps(self, span: Span, bound: Bound) -> list[Gap]:
        """The sites within a call that stay; with those the call cannot go, unless it leaves nothing behind."""
        found: list[Gap] = []
        for gap in self._outcome.gaps:
            if not span.contains(gap.site.span) or gap.site.span == span:
                continue
            receiver = bound.use.receiver
            if receiver is not None and receiver.start_byte <= gap.site.span.start < receiver.end_byte:
                raise NoPath(GapReason.VALUE, f"it comes from {gap.site.api}, which no rule covers")
            found.append(gap)
        return found

    def _lower(self, bound: Bound, facts: Facts) -> Lowered:
        node = bound.use.node
        entry = bound.entry
        path = self._route.paths.get(entry.index)
        if path is None:
            raise NoPath(GapReason.NO_EDGE, f"{self._route.target.name} has nothing for {bound.concept}")
        layout = self._layout(node)
        special = facts.special(bound, self._lifter, self._lowerer, self._changes, layout)
        if special is not None:
            return special
        extra = facts.extra(bound, self._lifter, self._changes)
        if path.direct:
            arguments = {name: self._lifter.argument(n, self._changes) for name, n in bound.nodes.items()}
            return self._lowerer.direct(bound, {**arguments, **extra}, layout)
        assert entry.lift is not None
        if entry.entries_of and entry.entries_of in bound.nodes:
            lowered = self._lower_split(bound, path, extra, layout)
        else:
            lowered = self._lower_whole(bound, path, extra, layout)
        lowered.notes = [*self._source_notes(bound), *lowered.notes, *facts.notes(bound)]
        if entry.note and entry.fidelity is not Fidelity.EXACT:
            lowered.notes.append(entry.note)
        if any(lowered.notes):
            lowered.fidelity = Fidelity.worst((lowered.fidelity, Fidelity.LOSSY))
        lowered.fidelity = Fidelity.worst((lowered.fidelity, entry.fidelity))
        lowered.rule = f"{entry.rule} -> {' -> '.join(path.concepts)} -> {lowered.rule}"
        self._refuse_lost_receiver(bound, lowered)
        facts.surround(bound, lowered, self._lifter, self._changes, layout)
        narrow_to_word(bound.use, lowered)
        return lowered

    def _lower_whole(self, bound: Bound, path: Path, extra: Mapping[str, Arg], layout: Layout) -> Lowered:
        assert bound.entry.lift is not None
        arguments = self._lifter.arguments(bound.entry.lift, bound, self._changes, {})
        own = {n for n, t in bound.entry.lift.arguments.items() if all(h.startswith(SELF) for h in _holes(t))}
        return self._lowerer.lower(path, {**arguments, **extra}, layout, own | set(extra))

    def _lower_split(self, bound: Bound, path: Path, extra: Mapping[str, Arg], layout: Layout) -> Lowered:
        """Entries of the dict literal that go their own way leave it; the rest stays together."""
        entry = bound.entry
        assert entry.lift is not None
        node = bound.nodes[entry.entries_of]
        split = split_dict(node, entry.entries, self._source, self._names, self._route.source, self._bound)
        if split is None:
            return self._lower_whole(bound, path, extra, layout)
        lowered: Lowered | None = None
        if split.rest:
            rest = Arg(
                split.rest_text(self._changes, self._source), indent=self._source.line_indent(node.start_byte)
            )
            arguments = self._lifter.arguments(entry.lift, bound, self._changes, {entry.entries_of: rest})
            lowered = self._lowerer.lower(path, {**arguments, **extra}, layout, extra)
        for pair in split.pulled:
            own = self._lower_pair(bound, split, pair, extra, layout)
            if lowered is None:
                lowered = own
            else:
                lowered.also(own)
        assert lowered is not None
        return lowered

    def _lower_pair(
        self,
        bound: Bound,
        split: DictSplit,
        pair: tuple[DictEntry, Node, Node],
        extra: Mapping[str, Arg],
        layout: Layout,
    ) -> Lowered:
        rule, key, value = pair
        path = concept_path(self._route.atlas, rule.lift.concept, self._route.target)
        if path is None:
            raise NoPath(GapReason.VALUE, f"{self._route.target.name} has nothing for {rule.lift.concept}")
        known = {
            "key": self._lifter.argument(key, self._changes),
            "value": self._lifter.argument(value, self._changes),
        }
        arguments = self._lifter.arguments(rule.lift, bound, self._changes, known)
        step = {
            name: argument for name, argument in extra.items() if name == "step" and name not in arguments
        }
        return self._lowerer.lower(path, {**arguments, **step}, layout, step)

    def _source_notes(self, bound: Bound) -> list[str]:
        """What the source gave that the lift leaves out."""
        entry = bound.entry
        assert entry.lift is not None
        used = {
            hole.partition(".")[0] for template in entry.lift.arguments.values() for hole in _holes(template)
        }
        used |= {hole for each in entry.entries for t in each.lift.arguments.values() for hole in _holes(t)}
        notes: list[str] = []
        for name, node in bound.nodes.items():
            if name in used or name == SELF or node.type in ("none", "false"):
                continue
            reason = entry.drops.get(name, f"{name} is left out")
            if reason:
                notes.append(reason)
        return notes

    def _refuse_lost_receiver(self, bound: Bound, lowered: Lowered) -> None:
        """A receiver that does something (`make_run().log(x)`) must not vanish with the call."""
        receiver = bound.use.receiver
        if receiver is None or receiver.type != "call" or bound.entry.lift is None:
            return
        uses_self = any(h.startswith(SELF) for t in bound.entry.lift.arguments.values() for h in _holes(t))
        text = self._lifter.argument(receiver, self._changes).text
        if not uses_self or not any(text in line.text for line in lowered.lines):
            known = self._bound.get(receiver.id)
            if known is None or known.concept not in ("tracking.active_run",):
                raise NoPath(GapReason.POSITION, "the call that gives the receiver would be lost")

    def _layout(self, node: Node) -> Layout:
        data = self._source.data
        statement = context_of(node).statement
        begin = data.rfind(b"\n", 0, node.start_byte) + 1
        end = data.find(b"\n", node.end_byte)
        end = len(data) if end < 0 else end
        indent = self._source.line_indent(statement.start_byte)
        before = max(node.start_byte - begin - len(indent), 0)
        after = len(data[node.end_byte : end].split(b"#")[0].rstrip())
        arguments = node.child_by_field_name("arguments") if node.type == "call" else None
        exploded = (
            arguments is not None
            and data[arguments.start_byte + 1 : arguments.end_byte].lstrip(b" \t\r")[:1] == b"\n"
        )
        first_line = data.find(b"\n", node.start_byte)
        width = (first_line if 0 <= first_line < node.end_byte else end) - begin
        unit = "\t" if indent.startswith("\t") else "    "
        comma = not exploded or (
            arguments is not None and data[: arguments.end_byte - 1].rstrip()[-1:] == b","
        )
        return Layout(indent, unit, max(self._limit, width), exploded, before, after, comma)

    def _fail(self, use: Use, failure: NoPath) -> None:
        self._outcome.gaps.append(Gap(self._site(use), failure.reason, failure.detail))
        span = Span(use.node.start_byte, use.node.end_byte)
        undone = [done for done in self._done if span.contains(done.edit.site.span)]
        for done in undone:
            self._undo(done)
            self._outcome.gaps.append(
                Gap(done.edit.site, GapReason.POSITION, f"it stands inside a {use.api} that stays as it is")
            )

    def _keep_what_is_still_used(self) -> None:
        """An object that goes away while its name is still read elsewhere has to stay, with all that is done to it."""
        for name in self._placer.unbound:
            statement = context_of(name).statement
            span = Span(statement.start_byte, statement.end_byte)
            owner = next((done for done in self._done if self._replaces(done, statement, span)), None)
            if owner is None:
                continue
            text = self._source.node_text(name)
            places = [
                place
                for place in self._names.occurrences(text, self._names.scope_of(name))
                if place != name and not _is_assigned(place)
            ]
            left = next((place for place in places if not self._rewriters(place)), None)
            if left is None:
                continue
            line = self._source.position(left.start_byte)[0]
            detail = f"the target has no such object, and {text} is still used at line {line}"
            for done in [owner, *(done for place in places for done in self._rewriters(place))]:
                if done in self._done:
                    self._undo(done)
                    self._outcome.gaps.append(Gap(done.edit.site, GapReason.VALUE, detail))

    @staticmethod
    def _replaces(done: _Done, statement: Node, span: Span) -> bool:
        return statement in done.removed or any(change.span == span for change in done.changes)

    def _undo(self, done: _Done) -> None:
        gone = {id(change) for change in done.changes}
        self._changes = Changes(change for change in self._changes.all() if id(change) not in gone)
        self._done.remove(done)
        self._placer.removed = [node for node in self._placer.removed if node not in done.removed]

    def _rewriters(self, place: Node) -> list[_Done]:
        """The rewritten sites that a place lies in."""
        span = Span(place.start_byte, place.end_byte)
        return [done for done in self._done if done.edit.site.span.contains(span)]

    def _finish(self, facts: Facts) -> Outcome:
        self._keep_what_is_still_used()
        outcome = self._outcome
        for change in facts.insertions(self._source, self._done_ids()):
            self._changes.add(change)
        for change in self._placer.removals():
            self._changes.absorb(self._source.data, change.span)
            self._changes.add(change)
        outcome.imports += facts.imports(self._done_ids())
        outcome.changes = self._changes.all()
        outcome.edits = sorted((done.edit for done in self._done), key=lambda edit: edit.site.span)
        outcome.gaps.sort(key=lambda gap: gap.site.span)
        outcome.edited_nodes = [done.use.node for done in self._done]
        return outcome

    def _done_ids(self) -> set[int]:
        return {done.use.node.id for done in self._done}


_HOLDERS = frozenset(
    {"list", "tuple", "list_comprehension", "list_splat", "parenthesized_expression", "conditional_expression"}
    | {"argument_list", "keyword_argument"}
)


def _is_left_out(span: Span, bound: Bound) -> bool:
    """Whether a span lies in an argument of the site that the target does not get."""
    lift = bound.entry.lift
    if lift is None:
        return False
    used = {hole.partition(".")[0] for template in lift.arguments.values() for hole in _holes(template)}
    return any(
        name not in used | {SELF, bound.entry.entries_of} and node.start_byte <= span.start and span.end <= node.end_byte
        for name, node in bound.nodes.items()
    )


def _is_payload(use: Use, lowered: Lowered) -> bool:
    """Whether a call that makes an object has given way to what the object was made from."""
    return (
        use.kind is SiteKind.CALL
        and len(lowered.lines) == 1
        and lowered.lines[0].is_value
        and lowered.lines[0].payload
    )


def _is_assigned(place: Node) -> bool:
    parent = place.parent
    return parent is not None and parent.type == "assignment" and parent.child_by_field_name("left") == place


def _line_limit(data: bytes) -> int:
    """The longest line that the file itself allows, within what people use."""
    return max(
        (len(line) for line in data.splitlines() if _LINE_LIMIT < len(line) <= _LONGEST_LIMIT),
        default=_LINE_LIMIT,
    )


def _holes(template: Template) -> set[str]:
    return {hole.name for line in template.lines for hole in line.placeholders}
