"""The ledger of one source: what has been done at which site, and how to take it back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from tree_sitter import Node

from adapter.graph.model import Library
from adapter.names.uses import Names, Use
from adapter.plan import Change, Edit, Gap, GapReason, Site, Span
from adapter.source.edits import Changes
from adapter.source.text import Source
from adapter.translate.context import context_of
from adapter.translate.dicts import name_of_holder
from adapter.translate.lift import NoPathError
from adapter.translate.place import Placer


@dataclass(slots=True)
class Done:
    """A site that was rewritten, with the changes and the removed statements that make it so.

    `roots` are the names that the new code begins with, `imports` the further imports that it needs.
    """

    use: Use
    edit: Edit
    changes: list[Change] = field(default_factory=list)
    removed: list[Node] = field(default_factory=list)
    roots: set[str] = field(default_factory=set)
    imports: list[str] = field(default_factory=list)


class Ledger:
    """Edits and gaps of one source, with the changes collected so far."""

    def __init__(self, source: Source, placer: Placer, names: Names, library: Library) -> None:
        self._source, self._placer, self._names = source, placer, names
        self._runs = {name for name, kind in library.types.items() if kind.concept}
        self.changes = Changes()
        self.done: list[Done] = []
        self.gaps: list[Gap] = []
        self._failed: list[Use] = []

    def site(self, use: Use) -> Site:
        """The site that a use is."""
        return self._source.site(Span(use.node.start_byte, use.node.end_byte), use.kind, use.api)

    def commit(self, done: Done) -> None:
        """Takes the changes of a site in; those within their spans have become part of their text."""
        kept: list[Change] = []
        for change in done.changes:
            self.changes.absorb(self._source.data, change.span)
            if self._source.text(change.span) != change.text:
                kept.append(change)
        for change in kept:
            self.changes.add(change)
        done.changes = kept
        self.done.append(done)

    def fail(self, use: Use, failure: NoPathError) -> None:
        """Writes a gap down and takes back what was done inside of it.

        What is asked of a run in a variable stays done: the variable holds a run of the target now.
        """
        self.gaps.append(Gap(self.site(use), failure.reason, failure.detail))
        self._failed.append(use)
        span = Span(use.node.start_byte, use.node.end_byte)
        for done in [done for done in self.done if span.contains(done.edit.site.span)]:
            if done.use.call is None and _comes_from(self._runs, done.use.receiver, self._names):
                continue
            self._undo(done)
            detail = f"it stands inside a {use.api} that stays as it is"
            self.gaps.append(Gap(done.edit.site, GapReason.POSITION, detail))

    @property
    def done_ids(self) -> set[int]:
        """The ids of the nodes that were rewritten."""
        return {done.use.node.id for done in self.done}

    def keep_what_is_still_used(self, names: Names) -> None:
        """An object whose name is still read elsewhere has to stay, with all that is done to it."""
        for name in self._placer.unbound:
            statement = context_of(name).statement
            span = Span(statement.start_byte, statement.end_byte)
            owner = next((done for done in self.done if self._replaces(done, statement, span)), None)
            if owner is None:
                continue
            text = self._source.node_text(name)
            places = [
                place
                for place in names.occurrences(text, names.scope_of(name))
                if place != name and not _is_assigned(place) and self._may_hold(place, owner, names)
            ]
            left = next((place for place in places if not self._rewriters(place)), None)
            if left is None:
                continue
            line = self._source.position(left.start_byte)[0]
            detail = f"the target has no such object, and {text} is still used at line {line}"
            for done in [owner, *(done for place in places for done in self._rewriters(place))]:
                if done in self.done:
                    self._undo(done)
                    self.gaps.append(Gap(done.edit.site, GapReason.VALUE, detail))

    @staticmethod
    def _may_hold(place: Node, owner: Done, names: Names) -> bool:
        """Whether a name may have the value there that a site gave it."""
        return owner.use.node.id in {node.id for node in names.bindings_before(place)}

    def keep_all_of(self, served: Collection[int]) -> None:
        """What is done to runs, by the id of its node, stays where one is not started in the target."""
        for done in [done for done in self.done if done.use.node.id in served]:
            self.take_back(done, "the run that it belongs to stays")

    def keep_objects_whole(self, names: Names, library: Library) -> None:
        """An object of which one use stays has to stay itself, with all that is done to it.

        Runs are left out: a run of the target is there as well, and most of what is done to it is the same.
        """
        for use in list(self._failed):
            name, kind = use.receiver, library.types.get(use.owner)
            if name is None or name.type != "identifier" or kind is None or kind.concept:
                continue
            made = {node.id for node in names.bindings_before(name)} & self.done_ids
            if not made:
                continue
            line = self._source.position(use.node.start_byte)[0]
            detail = f"{use.member} of the same object stays at line {line}"
            places = [
                place
                for place in names.occurrences(self._source.node_text(name), names.scope_of(name))
                if made.intersection(node.id for node in names.bindings_before(place))
            ]
            makers = [done for done in self.done if done.use.node.id in made and done.use.call is not None]
            if not makers:
                continue
            for done in [*makers, *(done for place in places for done in self._rewriters(place))]:
                self.take_back(done, detail)

    def keep_what_is_done_to_objects_that_stay(self, names: Names, library: Library) -> None:
        """Where the call that makes an object stays, all that is done to the object stays with it."""
        for use in list(self._failed):
            name = _assigned_name(use)
            kind = library.types.get(names.value(use.node).name) if name is not None else None
            if name is None or kind is None or kind.concept:
                continue
            line = self._source.position(use.node.start_byte)[0]
            for place in names.occurrences(self._source.node_text(name), names.scope_of(name)):
                if use.node.id not in {node.id for node in names.bindings_before(place)}:
                    continue
                for done in self._rewriters(place):
                    self.take_back(done, f"the call that makes the object at line {line} stays")

    def keep_what_belongs_to_runs_that_stay(self) -> None:
        """Where the start of a run stays, so does what stands in its `with` block or is done by its name."""
        for use in list(self._failed):
            if use.call is None or self._names.value(use.node).name not in self._runs:
                continue
            line = self._source.position(use.node.start_byte)[0]
            detail = f"the run that it belongs to, started at line {line}, stays"
            context = context_of(use.node)
            if context.with_item is not None and context.statement.type == "with_statement":
                inside = [done for done in self.done if _lies_in(done.use.node, context.statement)]
            else:
                inside = [done for done in self.done if self._is_done_to(done, use)]
            for done in inside:
                if done in self.done:
                    self.take_back(done, detail)

    def _is_done_to(self, done: Done, start: Use) -> bool:
        """Whether a site is done through a variable that surely holds the run of a start."""
        receiver = done.use.receiver
        while receiver is not None and receiver.type in ("attribute", "call"):
            receiver = receiver.child_by_field_name("object") or receiver.child_by_field_name("function")
        if receiver is None or receiver.type != "identifier" or _assigned_name(start) is None:
            return False
        return {node.id for node in self._names.bindings_before(receiver)} == {start.node.id}

    def keep_what_is_handed_to_calls_that_stay(self, names: Names, library: Library) -> None:
        """An object in a variable, or in a list in one, that a call which stays takes has to stay too."""
        spans = [Span(use.node.start_byte, use.node.end_byte) for use in self._failed]
        for done in list(self.done):
            name = name_of_holder(done.use.node) if done.use.call is not None else None
            kind = library.types.get(names.value(done.use.node).name) if name is not None else None
            if name is None or kind is None or kind.concept or not done.changes:
                continue
            is_alone = _assigned_name(done.use) is not None
            for place in names.occurrences(self._source.node_text(name), names.scope_of(name)):
                taken = any(span.start <= place.start_byte < span.end for span in spans)
                if taken and (not is_alone or self._may_hold(place, done, names)):
                    line = self._source.position(place.start_byte)[0]
                    self.take_back(done, f"the call that takes it at line {line} stays")
                    break

    def keep_guards_of_calls_that_stay(self) -> None:
        """An exception is still raised by the calls that stay, so what catches it has to stay too."""
        for done in list(self.done):
            body = _guarded(done.use.node)
            if body is None:
                continue
            raising = next((use for use in self._failed if _lies_in(use.node, body)), None)
            if raising is not None:
                line = self._source.position(raising.node.start_byte)[0]
                self.take_back(done, f"a call that it guards at line {line} stays")
            elif not any(_lies_in(other.use.node, body) for other in self.done):
                self.take_back(done, "nothing that it guards is seen to raise it")

    def keep_what_the_rest_needs(self, served: Collection[int]) -> None:
        """Logins and the like, by the id of their node: they stay as long as something else does.

        What comes from a run in a variable does not count: the variable holds a run of the target now.
        """
        left = {gap.site.span for gap in self.gaps}
        if not any(
            Span(use.node.start_byte, use.node.end_byte) in left
            and use.node.id not in served
            and not _comes_from(self._runs, use.receiver, self._names)
            for use in self._failed
        ):
            return
        for done in [done for done in self.done if done.use.node.id in served]:
            self.take_back(done, "calls that stay need it")

    def take_back(self, done: Done, detail: str) -> None:
        """Makes a gap of a site, and of those inside of it."""
        span = done.edit.site.span
        for inner in [each for each in self.done if span.contains(each.edit.site.span)]:
            self._undo(inner)
            self._failed.append(inner.use)
            self.gaps.append(Gap(inner.edit.site, GapReason.VALUE, detail))

    @staticmethod
    def _replaces(done: Done, statement: Node, span: Span) -> bool:
        return statement in done.removed or any(change.span == span for change in done.changes)

    def _undo(self, done: Done) -> None:
        gone = {id(change) for change in done.changes}
        self.changes = Changes(change for change in self.changes.all() if id(change) not in gone)
        self.done.remove(done)
        self._placer.removed = [node for node in self._placer.removed if node not in done.removed]
        self._placer.take_back(done.changes)

    def _rewriters(self, place: Node) -> list[Done]:
        """The rewritten sites that a place lies in."""
        span = Span(place.start_byte, place.end_byte)
        return [done for done in self.done if done.edit.site.span.contains(span)]


def _assigned_name(use: Use) -> Node | None:
    """`name` in `name = wandb.Image(pixels)`."""
    parent = use.node.parent
    if use.call is None or parent is None or parent.type != "assignment":
        return None
    left = parent.child_by_field_name("left")
    return left if left is not None and left.type == "identifier" else None


def _comes_from(runs: Collection[str], receiver: Node | None, names: Names, depth: int = 0) -> bool:
    """Whether an object is a run in a variable, or was made by a method of one."""
    if receiver is None or depth > 4:
        return False
    if receiver.type == "identifier":
        if names.value(receiver).name in runs:
            return True
        return any(_comes_from(runs, node, names, depth + 1) for node in names.bindings(receiver))
    field = {"call": "function", "attribute": "object"}.get(receiver.type)
    return field is not None and _comes_from(runs, receiver.child_by_field_name(field), names, depth + 1)


def _guarded(node: Node) -> Node | None:
    """The body of the `try` whose `except` names an exception at a node."""
    child, parent = node, node.parent
    while parent is not None and child.type != "block":
        if parent.type == "except_clause" and parent.parent is not None:
            return parent.parent.child_by_field_name("body")
        child, parent = parent, parent.parent
    return None


def _lies_in(node: Node, outer: Node) -> bool:
    return outer.start_byte <= node.start_byte and node.end_byte <= outer.end_byte


def _is_assigned(place: Node) -> bool:
    parent = place.parent
    return parent is not None and parent.type == "assignment" and parent.child_by_field_name("left") == place
