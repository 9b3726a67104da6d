"""Runs inside of runs, for a library with one run at a time: an outer one must record nothing any more."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from tree_sitter import Node

from adapter.names.uses import Names
from adapter.plan import GapReason, SiteKind
from adapter.source.text import Source
from adapter.translate.context import context_of
from adapter.translate.lift import Bound, NoPathError

INNER = "tracking.start_inner_run"
_LOOPS = frozenset({"for_statement", "while_statement"})
_RECORDS = ("tracking.log_", "tracking.set_", "tracking.params", "tracking.end_run")
_SETTINGS = frozenset({"tracking.set_server", "tracking.set_registry", "tracking.set_project"})


def refuse_records_of_outer_runs(
    start: Bound, sites: Collection[Bound], source: Source, names: Names
) -> None:
    """Makes sure that no outer run records anything once an inner one has started, which ends the outer.

    Raises:
        NoPathError: the inner run is not one of a `with` block, something is recorded behind it, or what is
            around it is in another file.
    """
    context = context_of(start.use.node)
    if context.with_item is None or context.statement.type != "with_statement":
        raise NoPathError(GapReason.VALUE, "a run inside of another is seen to end only as a with block")
    block = context.statement
    calls = list(_calls_of_its_function(start.use.node, source, names))
    records = [site.use.node for site in sites if _is_record(site)]
    starts = [site.use.node for site in sites if site.concept in (INNER, "tracking.start_run")]
    around = [place for place in (block, *calls) if _stands_in_with(place, _scope(place, names))]
    if not all(_stands_in_run(place, starts) for place in around) or not (calls or around):
        raise NoPathError(GapReason.VALUE, "the run around this one is not seen, nor what it records later")
    for place in (block, *calls):
        outer = _scope(place, names)
        late = [
            node for node in records if _runs_after(node, place, outer, names) and not _within(node, place)
        ]
        if late and (_within(place, block) or place is block or _stands_in_with(place, outer)):
            line = source.position(late[0].start_byte)[0]
            raise NoPathError(
                GapReason.VALUE, f"line {line} may record for the outer run when this one has ended it"
            )


def _is_record(site: Bound) -> bool:
    concept = site.concept or ""
    return site.use.kind is SiteKind.CALL and concept.startswith(_RECORDS) and concept not in _SETTINGS


def _calls_of_its_function(node: Node, source: Source, names: Names) -> Iterator[Node]:
    """The calls, in the file, of the function that a node stands in."""
    function = names.scope_of(node)
    name = function.child_by_field_name("name") if function.type == "function_definition" else None
    if name is None:
        return
    for place in names.occurrences(source.node_text(name), names.scope_of(function)):
        call = place.parent
        if call is not None and call.type == "call" and call.child_by_field_name("function") == place:
            yield call


def _scope(place: Node, names: Names) -> Node:
    return names.scope_of(place)


def _runs_after(node: Node, place: Node, scope: Node, names: Names) -> bool:
    """Whether a node of a scope runs behind a place, also in a later round of a loop around both."""
    if names.scope_of(node).id != scope.id:
        return False
    if node.start_byte >= place.end_byte:
        return True
    around = place.parent
    while around is not None and around.id != scope.id:
        if around.type in _LOOPS and _within(node, around):
            return True
        around = around.parent
    return False


def _stands_in_with(place: Node, scope: Node) -> bool:
    around = place.parent
    while around is not None and around.id != scope.id:
        if around.type == "with_statement":
            return True
        around = around.parent
    return False


def _stands_in_run(place: Node, starts: Iterable[Node]) -> bool:
    """Whether a `with` block around a place starts a run of the source library."""
    around = place.parent
    while around is not None:
        body = around.child_by_field_name("body") if around.type == "with_statement" else None
        if body is not None and any(_within(s, around) and not _within(s, body) for s in starts):
            return True
        around = around.parent
    return False


def _within(node: Node, outer: Node) -> bool:
    return outer.start_byte <= node.start_byte and node.end_byte <= outer.end_byte
