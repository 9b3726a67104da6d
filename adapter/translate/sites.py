"""One bound site: what it becomes, with the facts about its file taken in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tree_sitter import Node

from adapter.graph.model import SELF, DictEntry
from adapter.graph.network import Path, Route, concept_path
from adapter.names.uses import Names
from adapter.plan import Change, Fidelity, GapReason, Span
from adapter.source.edits import Changes
from adapter.source.text import Source
from adapter.translate.arguments import Arg
from adapter.translate.dicts import split_dict
from adapter.translate.facts import Facts
from adapter.translate.fits import PATCHED, RECORDED, fits_recorded_by
from adapter.translate.import_model import line_end
from adapter.translate.inner_runs import INNER, refuse_records_of_outer_runs
from adapter.translate.layouts import layout_of
from adapter.translate.lift import Bound, Lifter, NoPathError, holes
from adapter.translate.lower import Lowered, Lowerer
from adapter.translate.render import Layout, Rendered
from adapter.translate.reshaping import reshape
from adapter.translate.run_folder import FOLDER, STORED, saved_in_folder
from adapter.translate.words import narrow_to_word, takes_word

# Concepts of calls that only give an object which is there anyway.
_ALWAYS_THERE = frozenset({"tracking.active_run", "tracking.run_logger"})


class SiteLowerer:
    """Turns bound sites of one source into statements of the target.

    `bound` holds all sites of the source that an entry serves, by the id of their node.
    """

    def __init__(self, source: Source, names: Names, route: Route, lifter: Lifter) -> None:
        self._source, self._names, self._route, self._lifter = source, names, route, lifter
        self._lowerer = Lowerer(route.atlas, route.target, names)
        self.bound: dict[int, Bound] = {}

    def lower(self, bound: Bound, facts: Facts, changes: Changes, layout: Layout) -> Lowered:
        """What a site becomes; `changes` are those made so far, within the site and elsewhere.

        Raises:
            NoPathError: nothing of the target serves the site as it stands.
        """
        entry = bound.entry
        path = self._route.paths.get(entry.index)
        if path is None:
            raise NoPathError(GapReason.NO_EDGE, f"{self._route.target.name} has nothing for {bound.concept}")
        special = facts.special(bound, self._lifter, self._lowerer, changes, layout)
        if special is not None:
            return special
        if entry.change is not None:
            return reshape(bound, changes, self._source)
        if bound.concept == INNER:
            refuse_records_of_outer_runs(bound, list(self.bound.values()), self._source, self._names)
        if bound.concept == FOLDER:
            return self._lower_saved(bound, changes, layout)
        if bound.concept == PATCHED:
            return self._lower_fits(bound, facts, changes)
        extra = {**facts.extra(bound, self._lifter, changes), **_result(bound.use.node, self._names)}
        if path.direct:
            return self._lower_directly(bound, facts, extra, changes, layout)
        assert entry.lift is not None
        if entry.entries_of and entry.entries_of in bound.nodes:
            lowered = self._lower_split(bound, path, extra, changes, layout)
        else:
            lowered = self._lower_whole(bound, path, extra, changes, layout)
            self._lower_also(bound, lowered, extra, changes, layout)
        if entry.write is None:
            lowered.imports = [*entry.imports, *lowered.imports]
        facts.follow(bound, lowered, self._lifter, self._lowerer, changes, layout)
        facts.count_once(bound, lowered)
        left_out = [] if takes_word(bound.use, lowered) else self._source_notes(bound)
        lowered.notes = [*left_out, *lowered.notes, *facts.notes(bound)]
        if entry.note and entry.fidelity is not Fidelity.EXACT:
            lowered.notes.append(entry.note)
        if any(lowered.notes):
            lowered.fidelity = Fidelity.worst((lowered.fidelity, Fidelity.LOSSY))
        lowered.fidelity = Fidelity.worst((lowered.fidelity, entry.fidelity))
        lowered.rule = f"{entry.rule} -> {' -> '.join(path.concepts)} -> {lowered.rule}"
        self._refuse_lost_receiver(bound, lowered, changes)
        facts.surround(bound, lowered, self._lifter, changes, layout)
        narrow_to_word(bound.use, lowered)
        return lowered

    def _lower_saved(self, bound: Bound, changes: Changes, layout: Layout) -> Lowered:
        """A file that is saved into the folder of a run is saved beside it, and stored by a call."""
        path = concept_path(self._route.atlas, STORED, self._route.target)
        if path is None:
            raise NoPathError(GapReason.NO_EDGE, f"{self._route.target.name} has nothing for {STORED}")
        saved = saved_in_folder(bound.use.node)
        parts = [self._lifter.argument(node, changes).text for node in saved.rest]
        function = saved.path.child_by_field_name("function")
        assert function is not None
        text = parts[0] if len(parts) == 1 else f"{self._source.node_text(function)}({', '.join(parts)})"
        lowered = self._lowerer.lower(path, {"path": Arg(text)}, replace(layout, before=0, after=0))
        behind = [replace(line, is_value=False) for line in lowered.lines]
        lowered.lines = [Rendered(text, True, True), *behind]
        lowered.node = saved.path
        lowered.rule = f"{bound.entry.rule} -> {bound.concept} -> {lowered.rule}"
        return lowered

    def _lower_fits(self, bound: Bound, facts: Facts, changes: Changes) -> Lowered:
        """A call that makes every fit record itself goes; each fit that it reaches is recorded."""
        path = concept_path(self._route.atlas, RECORDED, self._route.target)
        if path is None:
            raise NoPathError(GapReason.NO_EDGE, f"{self._route.target.name} has nothing for {RECORDED}")
        entry = bound.entry
        lowered = Lowered([], "", f"{entry.rule} -> {bound.concept}", entry.fidelity)
        lowered.notes = [*self._source_notes(bound), *([entry.note] if entry.note else [])]
        for fit in fits_recorded_by(bound.use.node, facts.starts, self._source, self._names):
            given = {"model": fit.model, "inputs": fit.inputs, "outputs": fit.outputs}
            arguments = {
                name: self._lifter.argument(n, changes) for name, n in given.items() if n is not None
            }
            if entry.lift is not None:
                arguments |= self._lifter.arguments(entry.lift, bound, changes, {})
            layout = layout_of(self._source, fit.statement, 120)
            said = self._lowerer.lower(path, arguments, layout)
            at = line_end(self._source.data, fit.statement.end_byte)
            text = "".join(f"\n{layout.indent}{line.text}" for line in said.lines)
            lowered.elsewhere.append(Change(Span(at, at), text))
            lowered.target = said.target
            lowered.roots |= said.roots
            lowered.imports += said.imports
            lowered.notes += [note for note in said.notes if note not in lowered.notes]
            lowered.fidelity = Fidelity.worst((lowered.fidelity, said.fidelity))
        return lowered

    def _lower_whole(
        self, bound: Bound, path: Path, extra: Mapping[str, Arg], changes: Changes, layout: Layout
    ) -> Lowered:
        assert bound.entry.lift is not None
        arguments = self._lifter.arguments(bound.entry.lift, bound, changes, {})
        own = {n for n, t in bound.entry.lift.arguments.items() if all(h.startswith(SELF) for h in holes(t))}
        return self._lowerer.lower(path, {**arguments, **extra}, layout, own | set(extra))

    def _lower_also(
        self, bound: Bound, lowered: Lowered, extra: Mapping[str, Arg], changes: Changes, layout: Layout
    ) -> None:
        """The further concept calls that a site makes, each where it is given something."""
        for lift in bound.entry.also:
            arguments = self._lifter.arguments(lift, bound, changes, {})
            path = concept_path(self._route.atlas, lift.concept, self._route.target)
            if not arguments or all(argument.text in ("{}", "dict()") for argument in arguments.values()):
                continue
            if path is None:
                target = self._route.target.name
                raise NoPathError(GapReason.NO_EDGE, f"{target} has nothing for {lift.concept}")
            lowered.also(self._lowerer.lower(path, {**arguments, **extra}, layout, extra))

    def _lower_split(
        self, bound: Bound, path: Path, extra: Mapping[str, Arg], changes: Changes, layout: Layout
    ) -> Lowered:
        """Entries of the dict literal that go their own way leave it; the rest stays together."""
        entry = bound.entry
        assert entry.lift is not None
        node = bound.nodes[entry.entries_of]
        split = split_dict(node, entry.entries, self._source, self._names, self._route.source, self.bound)
        if split is None:
            return self._lower_whole(bound, path, extra, changes, layout)
        lowered: Lowered | None = None
        if split.rest:
            rest = Arg(
                split.rest_text(changes, self._source), indent=self._source.line_indent(node.start_byte)
            )
            arguments = self._lifter.arguments(entry.lift, bound, changes, {entry.entries_of: rest})
            lowered = self._lowerer.lower(path, {**arguments, **extra}, layout, extra)
        for pair in split.pulled:
            own = self._lower_pair(bound, pair, extra, changes, layout)
            if lowered is None:
                lowered = own
            else:
                lowered.also(own)
        assert lowered is not None
        return lowered

    def _lower_pair(
        self,
        bound: Bound,
        pair: tuple[DictEntry, Node, Node],
        extra: Mapping[str, Arg],
        changes: Changes,
        layout: Layout,
    ) -> Lowered:
        rule, key, value = pair
        path = concept_path(self._route.atlas, rule.lift.concept, self._route.target)
        if path is None:
            raise NoPathError(
                GapReason.VALUE, f"{self._route.target.name} has nothing for {rule.lift.concept}"
            )
        known = {
            "key": self._lifter.argument(key, changes),
            "value": self._lifter.argument(value, changes),
        }
        maker = self.bound.get(value.id)
        for name, node in (maker.nodes if maker is not None else {}).items():
            known[f"value.{name}"] = self._lifter.argument(node, changes)
        arguments = self._lifter.arguments(rule.lift, bound, changes, known)
        step = {
            name: argument
            for name, argument in extra.items()
            if name in ("step", "holder") and name not in arguments
        }
        return self._lowerer.lower(path, {**arguments, **step}, layout, step)

    def _lower_directly(
        self, bound: Bound, facts: Facts, extra: Mapping[str, Arg], changes: Changes, layout: Layout
    ) -> Lowered:
        arguments = {name: self._lifter.argument(node, changes) for name, node in bound.nodes.items()}
        lowered = self._lowerer.direct(bound, {**arguments, **extra}, layout)
        if facts.holders is not None:
            facts.holders.bind(bound, lowered)
        return lowered

    def _source_notes(self, bound: Bound) -> list[str]:
        """What the source gave that the lift leaves out."""
        entry = bound.entry
        assert entry.lift is not None
        used = {
            hole.partition(".")[0] for template in entry.lift.arguments.values() for hole in holes(template)
        }
        used |= {hole for each in entry.entries for t in each.lift.arguments.values() for hole in holes(t)}
        used |= {hole for prefix in entry.lift.prefixes.values() for hole in holes(prefix)}
        used |= {hole for each in entry.also for t in each.arguments.values() for hole in holes(t)}
        notes: list[str] = []
        for name, node in bound.nodes.items():
            if name in used or name == SELF or node.type in ("none", "false"):
                continue
            reason = entry.drops.get(name, f"{name} is left out")
            if reason:
                notes.append(reason)
        return notes

    def _refuse_lost_receiver(self, bound: Bound, lowered: Lowered, changes: Changes) -> None:
        """A receiver that does something (`make_run().log(x)`) must not vanish with the call."""
        receiver = bound.use.receiver
        if receiver is None or receiver.type != "call" or bound.entry.lift is None:
            return
        uses_self = any(h.startswith(SELF) for t in bound.entry.lift.arguments.values() for h in holes(t))
        text = self._lifter.argument(receiver, changes).text
        if not uses_self or not any(text in line.text for line in lowered.lines):
            known = self.bound.get(receiver.id)
            if known is None or known.concept not in _ALWAYS_THERE:
                raise NoPathError(GapReason.POSITION, "the call that gives the receiver would be lost")


def _result(node: Node, names: Names) -> dict[str, Arg]:
    """The name that the value of a call is assigned to, where only members of that value are used."""
    parent = node.parent
    left = parent.child_by_field_name("left") if parent is not None and parent.type == "assignment" else None
    if left is None or left.type != "identifier" or left == node:
        return {}
    name = (left.text or b"").decode()
    places = [place for place in names.occurrences(name, names.scope_of(node)) if place != left]
    if any(_is_handed_on(place) for place in places):
        return {}
    return {"result": Arg(name)}


def _is_handed_on(place: Node) -> bool:
    """Whether a name is read for itself, not for a member of what it holds."""
    parent = place.parent
    if parent is None:
        return False
    if parent.type == "attribute":
        return parent.child_by_field_name("object") != place
    if parent.type == "subscript":
        return parent.child_by_field_name("value") != place
    return parent.type != "assignment" or parent.child_by_field_name("left") != place
