"""Many files: walked, the few that matter found by their bytes, translated by one process or several."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from adapter.graph.catalogs import catalog_of
from adapter.graph.discovery import found_atlas
from adapter.graph.network import Route, route
from adapter.graph.store import Atlas, UnknownLibraryError, packaged_atlas
from adapter.graph.yamlfile import MapError
from adapter.names.project import ProjectNames
from adapter.plan import GapReason, Plan
from adapter.source.errors import SourceError
from adapter.source.manifests import Request, plan_manifest
from adapter.source.text import read_bytes, read_source
from adapter.source.tree import Tree, read_tree
from adapter.translate.commands import CommandTranslator
from adapter.translate.file import Translated, writes_target
from adapter.translate.imported import is_part
from adapter.translate.pool import work_on
from adapter.translate.versioned.project import is_versioned
from adapter.translate.worker import Worker


class UsageError(Exception):
    """The request itself is wrong; the message says what to give instead."""


Refine = Callable[[Plan, Path, Sequence[Path], Sequence[Path]], Plan]
"""Makes a better plan of one with gaps, given the folder of its imports, the files followed, and all code."""


@dataclass(frozen=True)
class Options:
    """What to translate, and how; `refine` gets every plan before it is handed on."""

    source_library: str
    target_library: str
    unsafe: bool = False
    alongside: bool = False
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    jobs: int = 1
    refine: Refine | None = None


def translate_paths(
    paths: Sequence[Path], options: Options, progress: Callable[[int, int], None] | None = None
) -> Iterator[Plan]:
    """Plans for every file that has something to say, in the order of the walk; manifests come last.

    `progress` is told how many files of how many are done.

    Raises:
        UsageError: an unknown library, or a map that does not hold together.
    """
    try:
        atlas = found_atlas(paths)
    except MapError as error:
        raise UsageError(str(error)) from error
    way = find_route(options.source_library, options.target_library, atlas)
    return _plans(paths, options, way, progress or (lambda done, total: None))


def plan_in_project(path: Path, options: Options, folder: Path, around: Sequence[Path]) -> Plan | None:
    """The plan of one file, seen together with the other code files of its project below a folder.

    None where neither the file nor one of the others names the source library.

    Raises:
        UsageError: an unknown library, or a map that does not hold together.
        SourceError: the file cannot be read.
    """
    way = find_route(options.source_library, options.target_library)
    needles = [needle.encode() for needle in way.source.needles]
    code = [path, *(other for other in around if other != path)]
    naming = [each for each in code if any(needle in _bytes_of(each, path) for needle in needles)]
    if not naming:
        return None
    worker = Worker(way, naming, code, unsafe=options.unsafe, data=options.data)
    return worker.work(path, folder).plan


def _bytes_of(path: Path, wanted: Path) -> bytes:
    """What a file holds; nothing where one that is not asked about cannot be read."""
    try:
        return read_bytes(path)
    except SourceError:
        if path == wanted:
            raise
        return b""


def find_route(source: str, target: str, atlas: Atlas | None = None) -> Route:
    """The route between two libraries.

    Raises:
        UsageError: one of them has no map, both are the same, or a map does not hold together.
    """
    try:
        known = atlas or packaged_atlas()
        source, target = known.named(source), known.named(target)
        if source == target:
            raise UsageError(f"--from and --to are both {source!r}; name two libraries")
        return route(known, source, target)
    except (UnknownLibraryError, MapError) as error:
        raise UsageError(str(error)) from error


def _plans(
    paths: Sequence[Path], options: Options, way: Route, progress: Callable[[int, int], None]
) -> Iterator[Plan]:
    tree = read_tree(paths, options.include, options.exclude)
    total = len(tree.code) + len(tree.manifests) + len(tree.commands) + len(tree.errors)
    for error in tree.errors:
        yield Plan(error.path, error=error)
    naming, others, unreadable = tree.naming(needle.encode() for needle in way.source.needles)
    for problem in unreadable:
        yield Plan(problem.path, error=problem)
    done = total - len(naming)
    progress(done, total)
    outcome = _Outcome()
    reached: set[Path] = set()
    # An object of git is followed everywhere: which of its files are data may show where nothing names git.
    files = tree.code if is_versioned(way) else naming
    for translated in _translated(naming, files, tree, options, way):
        done += 1
        progress(done, total)
        outcome.add(translated)
        reached.update(translated.reaches)
        if translated.plan.has_news:
            yield translated.plan
    related = _related(naming, others, reached, tree, way)
    for translated in _translated(related, [*naming, *related], tree, options, way):
        outcome.add(translated)
        if translated.plan.has_news:
            yield translated.plan
    yield from _manifests(tree, way, outcome)
    if not is_versioned(way):
        yield from _command_files(tree, way, outcome)


@dataclass(slots=True)
class _Outcome:
    """What the code files say about the manifests: who changed, and who still needs the source library."""

    changed: list[Path] = field(default_factory=list)
    kept: list[Path] = field(default_factory=list)

    def add(self, translated: Translated) -> None:
        plan = translated.plan
        is_kept = plan.ignored or any(gap.reason is GapReason.IMPORT_KEPT for gap in plan.gaps) or plan.error
        if is_kept:
            self.kept.append(plan.path)
        is_edited = plan.changed and any(edit.rule != "install command" for edit in plan.edits)
        if is_edited and (writes_target(plan) or not is_kept):
            self.changed.append(plan.path)


def _related(
    naming: Sequence[Path], others: Sequence[Path], reached: set[Path], tree: Tree, way: Route
) -> list[Path]:
    """The files that can hold sites without naming the library: they get its objects from files that do."""
    if not naming or not others:
        return []
    project = ProjectNames(tree.folder_of(naming[0]), catalog_of(way.source), read_source, others)
    giving = [path for path in naming if project.mentioning(path)]
    return sorted({*project.related(giving), *reached.intersection(others)})


def _translated(
    work: Sequence[Path], files: Sequence[Path], tree: Tree, options: Options, way: Route
) -> Iterator[Translated]:
    items = [(path, tree.folder_of(path)) for path in work]
    made = work_on(
        items,
        options.jobs,
        partial(
            Worker,
            way,
            tuple(files),
            tuple(tree.code),
            unsafe=options.unsafe,
            alongside=options.alongside,
            data=options.data,
        ),
    )
    if options.refine is None:
        return made
    return _refined(made, items, files, tree, options.refine)


def _refined(
    made: Iterator[Translated],
    items: Sequence[tuple[Path, Path]],
    files: Sequence[Path],
    tree: Tree,
    refine: Refine,
) -> Iterator[Translated]:
    for translated, (_, folder) in zip(made, items, strict=True):
        yield replace(translated, plan=refine(translated.plan, folder, files, tree.code))


def _manifests(tree: Tree, way: Route, outcome: _Outcome) -> Iterator[Plan]:
    """Manifests follow the code in their folder and below; an old entry that is still needed stays."""
    for path in tree.manifests:
        folder = path.parent
        if not any(folder in changed.parents for changed in outcome.changed):
            continue
        keep = (
            bool(way.source.search.get("part"))
            or is_part(way)
            or any(folder in kept.parents for kept in outcome.kept)
        )
        request = Request(way.source.distribution, way.target.distribution, way.target.requirement, keep)
        try:
            raw = read_bytes(path)
        except SourceError as error:
            yield Plan(path, error=error.error)
            continue
        plan = plan_manifest(path, raw, request)
        if plan.has_news:
            yield plan


def _command_files(tree: Tree, way: Route, outcome: _Outcome) -> Iterator[Plan]:
    """What sets up and starts a pipeline follows all the code below the same given path."""
    for path in tree.commands:
        root = tree.roots[path] if tree.roots[path].is_dir() else path.parent
        keep = is_part(way) or any(root in kept.parents for kept in outcome.kept)
        changed = any(root in each.parents for each in outcome.changed)
        try:
            raw = read_bytes(path)
        except SourceError as error:
            yield Plan(path, error=error.error)
            continue
        plan = CommandTranslator(way, keep=keep, only_report=not (changed or keep)).plan(path, raw)
        if plan.has_news:
            yield plan
