"""fallback: plans of translated files with their gaps asked about: edges first, then code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from adapter.fallback.asking import Asker
from adapter.fallback.code import Attempt, CodeStrategy
from adapter.fallback.edge import EdgeStrategy
from adapter.fallback.fence.candidate import Candidate, Ground
from adapter.fallback.filling import Ready, explained, filled, same_gaps
from adapter.fallback.regions import find_regions
from adapter.fallback.tally import Tally
from adapter.graph.api_index import ApiIndex
from adapter.graph.catalogs import catalog_of
from adapter.graph.network import Route
from adapter.names.project import ProjectNames
from adapter.names.uses import Names
from adapter.plan import Gap, GapReason, Plan, SiteKind, Span
from adapter.source.text import read_source
from adapter.translate.file import translate_file
from adapter.translate.traces import Traces
from adapter.translate.worker import Worker

# an unknown receiver stays a gap: no check could tell whether an answer about it is right
ASKED = frozenset(
    {GapReason.NO_EDGE, GapReason.ARGUMENTS, GapReason.POSITION, GapReason.VALUE, GapReason.DYNAMIC}
)
_KINDS = frozenset(
    {SiteKind.CALL, SiteKind.READ, SiteKind.WRITE, SiteKind.SUBSCRIPT_READ, SiteKind.SUBSCRIPT_WRITE}
    | {SiteKind.DECORATOR, SiteKind.BASE, SiteKind.ANNOTATION}
)


class Strategy(StrEnum):
    """What is asked for: a fact from which the rules write code, or the code itself."""

    EDGE = "edge"
    CODE = "code"


@dataclass(frozen=True)
class Project:
    """Where a file stands: the folder of its imports, the files that are followed, all code files."""

    folder: Path
    files: tuple[Path, ...]
    code: tuple[Path, ...]


class TranslateFallback:
    """Refines the plans of one translation; a strategy that is switched off is None."""

    def __init__(
        self,
        way: Route,
        index: ApiIndex,
        asker: Asker,
        tally: Tally,
        *,
        edge: EdgeStrategy | None,
        code: CodeStrategy | None,
        unsafe: bool = False,
        notice: Callable[[str], None] = lambda text: None,
    ) -> None:
        self._way, self._index, self._asker, self._tally = way, index, asker, tally
        self._edge, self._code, self._unsafe, self._notice = edge, code, unsafe, notice

    def refine(self, plan: Plan, folder: Path, files: Sequence[Path], code: Sequence[Path]) -> Plan:
        """The plan with those gaps closed that an answer closes; the same plan where none does."""
        if plan.error is not None or not any(is_asked(gap) for gap in plan.gaps):
            return plan
        project = Project(folder, tuple(files), tuple(code))
        self._tally.gaps += sum(is_asked(gap) for gap in plan.gaps)
        plan = self._by_edge(plan, project)
        return self._by_code(plan, project)

    def _by_edge(self, plan: Plan, project: Project) -> Plan:
        edge = self._edge
        if edge is None:
            return plan
        source = read_source(plan.path, plan.before)
        names = self._project_names(project)
        gaps = {gap.site.span for gap in plan.gaps if gap.reason is GapReason.NO_EDGE}
        uses = [
            use
            for use in Names(source, catalog_of(self._way.source), names).uses()
            if Span(use.node.start_byte, use.node.end_byte) in gaps
        ]
        edge.learn(uses)
        if not edge.serves(uses):
            return plan
        worker = Worker(edge.route, project.files, project.code, unsafe=self._unsafe)
        better = worker.work(plan.path, project.folder).plan
        closed = sum(map(is_asked, plan.gaps)) - sum(map(is_asked, better.gaps))
        if better.error is not None or closed <= 0 or better.before != plan.before:
            return plan
        self._tally.by_edge += closed
        edge.note_sites(better)
        return better

    def _by_code(self, plan: Plan, project: Project) -> Plan:
        if self._code is None or not any(is_asked(gap) for gap in plan.gaps):
            return plan
        ready = self._ready(plan, project)
        if ready is None:
            return plan
        wanted = [gap.site.span for gap in ready.gaps if is_asked(gap)]
        regions, _ = find_regions(ready.source, ready.names, wanted)
        accepted: list[Candidate] = []
        failed: dict[Span, Attempt] = {}
        for region in regions:
            if any(region.span.contains(item.site.span) for item in ready.ignored):
                continue
            ground = Ground(
                ready.source,
                ready.names,
                region,
                self._way.source,
                self._way.target,
                self._index,
                ready.project,
            )
            attempt = self._code.attempt(ground)
            self._count(attempt)
            if attempt.candidate is not None:
                accepted.append(attempt.candidate)
            else:
                failed[region.span] = attempt
        plan = explained(ready, failed)
        better = filled(replace(ready, plan=plan), accepted, self._asker.model) if accepted else plan
        self._tally.by_code += sum(map(is_asked, plan.gaps)) - sum(map(is_asked, better.gaps))
        return better

    def _ready(self, plan: Plan, project: Project) -> Ready | None:
        """The file as the rules leave it; None where its gaps cannot be told apart then."""
        route = self._edge.route if self._edge is not None else self._way
        raw = plan.after if plan.after is not None else plan.before
        source = read_source(plan.path, raw)
        names = self._project_names(project)
        traces = Traces(route.source, project.code)
        catalog = catalog_of(route.source)
        again = translate_file(plan.path, raw, route, catalog, names, traces, unsafe=self._unsafe).plan
        if again.error is not None or not same_gaps(plan.gaps, again.gaps):
            return None
        return Ready(plan, source, Names(source, catalog, names), route, again.gaps, again.ignored, names)

    def _project_names(self, project: Project) -> ProjectNames:
        return ProjectNames(project.folder, catalog_of(self._way.source), read_source, project.files)

    def _count(self, attempt: Attempt) -> None:
        self._tally.regions += 1
        self._tally.rejected.update(verdict.check for verdict in attempt.verdicts)
        if attempt.unanswered:
            self._tally.unanswered[attempt.unanswered] += 1


def is_asked(gap: Gap) -> bool:
    """Whether a gap is one that a model is asked about."""
    return gap.reason in ASKED and gap.site.kind in _KINDS
