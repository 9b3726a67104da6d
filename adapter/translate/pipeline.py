"""Many files: walked, the few that matter found by their bytes, translated one by one or by several processes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from adapter.graph.catalogs import catalog_of
from adapter.graph.network import Route, route
from adapter.graph.store import Atlas, UnknownLibraryError, packaged_atlas
from adapter.graph.yamlfile import MapError
from adapter.names.catalog import LibraryCatalog
from adapter.plan import FileError, GapReason, Plan
from adapter.source.errors import SourceError
from adapter.source.manifests import Request, is_manifest, plan_manifest
from adapter.source.text import read_bytes, read_source
from adapter.source.walk import Found, walk

if TYPE_CHECKING:
    from adapter.names.project import ProjectNames

_CODE = frozenset({".py", ".pyw", ".pyi", ".ipynb"})
_SMALLEST_SHARE = 16


class UsageError(Exception):
    """The request itself is wrong; the message says what to give instead."""


@dataclass(frozen=True)
class Options:
    """What to translate, and how."""

    source_library: str
    target_library: str
    unsafe: bool = False
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    jobs: int = 1


@dataclass(slots=True)
class _Tree:
    """What the walk found."""

    code: list[Path] = field(default_factory=list)
    manifests: list[Path] = field(default_factory=list)
    errors: list[FileError] = field(default_factory=list)
    roots: dict[Path, Path] = field(default_factory=dict)


def translate_paths(
    paths: Sequence[Path], options: Options, progress: Callable[[int, int], None] | None = None
) -> Iterator[Plan]:
    """Plans for every file that has something to say, in the order of the walk; manifests come last.

    `progress` is told how many files of how many are done.

    Raises:
        UsageError: an unknown library, or a map that does not hold together.
    """
    way = find_route(options.source_library, options.target_library)
    return _plans(paths, options, way, progress or (lambda done, total: None))


def find_route(source: str, target: str, atlas: Atlas | None = None) -> Route:
    """The route between two libraries.

    Raises:
        UsageError: one of them has no map, both are the same, or a map does not hold together.
    """
    if source == target:
        raise UsageError(f"--from and --to are both {source!r}; name two libraries")
    try:
        return route(atlas or packaged_atlas(), source, target)
    except (UnknownLibraryError, MapError) as error:
        raise UsageError(str(error)) from error


def _plans(
    paths: Sequence[Path], options: Options, way: Route, progress: Callable[[int, int], None]
) -> Iterator[Plan]:
    tree = _walk(paths, options)
    total = len(tree.code) + len(tree.manifests) + len(tree.errors)
    for error in tree.errors:
        yield Plan(error.path, error=error)
    matching, unreadable = _matching(tree, way)
    for problem in unreadable:
        yield Plan(problem.path, error=problem)
    done = total - len(matching)
    progress(done, total)
    outcome = _Outcome()
    for plan in _translated(matching, tree, options, way):
        done += 1
        progress(done, total)
        outcome.add(plan)
        if plan.has_news:
            yield plan
    yield from _manifests(tree, way, outcome)


@dataclass(slots=True)
class _Outcome:
    """What the code files say about the manifests: who changed, and who still needs the source library."""

    changed: list[Path] = field(default_factory=list)
    kept: list[Path] = field(default_factory=list)

    def add(self, plan: Plan) -> None:
        if plan.changed and any(edit.rule != "install command" for edit in plan.edits):
            self.changed.append(plan.path)
        if plan.ignored or any(gap.reason is GapReason.IMPORT_KEPT for gap in plan.gaps) or plan.error:
            self.kept.append(plan.path)


def _walk(paths: Sequence[Path], options: Options) -> _Tree:
    tree = _Tree()
    for item in walk(paths, options.include, options.exclude):
        if isinstance(item, FileError):
            tree.errors.append(item)
            continue
        _sort_in(tree, item)
    return tree


def _sort_in(tree: _Tree, item: Found) -> None:
    suffix = os.path.splitext(item.path.name)[1]
    if is_manifest(item.path):
        tree.manifests.append(item.path)
    if suffix in _CODE or item.path == item.root:
        if not is_manifest(item.path) or item.path.name == "setup.py":
            tree.code.append(item.path)
    tree.roots[item.path] = item.root


def _matching(tree: _Tree, way: Route) -> tuple[list[Path], list[FileError]]:
    """The files that can hold a site: those that name the library, and those that import from them."""
    needles = [needle.encode() for needle in way.source.needles]
    naming: list[Path] = []
    others: list[Path] = []
    unreadable: list[FileError] = []
    for path in tree.code:
        try:
            raw = read_bytes(path)
        except SourceError as error:
            unreadable.append(error.error)
            continue
        hit = any(needle in raw for needle in needles)
        (naming if hit else others).append(path)
    if naming and others:
        project = _project_of(tree, naming[0], way, catalog_of(way.source))
        chosen = set(naming) | set(project.importers(naming, others))
        return [path for path in tree.code if path in chosen], unreadable
    return naming, unreadable


def _project_of(tree: _Tree, path: Path, way: Route, catalog: LibraryCatalog) -> ProjectNames:
    from adapter.names.project import ProjectNames

    root = tree.roots.get(path, path)
    return ProjectNames(root if root.is_dir() else root.parent, catalog, read_source)


def _translated(matching: Sequence[Path], tree: _Tree, options: Options, way: Route) -> Iterator[Plan]:
    folders = [root if root.is_dir() else root.parent for root in (tree.roots[path] for path in matching)]
    work = list(zip(matching, folders, strict=True))
    jobs = min(options.jobs, max(len(work) // _SMALLEST_SHARE, 1))
    if jobs <= 1:
        worker = _Worker(way, options.unsafe)
        yield from (worker.translate(path, folder) for path, folder in work)
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    with ProcessPoolExecutor(
        jobs,
        mp_context=get_context("fork") if hasattr(os, "fork") else None,
        initializer=_start_worker,
        initargs=(options.source_library, options.target_library, options.unsafe),
    ) as pool:
        share = max(1, min(32, len(work) // (jobs * 4)))
        yield from pool.map(_translate_in_worker, work, chunksize=share)


class _Worker:
    """Translates files one after the other; what is known of a project is kept between them."""

    def __init__(self, way: Route, unsafe: bool) -> None:
        self._way, self._unsafe = way, unsafe
        self._catalog = catalog_of(way.source)
        self._projects: dict[Path, ProjectNames] = {}

    def translate(self, path: Path, folder: Path) -> Plan:
        from adapter.names.project import ProjectNames
        from adapter.translate.file import translate_file

        if folder not in self._projects:
            self._projects[folder] = ProjectNames(folder, self._catalog, read_source)
        try:
            raw = read_bytes(path)
        except SourceError as error:
            return Plan(path, error=error.error)
        return translate_file(
            path, raw, self._way, self._catalog, self._projects[folder], unsafe=self._unsafe
        )


_workers: list[_Worker] = []


def _start_worker(source: str, target: str, unsafe: bool) -> None:
    _workers[:] = [_Worker(find_route(source, target), unsafe)]


def _translate_in_worker(item: tuple[Path, Path]) -> Plan:
    return _workers[0].translate(*item)


def _manifests(tree: _Tree, way: Route, outcome: _Outcome) -> Iterator[Plan]:
    """Manifests follow the code in their own folder and below: replaced, or added where the old is still needed."""
    for path in tree.manifests:
        folder = path.parent
        if not any(folder in changed.parents for changed in outcome.changed):
            continue
        keep = any(folder in kept.parents for kept in outcome.kept)
        request = Request(way.source.distribution, way.target.distribution, way.target.requirement, keep)
        try:
            raw = read_bytes(path)
        except SourceError as error:
            yield Plan(path, error=error.error)
            continue
        plan = plan_manifest(path, raw, request)
        if plan.has_news:
            yield plan
