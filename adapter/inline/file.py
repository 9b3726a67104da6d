"""inline: one file, from its bytes to the plan that puts a function into it."""

from __future__ import annotations

from pathlib import Path

from adapter.graph.store import Atlas
from adapter.inline.engines import engine
from adapter.inline.frameworks import packaged_frameworks
from adapter.inline.landmarks.find import find_landmarks
from adapter.inline.outcome import Outcome, Work, landmark_gap
from adapter.inline.present import libraries_present
from adapter.inline.recipe import Request
from adapter.inline.script import Script
from adapter.inline.unbound import unbound_names
from adapter.inline.writing import ConceptWriter
from adapter.names.project import ProjectNames
from adapter.plan import FileError, Gap, GapReason, Plan
from adapter.source.edits import apply_changes
from adapter.source.errors import SourceError
from adapter.source.python_says import syntax_problem
from adapter.source.syntax import first_syntax_error
from adapter.source.text import Source, read_source, rewrite
from adapter.translate.import_model import NeededImport
from adapter.translate.imports import plan_imports


def inline_file(path: Path, raw: bytes, request: Request, atlas: Atlas, project: ProjectNames | None) -> Plan:
    """Plans a recipe for one file; what is wrong with the file is the plan's error.

    A file that trains nothing, or that already has the function, has nothing to say.
    """
    plan = Plan(path, raw)
    try:
        source = read_source(path, raw)
    except SourceError as error:
        plan.error = error.error
        return plan
    problem = first_syntax_error(source)
    if problem is not None:
        plan.error = _unreadable(path, problem)
        return plan
    script = Script(source, packaged_frameworks(), project)
    landmarks = find_landmarks(script)
    if not landmarks.fits:
        return plan
    # What is reshaped is read by LibCST too, which takes less than tree-sitter does.
    problem = first_syntax_error(source, strict=True)
    if problem is not None:
        plan.error = _unreadable(path, problem)
        return plan
    present = libraries_present(source, atlas, request.recipe)
    if request.library in present:
        return plan
    if present:
        what = f"{request.recipe.name} with {', '.join(present)} is there already"
        remedy = f"`adapter translate --from {present[0]} --to {request.library}` moves it"
        plan.gaps = [landmark_gap(script, landmarks.fits[0].node, request.recipe.name, f"{what}; {remedy}")]
        return plan
    writer = ConceptWriter(script, atlas, atlas.library(request.library))
    _settle(plan, script, engine(request.recipe.engine)(Work(script, landmarks, request, atlas, writer)))
    return plan


def _unreadable(path: Path, problem: tuple[int, int, str]) -> FileError:
    line, column, message = problem
    return FileError(path, message, line, column, "left as it is; mend it and run again")


def _settle(plan: Plan, script: Script, outcome: Outcome) -> None:
    plan.gaps = sorted(outcome.gaps, key=lambda gap: gap.site.span)
    if outcome.gaps or not outcome.changes:
        return
    source = script.source
    needed = [needed_import(line) for line in dict.fromkeys(outcome.imports)]
    changes = [*outcome.changes, *plan_imports(source, needed, [])]
    problem = syntax_problem(
        apply_changes(source.data, changes, source.newline), notebook=source.cells is not None
    )
    if problem is not None:
        message = (
            f"adapter would write what is not Python (line {problem[0]} of the new text: {problem[2]}); "
            "this is a fault of a recipe or of adapter, please report it"
        )
        plan.error = FileError(plan.path, message, remedy="left as it is")
        return
    after = rewrite(source, changes)
    edits = outcome.edits
    unbound = _newly_unbound(source, read_source(plan.path, after))
    if unbound:
        what = f"what would be written reads {', '.join(unbound)}, which nothing binds there"
        plan.gaps = [Gap(min(edits, key=lambda edit: edit.site.span).site, GapReason.LANDMARK, what)]
        return
    plan.edits = sorted(edits, key=lambda edit: edit.site.span)
    plan.after = after


def _newly_unbound(before: Source, after: Source) -> list[str]:
    """The names that a rewrite reads without binding them, and that the program did bind."""
    old, new = unbound_names(before), unbound_names(after)
    return sorted(new - old) if old is not None and new is not None else []


def needed_import(line: str) -> NeededImport:
    """An import statement of one name, as the import planner takes it."""
    words = line.split()
    alias = words[-1] if "as" in words else None
    if words[0] == "import":
        return NeededImport(words[1], alias=alias)
    return NeededImport(words[1], name=words[3], alias=alias)
