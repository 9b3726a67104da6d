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


@dataclass(slots=True)
class StandIn:
    """The variable that takes the object's place in one file.

    `starter` is the call that fills it, `alias` the assignments whose own variable it takes over.
    `in_module` says that it is made once for the whole module. `problem` says why it cannot be had.
    """

    name: str
    spec: Mapping[str, Any]
    starter: Node | None = None
    in_module: bool = False
    aliases: set[int] = field(default_factory=set)
    maker_alias: int | None = None
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
    objects = [site for site in sites if site.concept == concept]
    start_concept, _, argument = str(spec["given_by"]).rpartition(".")
    starts = [site for site in sites if site.concept == start_concept]
    aliases = {site.use.node.id: name for site in objects if (name := _alias_of(site.use.node)) is not None}
    preferred = next(iter(set(aliases.values())), str(spec["name"])) if len(set(aliases.values())) <= 1 else GLOBAL_NAME
    stand_in = StandIn(preferred, spec)
    if swept:
        stand_in.problem = "its values come from a sweep"
        return stand_in
    filled = [site for site in starts if site.gives(argument)]
    if not starts and not _only_written(objects, readers):
        stand_in.problem = "the run, and so its parameters, is started in another file"
        return stand_in
    if len(starts) > 1:
        stand_in.problem = "several calls start a run in this file"
        return stand_in
    stand_in.starter = starts[0].use.node if starts else None
    if _one_scope_sees_all([site for site in readers if site.concept == concept], starts, names):
        _place_locally(stand_in, aliases, filled, starts, names, fresh_name)
    else:
        stand_in.in_module = True
        stand_in.name = fresh_name(GLOBAL_NAME, readers[0].use.node)
    return stand_in


def _one_scope_sees_all(objects: Sequence[Bound], starts: Sequence[Bound], names: Names) -> bool:
    scopes = {names.scope_of(site.use.node).id for site in [*objects, *starts]}
    if len(scopes) <= 1:
        return True
    return bool(starts) and names.scope_of(starts[0].use.node).type == "module"


def _place_locally(
    stand_in: StandIn,
    aliases: Mapping[int, str],
    filled: Sequence[Bound],
    starts: Sequence[Bound],
    names: Names,
    fresh_name: Callable[[str, Node], str],
) -> None:
    if aliases and len(set(aliases.values())) == 1:
        stand_in.aliases = set(aliases)
        if not filled:
            stand_in.maker_alias = min(aliases)
            stand_in.starter = None
        return
    place = starts[0].use.node if starts else None
    if place is not None:
        stand_in.name = fresh_name(str(stand_in.spec["name"]), place)


def _readers(concept: str, sites: Sequence[Bound]) -> list[Bound]:
    """The sites that need the object itself: reads of its members, and reads of it that are not only written through."""
    unneeded = {site.use.receiver.id for site in sites if _only_writes(concept, site) and site.use.receiver is not None}
    found: list[Bound] = []
    for site in sites:
        if site.concept == concept and site.use.node.id not in unneeded:
            found.append(site)
        elif site.concept == f"{concept}.get":
            found.append(site)
    return found


def _only_writes(concept: str, site: Bound) -> bool:
    return site.concept in (f"{concept}.set", f"{concept}.update")


def _only_written(objects: Sequence[Bound], readers: Sequence[Bound]) -> bool:
    """Whether the object is filled in this file alone: an alias that is assigned to."""
    return any(_alias_of(site.use.node) is not None for site in objects) and any(
        site.use.kind in (SiteKind.WRITE, SiteKind.SUBSCRIPT_WRITE) for site in readers
    )


def _alias_of(node: Node) -> str | None:
    """`config` in `config = wandb.config`."""
    parent = node.parent
    if parent is None or parent.type != "assignment" or parent.child_by_field_name("right") != node:
        return None
    left = parent.child_by_field_name("left")
    if left is None or left.type != "identifier" or not context_of(parent).alone:
        return None
    return (left.text or b"").decode()
