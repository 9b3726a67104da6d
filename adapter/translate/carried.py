"""Settings that a later call carries: said alone in the source, and where a run starts in the target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tree_sitter import Node

from adapter.graph.model import Entry
from adapter.graph.network import Route
from adapter.names.uses import Names
from adapter.translate.context import context_of
from adapter.translate.lift import Bound
from adapter.translate.shapes import is_stable


@dataclass(slots=True)
class Carried:
    """A setting that a later call can carry: `setter` goes away, `argument` goes to each of `carriers`."""

    setter: Bound
    name: str
    value: Node
    carriers: set[int]


def carried_settings(
    route: Route, sites: Sequence[Bound], starts: Sequence[Bound], names: Names
) -> list[Carried]:
    """The settings of a file that every start of a run in it can carry."""
    found: list[Carried] = []
    setters = [(site, entry) for site in sites if (entry := _carried_entry(route, site)) is not None]
    for site, entry in setters:
        argument = entry.carried_by.rpartition(".")[2]
        lift = site.entry.lift
        plain = lift.plain(argument) if lift is not None and argument in lift.arguments else None
        value = site.nodes.get(plain) if plain else None
        if value is None or not is_stable(value) or len(setters) != 1 or not context_of(site.use.node).alone:
            continue
        carriers = {s.use.node.id for s in starts if not s.gives(argument) and _sees(value, site, s, names)}
        if len(carriers) == len(starts) and (starts or _logs(sites)):
            found.append(Carried(site, argument, value, carriers))
    return found


def _carried_entry(route: Route, site: Bound) -> Entry | None:
    path = route.paths.get(site.entry.index)
    return next((entry for entry in path.lowers if entry.carried_by), None) if path is not None else None


def _logs(sites: Sequence[Bound]) -> bool:
    return any(site.concept is not None and site.concept.startswith("tracking.log_") for site in sites)


def _sees(value: Node, setter: Bound, carrier: Bound, names: Names) -> bool:
    """Whether the value means the same where the carrier stands."""
    if value.type not in ("identifier", "attribute"):
        return True
    scope = names.scope_of(setter.use.node)
    return scope.type == "module" or scope.id == names.scope_of(carrier.use.node).id
