"""inline: whether a file already has the function that a recipe would put in."""

from __future__ import annotations

from adapter.graph.catalogs import catalog_of
from adapter.graph.model import Library
from adapter.graph.store import Atlas
from adapter.inline.recipe import Recipe
from adapter.names.uses import Names
from adapter.source.text import Source


def libraries_present(source: Source, atlas: Atlas, recipe: Recipe) -> list[str]:
    """The libraries by which a file already does one of the things in `recipe.done`."""
    return [name for name in atlas.names if _does(source, atlas.library(name), recipe)]


def _does(source: Source, library: Library, recipe: Recipe) -> bool:
    if not any(needle.encode() in source.data for needle in library.needles):
        return False
    for use in Names(source, catalog_of(library)).uses():
        for entry in library.entries_for(use.kind, use.api, use.owner):
            concepts = {entry.concept, entry.lift.concept if entry.lift is not None else None}
            if concepts & recipe.done:
                return True
    return False
