"""One file: from its bytes to the plan that translates it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from adapter.graph.network import Route
from adapter.names.catalog import LibraryCatalog
from adapter.names.project import ProjectNames
from adapter.names.uses import Names, Use
from adapter.plan import Change, Edit, FileError, Gap, GapReason, Plan, Site, SiteKind, Span
from adapter.source.cells import MaskKind
from adapter.source.edits import apply_changes
from adapter.source.errors import SourceError
from adapter.source.manifests import rewrite_install_command
from adapter.source.syntax import first_syntax_error
from adapter.source.text import Source, parse_python, read_source, rewrite
from adapter.translate.cuts import joined_cuts
from adapter.translate.engine import FileTranslator, Outcome
from adapter.translate.imported import plan_import_work
from adapter.translate.searches.engine import SearchTranslator, searches_along
from adapter.translate.traces import Traces
from adapter.translate.versioned.project import VersionedProject, is_versioned

_NEEDS_LIBRARY = frozenset({GapReason.IMPORT_KEPT, GapReason.UNPARSABLE})


@dataclass(frozen=True, slots=True)
class Translated:
    """The plan of one file, and the files of the project whose functions it may hand objects to."""

    plan: Plan
    reaches: tuple[Path, ...] = ()


def translate_file(
    path: Path,
    raw: bytes,
    route: Route,
    catalog: LibraryCatalog,
    project: ProjectNames | None,
    traces: Traces | None = None,
    *,
    unsafe: bool = False,
    alongside: bool = False,
    versioned: VersionedProject | None = None,
) -> Translated:
    """Plans the translation of one file; what is wrong with it is the plan's error.

    `alongside` keeps the source's calls; without it, what an earlier run put beside them goes away first.
    `versioned` is given where the target keeps only the data among the files that the source versions.
    """
    plan = Plan(path, raw)
    if versioned is None and is_versioned(route):
        versioned = VersionedProject(route, catalog, (), ())
    try:
        source = read_source(path, raw)
    except SourceError as error:
        plan.error = error.error
        return Translated(plan)
    names = Names(source, catalog, project)
    _count_masked(plan, source, route)
    problem = first_syntax_error(source)
    if problem is not None:
        _count_only(plan, source, names, problem)
        return Translated(plan)
    try:
        if versioned is not None:
            outcome = versioned.translator(source, names, project).run()
        elif searches_along(route):
            outcome = SearchTranslator(source, names, route, project).run()
        else:
            seen = traces or Traces(route.source)
            if not alongside and route.target.name.encode() in raw:
                source = _without_beside(source, names, route, seen)
                names = Names(source, catalog, project)
            outcome = FileTranslator(source, names, route, seen, unsafe=unsafe, alongside=alongside).run()
        _translate(plan, source, names, route, project, outcome)
    except SourceError as error:
        plan.error = error.error
    if project is None or source.cells is not None:
        return Translated(plan)
    return Translated(plan, tuple(project.imported_as(path, names.imports)))


def _without_beside(source: Source, names: Names, route: Route, traces: Traces) -> Source:
    """The source without what a run with `alongside` put beside its calls."""
    standing = FileTranslator(source, names, route, traces, unsafe=True, alongside=True).run().standing
    if not standing:
        return source
    return read_source(source.path, rewrite(source, standing))


def _count_masked(plan: Plan, source: Source, route: Route) -> None:
    """Cells and lines that are not Python are left alone; their mentions of the library count."""
    for line in source.shell_lines:
        if not any(needle in line.text for needle in route.source.needles) or line.kind is MaskKind.SHELL:
            continue
        if line.kind is MaskKind.MAGIC and "install" in line.text:
            continue
        what = "line" if line.kind in (MaskKind.MAGIC, MaskKind.HELP) else "cell"
        site = source.site(Span(line.start, line.end), SiteKind.SHELL, route.source.name)
        note = _own_magic_note(line.text, route)
        plan.gaps.append(
            Gap(site, GapReason.UNPARSABLE, note or f"a {line.kind.value} {what} is left as it is")
        )


def _own_magic_note(text: str, route: Route) -> str | None:
    """What the map says about a magic of the library itself (`%%wandb`)."""
    word = text.split(maxsplit=1)[0] if text.split() else ""
    return route.source.out_of_scope.get(f"%{word.lstrip('%')}") if word.startswith("%") else None


def _count_only(plan: Plan, source: Source, names: Names, problem: tuple[int, int, str]) -> None:
    """A file that does not parse is left alone, its sites counted."""
    line, column, message = problem
    plan.error = FileError(plan.path, message, line, column, "left as it is; mend it and run again")
    for use in names.uses():
        plan.gaps.append(Gap(_site(source, use), GapReason.UNPARSABLE, "the file does not parse"))


def _site(source: Source, use: Use) -> Site:
    return source.site(Span(use.node.start_byte, use.node.end_byte), use.kind, use.api)


def _translate(
    plan: Plan, source: Source, names: Names, route: Route, project: ProjectNames | None, outcome: Outcome
) -> None:
    work = plan_import_work(source, names, route, outcome, project)
    changes = joined_cuts(source, [*outcome.changes, *work.changes])
    plan.edits, plan.gaps = [*outcome.edits, *work.edits], [*plan.gaps, *outcome.gaps, *work.gaps]
    plan.ignored = [*outcome.ignored, *work.ignored]
    commands = _install_commands(plan, source, route)
    for items in (plan.edits, plan.gaps, plan.ignored):
        items.sort(key=lambda item: item.site.span)
    if not changes and not commands:
        return
    parsed_before = not source.tree.root_node.has_error
    if (
        parsed_before
        and parse_python(apply_changes(source.data, changes, source.newline)).root_node.has_error
    ):
        plan.gaps = [
            Gap(e.site, GapReason.POSITION, "the rewritten file would not parse") for e in plan.edits
        ] + plan.gaps
        plan.edits = []
        message = (
            "the rewritten text does not parse; this is a fault of a map or of adapter, please report it"
        )
        plan.error = FileError(plan.path, message, remedy="left as it is")
        return
    plan.after = rewrite(source, [*changes, *commands])


def writes_target(plan: Plan) -> bool:
    """Whether the new code needs the target library; a file that only loses calls does not."""
    return any(edit.to and edit.site.kind not in (SiteKind.IMPORT, SiteKind.SHELL) for edit in plan.edits)


def _install_commands(plan: Plan, source: Source, route: Route) -> list[Change]:
    """Shell lines of a notebook that install the source library: they follow its code.

    Where no code changes, those that name the target already are what an earlier run made of them.
    """
    found: list[Change] = []
    is_code_edited = bool(plan.edits)
    if not is_code_edited and (plan.gaps or plan.ignored):
        return found
    old, target = route.source.distribution, route.target
    keep = bool(plan.ignored) or any(gap.reason in _NEEDS_LIBRARY for gap in plan.gaps)
    if keep and not writes_target(plan):
        return found
    for line in source.shell_lines:
        if line.kind not in (MaskKind.SHELL, MaskKind.MAGIC):
            continue
        new = rewrite_install_command(line.text, old, target.distribution, target.requirement, keep=keep)
        if new is None or new == line.text or (not is_code_edited and target.distribution in line.text):
            continue
        span = Span(line.start, line.end)
        plan.edits.append(
            Edit(source.site(span, SiteKind.SHELL, old), target.distribution, "install command")
        )
        found.append(Change(span, new))
    return found
