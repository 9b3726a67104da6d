"""Which imports of a file go, which come, and what is said about each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tree_sitter import Node

from adapter.graph.model import Library
from adapter.graph.network import Route
from adapter.names.imports import ImportBinding
from adapter.names.project import ProjectNames
from adapter.names.uses import Names, Use
from adapter.plan import Change, Edit, Gap, GapReason, Ignored, SiteKind, Span
from adapter.source.text import Source
from adapter.translate.engine import Outcome
from adapter.translate.imports import NeededImport, StaleImport, plan_imports


@dataclass(slots=True)
class ImportWork:
    """The changes to the imports of one file, and the sites that they are."""

    changes: list[Change] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)


def plan_import_work(
    source: Source, names: Names, route: Route, outcome: Outcome, project: ProjectNames | None = None
) -> ImportWork:
    """Decides about every import of the source library, after the sites that it serves.

    Imports from other packages that work with the library, and not from the project itself, are left
    and told: they need the library, and nobody knows what takes their place.
    """
    work = ImportWork()
    uses = {use.node.id: use for use in names.uses() if use.kind is SiteKind.IMPORT}
    owned = _searching if is_part(route) else _owned
    ours = [
        binding for binding in names.imports if binding.statement.id in uses and owned(binding, route.source)
    ]
    gone = [Span(node.start_byte, node.end_byte) for node in outcome.edited_nodes]
    may_go = outcome.edits and not outcome.beside
    stale = [binding for binding in ours if may_go and _is_stale(binding, names, gone, outcome)]
    if route.partial:
        # what was rewritten may use the same library by the same name
        stale = [binding for binding in stale if not _still_written(binding, outcome)]
    needed = _needed(route, outcome, ours)
    if outcome.edits:
        gone_ids = {binding.clause.id for binding in stale}
        kept = [binding.statement for binding in ours if binding.clause.id not in gone_ids]
        leaving_now = [StaleImport(b.statement, b.clause) for b in stale]
        work.changes = plan_imports(source, needed, leaving_now, kept, _first_use(names, outcome))
    if route.partial:
        ours = stale
    leaving = {(binding.statement.id, binding.clause.id) for binding in stale}
    for binding in ours:
        _tell(work, source, binding, uses[binding.statement.id], route, leaving, outcome)
    known = {binding.clause.id for binding in ours}
    others = [b for b in names.imports if b.clause.id not in known and not route.partial]
    for binding in others:
        stays = is_part(route) and _owned(binding, route.source)
        if stays or _is_local(binding, source, project):
            continue
        if _speaks_of(binding.target, route.source):
            span = Span(binding.clause.start_byte, binding.clause.end_byte)
            site = source.site(span, SiteKind.IMPORT, binding.target)
            detail = f"a part of another package that works with {route.source.name}; no rule covers it"
            work.gaps.append(Gap(site, GapReason.IMPORT_KEPT, detail))
    return work


def _still_written(binding: ImportBinding, outcome: Outcome) -> bool:
    name = re.compile(rf"(?<![\w.]){re.escape(binding.local)}(?!\w)")
    return any(name.search(change.text) for change in outcome.changes)


def _first_use(names: Names, outcome: Outcome) -> int | None:
    """Where the first site stands that was rewritten among the module's own statements."""
    module = names.source.tree.root_node
    places = (node for node in outcome.edited_nodes if names.scope_of(node).id == module.id)
    return min((node.start_byte for node in places), default=None)


def _speaks_of(target: str, library: Library) -> bool:
    """Whether a dotted name of another package holds the library's name: `ray.air.integrations.wandb`."""
    lowered = target.lower()
    return any(needle.lower() in lowered for needle in library.needles)


def _is_local(binding: ImportBinding, source: Source, project: ProjectNames | None) -> bool:
    if binding.target.startswith("."):
        return True
    return project is not None and project.modules.find(source.path, binding.target) is not None


def is_part(route: Route) -> bool:
    """Whether only the searches of the source library are translated: it does much besides."""
    search = route.source.search
    return bool(route.target.search) and bool(search.get("part") or search.get("calls"))


def _searching(binding: ImportBinding, library: Library) -> bool:
    """Whether an import brings what a search is made of."""
    target = binding.target.removesuffix(".*")
    if "calls" in library.search:
        return target in library.search["calls"]
    return target in library.aliases or target in library.foreign_roots


def _owned(binding: ImportBinding, library: Library) -> bool:
    target = binding.target.removesuffix(".*")
    root = target.partition(".")[0]
    foreign = {
        *library.foreign_roots,
        *(name for name in library.aliases if not name.startswith(f"{library.name}.")),
    }
    # what lies in a foreign module is the library's too; what lies in a foreign package need not be
    modules = tuple(f"{name}." for name in foreign if "." in name)
    return root == library.name or target in foreign or target.startswith(modules)


def _is_stale(binding: ImportBinding, names: Names, gone: Sequence[Span], outcome: Outcome) -> bool:
    """Whether every use of the imported name was rewritten; a name that nothing used stays."""
    if binding.star:
        return not outcome.gaps and not outcome.ignored
    places = [
        node
        for node in names.occurrences(binding.local, names.scope_of(binding.statement))
        if not _inside(node, binding.statement) and not _is_guard(node)
    ]
    if not places or names.is_listed(binding.local):
        return False
    return all(
        any(span.start <= node.start_byte and node.end_byte <= span.end for span in gone) for node in places
    )


def _inside(node: Node, statement: Node) -> bool:
    parent: Node | None = node
    while parent is not None:
        if parent.type in ("import_statement", "import_from_statement"):
            return True
        parent = parent.parent
    return node == statement


def _is_guard(node: Node) -> bool:
    """`wandb` in `wandb = None`, which stands for an import that failed, and in `del wandb`."""
    parent = node.parent
    if parent is not None and parent.type in ("delete_statement", "global_statement"):
        return True
    if parent is None or parent.type != "assignment" or parent.child_by_field_name("left") != node:
        return False
    right = parent.child_by_field_name("right")
    return right is not None and right.type in ("none", "false")


def _needed(route: Route, outcome: Outcome, ours: Iterable[ImportBinding]) -> list[NeededImport]:
    lines = list(dict.fromkeys(outcome.imports))
    if _given_name(route.target.import_line) in outcome.roots and outcome.mentions_target:
        lines.insert(0, route.target.import_line)
    elsewhere = _packages_in_use(route.source, ours)
    if route.target.search:
        lines = _gathered(lines)
    return [_parse(line, elsewhere) for line in lines]


def _gathered(lines: Sequence[str]) -> list[str]:
    """Several names of one module as one import, sorted as isort does."""
    found: dict[str, list[str]] = {}
    for line in lines:
        module, _, name = line.partition(" import ")
        found.setdefault(module, []).append(name)
    return [
        f"{module} import {', '.join(sorted(names, key=_isort_key))}"
        if module.startswith("from ")
        else module
        for module, names in found.items()
    ]


def _isort_key(name: str) -> tuple[int, str]:
    """Constants first, then classes, then the rest."""
    return 0 if name.isupper() else 1 if name[:1].isupper() else 2, name


def _given_name(line: str) -> str:
    """The name that an import gives to the code below it."""
    return line.split()[-1].partition(".")[0]


def _packages_in_use(library: Library, ours: Iterable[ImportBinding]) -> dict[str, str]:
    """The packages of foreign names as the map has them (`lightning.pytorch`), and as the file has them."""
    found: dict[str, str] = {}
    for binding in ours:
        canonical = library.aliases.get(binding.target)
        if canonical is not None and canonical != binding.target:
            mapped, used = canonical.rpartition(".")[0], binding.target.rpartition(".")[0]
            found[mapped] = ".".join(used.split(".")[: 2 if not used.startswith("lightning") else 3])
    return found


def _parse(line: str, elsewhere: dict[str, str]) -> NeededImport:
    words = line.split()
    alias = words[-1] if "as" in words else None
    if words[0] == "import":
        return NeededImport(words[1], alias=alias)
    names = line.partition(" import ")[2] if "," in line else words[3]
    return NeededImport(elsewhere.get(words[1], words[1]), name=names, alias=alias)


def _tell(
    work: ImportWork,
    source: Source,
    binding: ImportBinding,
    use: Use,
    route: Route,
    leaving: set[tuple[int, int]],
    outcome: Outcome,
) -> None:
    span = Span(binding.clause.start_byte, binding.clause.end_byte)
    site = source.site(span, SiteKind.IMPORT, binding.target)
    if (binding.statement.id, binding.clause.id) in leaving:
        work.edits.append(Edit(site, route.target.import_line, "imports"))
        return
    if route.source.name in route.target.builds_on:
        reason = str(route.target.builds_on[route.source.name]["reason"])
        work.ignored.append(Ignored(site, reason, on_purpose=True))
        return
    if outcome.beside:
        work.ignored.append(Ignored(site, "it serves calls that stay", on_purpose=True))
        return
    if outcome.ignored and not outcome.gaps:
        work.ignored.append(Ignored(site, "it serves lines that are to be left alone"))
        return
    left = len(outcome.gaps)
    detail = (
        f"it serves {left} site{' that stays' if left == 1 else 's that stay'}"
        if left
        else "nothing that was rewritten uses it"
    )
    work.gaps.append(Gap(site, GapReason.IMPORT_KEPT, detail))
