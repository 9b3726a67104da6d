"""Many files: walked, the version in use read from the manifests, code upgraded, the requirement moved."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from packaging.version import Version

from adapter.graph.catalogs import catalog_of
from adapter.graph.yamlfile import MapError
from adapter.names.project import ProjectNames
from adapter.plan import FileError, Plan
from adapter.source.errors import SourceError
from adapter.source.manifests import Request, manifest_entries, plan_manifest
from adapter.source.text import read_bytes, read_source
from adapter.source.tree import Tree, read_tree
from adapter.translate.pipeline import UsageError
from adapter.translate.pool import work_on
from adapter.translate.traces import Traces
from adapter.translate.upgrade.file import FileUpgrader, Upgraded
from adapter.translate.upgrade.rules import (
    Move,
    RuleFile,
    UnknownUpgradeError,
    Upgrade,
    build_upgrade,
    rules_for,
)
from adapter.translate.upgrade.versions import VersionError, in_use, lower_bound, parse_version


@dataclass(frozen=True)
class UpgradeOptions:
    """What to upgrade, and between which versions; without them the manifest's and the latest."""

    library: str
    old: str = ""
    new: str = ""
    unsafe: bool = False
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    jobs: int = 1
    rules: Path | None = None


@dataclass(frozen=True)
class Upgrading:
    """An upgrade that is ready to run over a tree; `old` is the version in use, None where none is known."""

    upgrade: Upgrade
    tree: Tree
    old: Version | None
    new: Version


def prepare(paths: Sequence[Path], options: UpgradeOptions, rules: RuleFile | None = None) -> Upgrading:
    """Walks the paths and picks the rules.

    Raises:
        UsageError: no rules for that library, a text that is no version, or a rule that is wrong.
    """
    try:
        found = rules or rules_for(options.library)
        new = parse_version(options.new) if options.new else None
        tree = read_tree(paths, options.include, options.exclude)
        distribution = str(found.document.data["distribution"])
        old = parse_version(options.old) if options.old else in_use(tree.manifests, distribution)
        upgrade = build_upgrade(found, old, new)
    except (UnknownUpgradeError, VersionError, MapError) as error:
        raise UsageError(str(error)) from error
    return Upgrading(upgrade, tree, old, new or parse_version(found.latest))


def upgrade_paths(
    ready: Upgrading, options: UpgradeOptions, progress: Callable[[int, int], None] | None = None
) -> Iterator[Plan]:
    """Plans for every file that has something to say, in the order of the walk; manifests come last."""
    upgrade, tree = ready.upgrade, ready.tree
    tell = progress or (lambda done, total: None)
    for error in tree.errors:
        yield Plan(error.path, error=error)
    naming, _, unreadable = tree.naming(needle.encode() for needle in upgrade.needles)
    for problem in unreadable:
        yield Plan(problem.path, error=problem)
    total = len(tree.code) + len(tree.manifests)
    done = total - len(naming)
    tell(done, total)
    moves: set[Move] = set()
    items = [(path, tree.folder_of(path)) for path in naming]
    make = partial(Worker, upgrade, tuple(naming), tuple(tree.code), unsafe=options.unsafe)
    for upgraded in work_on(items, options.jobs, make):
        done += 1
        tell(done, total)
        moves |= upgraded.moves
        if upgraded.plan.has_news:
            yield upgraded.plan
    yield from _manifests(ready, moves)


class Worker:
    """Upgrades files one after the other, in one process."""

    def __init__(
        self, upgrade: Upgrade, files: Sequence[Path], code: Sequence[Path], *, unsafe: bool
    ) -> None:
        self._files = files
        self._catalog = catalog_of(upgrade.route.source, separate_elements=True)
        self._upgrader = FileUpgrader(upgrade, self._catalog, unsafe=unsafe)
        self._traces = Traces(upgrade.route.source, code)
        self._projects: dict[Path, ProjectNames] = {}

    def work(self, path: Path, folder: Path) -> Upgraded:
        """The plan of one file; `folder` is where its imports are looked up."""
        if folder not in self._projects:
            self._projects[folder] = ProjectNames(folder, self._catalog, read_source, self._files)
        try:
            raw = read_bytes(path)
        except SourceError as error:
            return Upgraded(Plan(path, error=error.error))
        try:
            return self._upgrader.upgrade(path, raw, self._projects[folder], self._traces)
        except Exception as error:  # noqa: BLE001 - a fault of ours in one file must not cost the others
            message = f"adapter failed here: {type(error).__name__}: {error}"
            problem = FileError(path, message, remedy="left as it is; please report it")
            return Upgraded(Plan(path, raw, error=problem))


def _manifests(ready: Upgrading, moves: set[Move]) -> Iterator[Plan]:
    """The requirement is moved where it allows the old version; what moved names need comes beside it."""
    upgrade = ready.upgrade
    old, new = upgrade.distribution, upgrade.new_distribution
    extras = sorted({(m.distribution, m.requirement) for m in moves if m.distribution})
    for path in ready.tree.manifests:
        try:
            raw = read_bytes(path)
            texts = [text for name, text in manifest_entries(path, raw, Request(old, old))]
        except SourceError as error:
            yield Plan(path, error=error.error)
            continue
        bounds = [lower_bound(text) for text in texts]
        is_behind = bool(texts) and any(bound is None or bound < ready.new for bound in bounds)
        requests = [Request(old, new, upgrade.requirement)] if is_behind or (texts and old != new) else []
        requests += [Request(new, name, version, beside=True) for name, version in extras] if texts else []
        plan = _planned(path, raw, requests)
        if plan.has_news:
            yield plan


def _planned(path: Path, raw: bytes, requests: Sequence[Request]) -> Plan:
    """The plans of several requests, one after the other, as one."""
    whole = Plan(path, raw)
    current = raw
    for request in requests:
        plan = plan_manifest(path, current, request)
        whole.edits += plan.edits
        whole.gaps += plan.gaps
        whole.ignored += plan.ignored
        if plan.error is not None:
            whole.error = plan.error
            return whole
        current = current if plan.after is None else plan.after
    whole.after = current if current != raw else None
    return whole
