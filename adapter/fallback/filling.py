"""fallback: answers that passed the fence are put into a file: regions, imports, and what the plan says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from adapter.fallback.code import Attempt
from adapter.fallback.fence.candidate import Candidate
from adapter.fallback.fence.nodes import text
from adapter.fallback.regions import indented
from adapter.graph.network import Route
from adapter.names.project import ProjectNames
from adapter.names.uses import Names
from adapter.plan import Change, Edit, Fidelity, Gap, GapReason, Ignored, Plan, SiteKind, Span
from adapter.source.edits import apply_changes
from adapter.source.python_says import syntax_problem
from adapter.source.text import Source, rewrite
from adapter.translate.engine import Outcome
from adapter.translate.imported import ImportWork, plan_import_work

RULE = "llm code"
"""The rule that edits of strategy `code` name, with the model behind."""


@dataclass(frozen=True)
class Ready:
    """A file as the rules left it: its text, names and gaps; `plan` speaks of the file as it was before."""

    plan: Plan
    source: Source
    names: Names
    route: Route
    gaps: Sequence[Gap]
    ignored: Sequence[Ignored]
    project: ProjectNames | None


def filled(ready: Ready, candidates: Sequence[Candidate], model: str) -> Plan:
    """The plan with the candidates' regions put in; the same plan when the file would not parse then."""
    edits = [edit for candidate in candidates for edit in _edits(ready, candidate, model)]
    changes = [
        Change(each.ground.region.span, indented(each.code, each.ground.region.indent)) for each in candidates
    ]
    closed = {edit.site.span for edit in edits}
    outcome = Outcome(
        changes=changes,
        edits=edits,
        gaps=[gap for gap in ready.gaps if gap.site.span not in closed],
        ignored=list(ready.ignored),
        imports=list(dict.fromkeys(line for each in candidates for line in each.imports)),
        edited_nodes=[node for each in candidates for node in each.ground.region.statements],
    )
    # gaps of imports are what is decided here, not what speaks against it
    outcome.gaps = [gap for gap in outcome.gaps if gap.site.kind is not SiteKind.IMPORT]
    work = plan_import_work(ready.source, ready.names, ready.route, outcome, ready.project)
    everything = [*changes, *work.changes]
    after = apply_changes(ready.source.data, everything, ready.source.newline)
    if syntax_problem(after, notebook=ready.source.cells is not None) is not None:
        return ready.plan
    return _told(ready, edits, work, rewrite(ready.source, everything))


def _edits(ready: Ready, candidate: Candidate, model: str) -> list[Edit]:
    """An edit for every site of the region; several sites of one region go to the same new text."""
    written = list(dict.fromkeys(use.api for use in candidate.target_uses if use.kind is not SiteKind.IMPORT))
    called = [use.api for use in candidate.target_uses if use.call is not None]
    to = ", ".join(dict.fromkeys(called)) or ", ".join(written) or text(candidate.nodes[0])
    note = f"written by {model} and checked by the fence; read it before you merge"
    return [
        Edit(gap.site, to, f"{RULE}: {model}", Fidelity.LOSSY, note)
        for gap in ready.gaps
        if gap.site.kind is not SiteKind.IMPORT and candidate.ground.region.span.contains(gap.site.span)
    ]


def _told(ready: Ready, edits: list[Edit], work: ImportWork, after: bytes) -> Plan:
    """The plan with gaps turned into edits, at the places that they have in the file as it was."""
    plan = ready.plan
    places = _places(plan.gaps, ready.gaps)
    closed: dict[int, Edit] = {}
    for edit in edits:
        number = places.get(edit.site.span)
        if number is not None:
            closed[number] = Edit(plan.gaps[number].site, edit.to, edit.rule, edit.fidelity, edit.note)
    gone = [edit.site.api for edit in work.edits]
    for number, gap in enumerate(plan.gaps):
        if gap.reason is GapReason.IMPORT_KEPT and gap.site.api in gone:
            gone.remove(gap.site.api)
            closed[number] = Edit(gap.site, ready.route.target.import_line, "imports")
    return Plan(
        plan.path,
        plan.before,
        after,
        sorted([*plan.edits, *closed.values()], key=lambda edit: edit.site.span),
        [gap for number, gap in enumerate(plan.gaps) if number not in closed],
        plan.ignored,
        plan.error,
    )


def explained(ready: Ready, failed: Mapping[Span, Attempt]) -> Plan:
    """The plan whose gaps say why the answers about their regions were not used."""
    gaps = list(ready.plan.gaps)
    places = _places(gaps, ready.gaps)
    for gap in ready.gaps:
        attempt = next((each for span, each in failed.items() if span.contains(gap.site.span)), None)
        number = places.get(gap.site.span)
        if attempt is not None and number is not None and attempt.verdicts:
            why = attempt.verdicts[-1]
            detail = f"{gaps[number].detail}; the model's answer fails {why.check}: {why.message}"
            gaps[number] = replace(gaps[number], detail=detail)
    return replace(ready.plan, gaps=gaps)


def _places(before: Sequence[Gap], after: Sequence[Gap]) -> dict[Span, int]:
    """For each gap of the rewritten file, the number of the same gap in the file as it was.

    Rewriting keeps the order of what it leaves, so the n-th gap of a kind is the n-th there.
    """
    waiting: dict[tuple[str, GapReason], list[int]] = defaultdict(list)
    for number, gap in enumerate(before):
        waiting[gap.site.api, gap.reason].append(number)
    found: dict[Span, int] = {}
    for gap in after:
        numbers = waiting[gap.site.api, gap.reason]
        if numbers:
            found[gap.site.span] = numbers.pop(0)
    return found


def same_gaps(before: Sequence[Gap], after: Sequence[Gap]) -> bool:
    """Whether the rewritten file has the gaps of the file as it was, and no others."""

    def kinds(gaps: Sequence[Gap]) -> list[tuple[str, str]]:
        return sorted(
            (gap.site.api, gap.reason.value) for gap in gaps if gap.site.kind is not SiteKind.IMPORT
        )

    return kinds(before) == kinds(after)
