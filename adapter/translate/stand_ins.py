"""Stand-ins: a local variable for an object that the target library does not have.

W&B keeps the parameters of a run in `wandb.config`, from which scripts read them back; MLflow only
stores them. Where a file reads them, it gets a plain object with the same attributes, made where the
run is started.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tree_sitter import Node

from adapter.names.uses import Names
from adapter.plan import SiteKind
from adapter.translate.context import context_of
from adapter.translate.lift import Bound

GLOBAL_NAME = "run_config"
_ITERATING = (b"len", b"list", b"sorted", b"set")


@dataclass(slots=True)
class StandIn:
    """The variable that takes the object's place in one file.

    `starters` are the calls that fill it, `aliases` the reads whose own variable it takes over,
    `makers` those of them that make it, because no call before gives it values. `in_module` says that
    it is made once for the whole module. `problem` says why it cannot be had.
    """

    name: str
    spec: Mapping[str, Any]
    starters: set[int] = field(default_factory=set)
    aliases: set[int] = field(default_factory=set)
    makers: set[int] = field(default_factory=set)
    in_module: bool = False
    problem: str = ""


def plan_stand_in(
    concept: str,
    spec: Mapping[str, Any],
    sites: Sequence[Bound],
    names: Names,
    fresh_name: Callable[[str, Node], str],
    swept: bool,
) -> StandIn | None:
    """Decides how a file keeps the object; None when nothing reads it.

    `concept` is the object's concept, `sites` all bound sites of the file, `swept` whether a search
    chooses the values.
    """
    readers = _readers(concept, sites)
    if not readers:
        return None
    stand_in = StandIn(str(spec["name"]), spec)
    objects = [site for site in readers if site.concept == concept]
    start_concept, _, argument = str(spec["given_by"]).rpartition(".")
    starts = [site for site in sites if site.concept == start_concept]
    if swept:
        stand_in.problem = "its values come from a sweep"
    elif not starts and not _filled_by_hand(objects, readers):
        stand_in.problem = "the run, and so its parameters, is started in another file"
    if stand_in.problem:
        return stand_in
    stand_in.starters = {site.use.node.id for site in starts}
    if _seen_from_starts(objects, starts, names):
        _place_locally(stand_in, objects, starts, argument, names, fresh_name)
    else:
        stand_in.in_module = True
        stand_in.name = fresh_name(GLOBAL_NAME, objects[0].use.node if objects else readers[0].use.node)
    return stand_in


def _place_locally(
    stand_in: StandIn,
    objects: Sequence[Bound],
    starts: Sequence[Bound],
    argument: str,
    names: Names,
    fresh_name: Callable[[str, Node], str],
) -> None:
    aliases = {site.use.node.id: name for site in objects if (name := _alias_of(site.use.node)) is not None}
    if len(set(aliases.values())) != 1:
        place = starts[0].use.node if starts else objects[0].use.node
        stand_in.name = fresh_name(str(stand_in.spec["name"]), place)
        return
    stand_in.name = next(iter(aliases.values()))
    stand_in.aliases = set(aliases)
    unfilled = {names.scope_of(site.use.node).id for site in starts if not site.gives(argument)}
    filled = {names.scope_of(site.use.node).id for site in starts if site.gives(argument)}
    served: set[int] = set()
    for site in objects:
        scope = names.scope_of(site.use.node).id
        if (
            site.use.node.id in aliases
            and scope not in filled
            and scope not in served
            and (scope in unfilled or not starts)
        ):
            # the alias itself makes the object where the start of the run gives it nothing
            stand_in.makers.add(site.use.node.id)
            served.add(scope)
    stand_in.starters -= {site.use.node.id for site in starts if names.scope_of(site.use.node).id in served}


def mapping_uses(stand_in: StandIn, objects: Sequence[Node], names: Names) -> list[Node]:
    """Where the stand-in is used like the dict that it is not: `dict(config)`, `**config`, `in config`."""
    found: list[Node] = []
    for node in objects:
        if node.id not in stand_in.aliases:
            continue
        for place in names.occurrences(stand_in.name, names.scope_of(node)):
            used = mapping_place(place) if place.start_byte > node.start_byte else None
            if used is not None:
                found.append(used)
    return found


def mapping_place(place: Node) -> Node | None:
    """What gives way to a dict where an object is used like one: all of `dict(config)`, else the object."""
    parent = place.parent
    if parent is None:
        return None
    if parent.type == "dictionary_splat" or _is_searched(parent, place):
        return place
    if parent.type in ("for_statement", "for_in_clause"):
        return place if parent.child_by_field_name("right") == place else None
    if parent.type == "argument_list" and parent.parent is not None:
        function = parent.parent.child_by_field_name("function")
        if function is not None and function.text == b"dict" and len(parent.named_children) == 1:
            return parent.parent
        return place if function is not None and function.text in _ITERATING else None
    return None


def _is_searched(parent: Node, place: Node) -> bool:
    return (
        parent.type == "comparison_operator"
        and parent.children[-1] == place
        and parent.children[-2].type in ("in", "not in")
    )


def _readers(concept: str, sites: Sequence[Bound]) -> list[Bound]:
    """The sites that need the object itself: reads of its members, and of it where it is not only written."""
    unneeded = {
        site.use.receiver.id
        for site in sites
        if _only_writes(concept, site) and site.use.receiver is not None
    }
    found: list[Bound] = []
    for site in sites:
        is_object = site.concept == concept and site.use.node.id not in unneeded
        if is_object or (
            site.concept is not None
            and site.concept.rpartition(".")[0] == concept
            and not _only_writes(concept, site)
        ):
            found.append(site)
    return found


def _only_writes(concept: str, site: Bound) -> bool:
    return site.concept in {f"{concept}.{name}" for name in ("set", "set_item", "update", "assign")}


def _filled_by_hand(objects: Sequence[Bound], readers: Sequence[Bound]) -> bool:
    """Whether the object is filled in this file alone: an alias that is assigned to."""
    return any(_alias_of(site.use.node) is not None for site in objects) and any(
        site.use.kind in (SiteKind.WRITE, SiteKind.SUBSCRIPT_WRITE) for site in readers
    )


def _seen_from_starts(objects: Sequence[Bound], starts: Sequence[Bound], names: Names) -> bool:
    """Whether a variable made where the runs are started is visible wherever the object is read."""
    scopes = {names.scope_of(site.use.node).id for site in starts}
    if any(names.scope_of(site.use.node).type == "module" for site in starts):
        return True
    wanted = {names.scope_of(site.use.node).id for site in objects}
    return wanted <= scopes or (not starts and len(wanted) <= 1)


def _alias_of(node: Node) -> str | None:
    """`config` in `config = wandb.config`."""
    parent = node.parent
    if parent is None or parent.type != "assignment" or parent.child_by_field_name("right") != node:
        return None
    left = parent.child_by_field_name("left")
    if left is None or left.type != "identifier" or not context_of(parent).alone:
        return None
    return (left.text or b"").decode()
