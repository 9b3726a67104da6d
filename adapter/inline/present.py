"""inline: whether a file already has the function that a recipe would put in."""

from __future__ import annotations

from tree_sitter import Node

from adapter.graph.catalogs import catalog_of
from adapter.graph.model import Library
from adapter.graph.store import Atlas
from adapter.inline.recipe import Recipe
from adapter.names.uses import Names, Use
from adapter.source.text import Source
from adapter.translate.lift import Lifter, NoPathError


def libraries_present(source: Source, atlas: Atlas, recipe: Recipe) -> list[str]:
    """The libraries by which a file already does one of the things in `recipe.done`."""
    return [name for name in atlas.names if _does(source, atlas.library(name), recipe)]


def concepts_used(source: Source, library: Library) -> dict[str, list[Node]]:
    """The concepts that a file already has a library do, each with the places where it does."""
    found: dict[str, list[Node]] = {}
    if not any(needle.encode() in source.data for needle in library.needles):
        return found
    for use in Names(source, catalog_of(library)).uses():
        for entry in library.entries_for(use.kind, use.api, use.owner):
            for name in {entry.concept, entry.lift.concept if entry.lift is not None else None}:
                if name is not None:
                    found.setdefault(name, []).append(use.node)
    return found


def _does(source: Source, library: Library, recipe: Recipe) -> bool:
    if not any(needle.encode() in source.data for needle in library.needles):
        return False
    names = Names(source, catalog_of(library))
    lifter = Lifter(source, names, library)
    return any(_is_done(lifter, library, use, recipe) for use in names.uses())


def _is_done(lifter: Lifter, library: Library, use: Use, recipe: Recipe) -> bool:
    concepts: set[str | None] = set()
    for entry in library.entries_for(use.kind, use.api, use.owner):
        concepts |= {entry.concept, entry.lift.concept if entry.lift is not None else None}
    for done in recipe.done:
        name, _, condition = done.partition("(")
        if name in concepts and (not condition or _holds(lifter, use, name, condition.rstrip(")"))):
            return True
    return False


def _holds(lifter: Lifter, use: Use, concept: str, condition: str) -> bool:
    """Whether a use gives an argument of a concept, or gives it that word: `type`, `type=model`."""
    argument, _, word = condition.partition("=")
    try:
        bound = lifter.match(use)
    except NoPathError:
        return False
    lift = bound.entry.lift
    if lift is None or lift.concept != concept or not bound.gives(argument):
        return False
    given = bound.nodes.get(lift.plain(argument) or "")
    return not word or (given is not None and (given.text or b"").decode().strip("\"'") == word)
