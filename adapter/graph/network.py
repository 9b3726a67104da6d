"""The networkx graph of maps, and the cheapest path from every API of one library to another library.

Nodes are `("api", library, entry index)`, `("concept", name)` and `("library", name)`. A lift leads
from an API to a concept, a `same_as` from a concept to a concept, a lower from a concept to a library;
a direct edge leads from an API straight to a library.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from adapter.graph.model import Entry, Library
from adapter.graph.store import Atlas, read_cached, write_cache
from adapter.plan import Fidelity

if TYPE_CHECKING:
    import networkx

COST = {Fidelity.EXACT: 1, Fidelity.LOSSY: 100, Fidelity.UNSAFE: 10_000}

Graph: TypeAlias = "networkx.DiGraph[tuple[str, ...]]"


@dataclass(frozen=True)
class Path:
    """How one API of the source reaches the target.

    `concepts` are the concepts passed through, in order; `lowers` the entries of the target that
    write the last one, to be tried in order. A direct path has neither.
    """

    concepts: tuple[str, ...]
    lowers: tuple[Entry, ...]
    direct: bool = False


@dataclass(frozen=True)
class Route:
    """Every path from one library to another, by the index of the source entry.

    With `partial` only what the entries of the source speak of is a site; all else stays in silence.
    """

    source: Library
    target: Library
    paths: dict[int, Path]
    atlas: Atlas
    partial: bool = False


def build_graph(atlas: Atlas) -> Graph:
    """The whole graph, for drawing and for paths."""
    import networkx

    graph: Graph = networkx.DiGraph()
    for name, concept in atlas.concepts.items():
        graph.add_node(("concept", name))
        if concept.same_as is not None:
            graph.add_edge(("concept", name), ("concept", concept.same_as.concept), cost=2, kind="same as")
    for name in atlas.names:
        library = atlas.library(name)
        for entry in library.entries:
            _add_entry(graph, entry)
    return graph


def _add_entry(graph: Graph, entry: Entry) -> None:
    node = ("api", entry.library, str(entry.index))
    if entry.lift is not None and not entry.gap:
        loss = Fidelity.LOSSY if any(entry.drops.values()) else Fidelity.EXACT
        # a dropped argument costs only where it is given, so it weighs less than a lossy entry
        cost = COST[entry.fidelity] + (1 if loss is Fidelity.LOSSY else 0)
        graph.add_edge(node, ("concept", entry.lift.concept), cost=cost, kind="lift")
    if entry.write is not None and entry.concept is not None:
        edge = ("concept", entry.concept), ("library", entry.library)
        cost = COST[entry.fidelity]
        if not graph.has_edge(*edge) or graph.edges[edge]["cost"] > cost:
            graph.add_edge(*edge, cost=cost, kind="lower")
    for target in entry.direct:
        graph.add_edge(node, ("library", target), cost=COST[entry.fidelity], kind="direct")


def route(atlas: Atlas, source: str, target: str) -> Route:
    """The cheapest path for every API of the source library; cached by the content of the maps.

    Raises:
        UnknownLibraryError: one of the two has no map.
        MapError: a map does not hold together.
    """
    source_library, target_library = atlas.library(source), atlas.library(target)
    name = f"route-{source}-{target}-{atlas.digest}"
    steps = read_cached(name)
    if not isinstance(steps, dict):
        steps = _steps(atlas, source_library, target_library)
        write_cache(name, steps)
    lowers: dict[str, list[Entry]] = {}
    for entry in target_library.entries:
        if entry.write is not None and entry.concept is not None:
            lowers.setdefault(entry.concept, []).append(entry)
    paths = {int(index): _path(found, lowers) for index, found in steps.items()}
    return Route(source_library, target_library, paths, atlas)


def _path(concepts: list[str], lowers: dict[str, list[Entry]]) -> Path:
    if not concepts:
        return Path((), (), direct=True)
    # entries that ask for a shape or an argument come before those that take anything
    candidates = sorted(lowers.get(concepts[-1], []), key=lambda entry: (not entry.when, entry.index))
    return Path(tuple(concepts), tuple(candidates))


def _steps(atlas: Atlas, source: Library, target: Library) -> dict[str, list[str]]:
    import networkx

    graph = build_graph(atlas)
    goal = ("library", target.name)
    found: dict[str, list[str]] = {}
    if goal not in graph:
        return found
    paths: dict[tuple[str, ...], list[tuple[str, ...]]]
    paths = dict(networkx.single_source_dijkstra_path(graph.reverse(copy=False), goal, weight="cost"))
    for entry in source.entries:
        way = paths.get(("api", source.name, str(entry.index)))
        if way is not None:
            found[str(entry.index)] = [node[1] for node in reversed(way) if node[0] == "concept"]
    return found


def concept_path(atlas: Atlas, concept: str, target: Library) -> Path | None:
    """How a concept that arises inside a call (an entry of a dict literal) reaches the target."""
    current: str | None = concept
    passed: list[str] = []
    while current is not None and current not in passed:
        passed.append(current)
        lowers = [e for e in target.entries if e.write is not None and e.concept == current]
        if lowers:
            return Path(tuple(passed), tuple(sorted(lowers, key=lambda entry: (not entry.when, entry.index))))
        same = atlas.concepts[current].same_as if current in atlas.concepts else None
        current = same.concept if same else None
    return None
