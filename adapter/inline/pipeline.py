"""inline: many files: walked, those that train something found by their bytes, a plan for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from adapter.graph.store import UnknownLibraryError, packaged_atlas
from adapter.graph.yamlfile import MapError
from adapter.inline.frameworks import packaged_frameworks
from adapter.inline.recipe import (
    Option,
    OptionError,
    Request,
    UnknownRecipeError,
    packaged_recipe,
)
from adapter.inline.worker import InlineWorker
from adapter.plan import Plan
from adapter.source.errors import SourceError
from adapter.source.manifests import Request as ManifestRequest
from adapter.source.manifests import plan_manifest
from adapter.source.text import read_bytes
from adapter.source.tree import Tree, read_tree
from adapter.translate.pipeline import UsageError
from adapter.translate.pool import work_on

Refine = Callable[[Plan, Path, Sequence[Path]], Plan]
"""Makes a better plan of one with gaps, given the folder of its imports and all code files."""


@dataclass(frozen=True)
class Options:
    """Which recipe to apply, with which library, and how; `refine` gets every plan before it is handed on."""

    recipe: str
    library: str
    values: Mapping[str, Option] = field(default_factory=dict)
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    jobs: int = 1
    refine: Refine | None = None


def inline_paths(
    paths: Sequence[Path], options: Options, progress: Callable[[int, int], None] | None = None
) -> Iterator[Plan]:
    """Plans for every file that has something to say, in the order of the walk; manifests come last.

    Raises:
        UsageError: an unknown recipe, library or option, or a recipe or map that does not hold together.
    """
    return _plans(paths, options, request_of(options), progress or (lambda done, total: None))


def request_of(options: Options) -> Request:
    """The request that the options make.

    Raises:
        UsageError: an unknown recipe, library or option, or a file of rules that does not hold together.
    """
    try:
        recipe = packaged_recipe(options.recipe)
        library = options.library or recipe.libraries[0]
        packaged_atlas().library(library)
        if library not in recipe.libraries:
            known = ", ".join(recipe.libraries)
            raise UsageError(
                f"the recipe {recipe.name} cannot be written with {library} (it can with: {known})"
            )
        return Request.of(recipe, library, options.values)
    except (UnknownRecipeError, UnknownLibraryError, OptionError, MapError) as error:
        raise UsageError(str(error)) from error


def _plans(
    paths: Sequence[Path], options: Options, request: Request, progress: Callable[[int, int], None]
) -> Iterator[Plan]:
    tree = read_tree(paths, options.include, options.exclude)
    total = len(tree.code) + len(tree.manifests) + len(tree.errors)
    for error in tree.errors:
        yield Plan(error.path, error=error)
    naming, _, unreadable = tree.naming(packaged_frameworks().needles)
    for problem in unreadable:
        yield Plan(problem.path, error=problem)
    done = total - len(naming)
    progress(done, total)
    changed: list[Path] = []
    items = [(path, tree.folder_of(path)) for path in naming]
    plans = work_on(items, options.jobs, partial(InlineWorker, request, tuple(tree.code)))
    for plan, (_, folder) in zip(plans, items, strict=True):
        if options.refine is not None:
            plan = options.refine(plan, folder, tree.code)
        done += 1
        progress(done, total)
        if plan.changed:
            changed.append(plan.path)
        if plan.has_news:
            yield plan
    yield from _manifests(tree, request, changed)


def _manifests(tree: Tree, request: Request, changed: Sequence[Path]) -> Iterator[Plan]:
    """Manifests in the folder of a changed file or above list the library beside the training framework."""
    library = packaged_atlas().library(request.library)
    for path in tree.manifests:
        if not any(path.parent in file.parents for file in changed):
            continue
        try:
            raw = read_bytes(path)
        except SourceError as error:
            yield Plan(path, error=error.error)
            continue
        for anchor in packaged_frameworks().distributions:
            wanted = ManifestRequest(anchor, library.distribution, library.requirement, beside=True)
            plan = plan_manifest(path, raw, wanted)
            if plan.has_news:
                yield plan
                break
