"""Command line: `adapter explain`: what was seen in a line or a file, and what becomes of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapter.cli.exits import Exit, failure

if TYPE_CHECKING:
    from adapter.plan import Edit, Gap, Ignored, Plan, Site

_MARKS = (".git", "pyproject.toml", "setup.py", "setup.cfg")
_PLACE = re.compile(r"(?P<path>.+?)(?::cell (?P<cell>\d+))?(?::(?P<line>\d+)(?::\d+)?)?")


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file, or the whole of it; in a notebook a line of a cell. Both count from 1."""

    path: Path
    line: int | None = None
    cell: int | None = None

    def holds(self, site: Site) -> bool:
        """Whether the site touches the line."""
        if self.line is None:
            return True
        return site.cell == self.cell and site.line <= self.line <= site.end_line

    def holds_start(self, site: Site) -> bool:
        """Whether the site begins in the line; a loop is a landmark of its first line only."""
        return self.line is None or (site.cell == self.cell and site.line == self.line)


def explain(
    place: Annotated[
        str,
        typer.Argument(
            metavar="FILE[:LINE]",
            help="A line, in a notebook FILE:cell N:LINE; or a file, for all that a recipe can build on.",
            show_default=False,
        ),
    ],
    source: Annotated[str, typer.Option("--from", metavar="LIB", help="Only sites of this library.")] = "",
    target: Annotated[str, typer.Option("--to", metavar="LIB", help="Only this target.")] = "",
) -> None:
    """Explain what was seen in a line: sites with the rule that rewrites each or why none does, landmarks.

    Exit code: 0, or 2 when the file cannot be read or the line cannot be understood.
    """
    from adapter.translate.pipeline import UsageError

    wanted = parse_place(place)
    seen: list[int] = []
    texts: list[str] = []
    try:
        if wanted.line is not None or source or target:
            texts += _sites(wanted, source, target, seen)
        texts += _landmarks(wanted)
    except UsageError as error:
        raise failure(str(error)) from error
    for text in texts:
        typer.echo(text)
    if not texts:
        line = wanted.line or 0
        typer.echo(_nothing(place, sorted(set(seen), key=lambda other: abs(other - line))))
    raise typer.Exit(Exit.DONE)


def _sites(wanted: Place, source: str, target: str, seen: list[int]) -> Iterator[str]:
    """The sites at a place, explained; `seen` gets the lines of all sites of the file."""
    from adapter.report.paths import error_text

    for pair in _pairs(source, target):
        plan = _plan(wanted.path, *pair)
        if plan is None:
            continue
        if plan.error is not None and not plan.sites:
            raise failure(error_text(plan.error))
        seen += [site.line for site in plan.all_sites() if site.cell == wanted.cell]
        yield from _explanations(plan, wanted, *pair)


def _landmarks(wanted: Place) -> Iterator[str]:
    """The landmarks at a place; a file that cannot be read has none, and other lines say so."""
    from adapter.inline.explain import landmark_sites
    from adapter.report.paths import error_text, site_place
    from adapter.source.errors import SourceError

    try:
        for site, detail in landmark_sites(wanted.path):
            if wanted.holds_start(site):
                yield f"{site_place(wanted.path, site)} {site.api} (landmark)"
                if detail:
                    yield f"  seen as {detail}"
    except SourceError as error:
        if wanted.line is None:
            raise failure(error_text(error.error)) from error


def parse_place(text: str) -> Place:
    """Reads `FILE` or `FILE:LINE`, also with a column or `cell N`, as reports print places.

    Raises:
        typer.Exit: it is none of these.
    """
    match = _PLACE.fullmatch(text)
    if match is None:
        raise failure(f"{text!r} is not a place; give FILE or FILE:LINE, such as train.py:12")
    cell, line = match["cell"], match["line"]
    return Place(Path(match["path"]), int(line) if line else None, int(cell) if cell else None)


def _pairs(source: str, target: str) -> Iterator[tuple[str, str]]:
    """The directions to look at: the one named, else all that the maps allow."""
    from adapter.graph.store import packaged_atlas

    names = packaged_atlas().names if not (source and target) else []
    for first in [source] if source else names:
        yield from ((first, second) for second in ([target] if target else names) if second != first)


def _plan(path: Path, source: str, target: str) -> Plan | None:
    from adapter.source.errors import SourceError
    from adapter.translate.pipeline import Options, plan_in_project, translate_paths

    if path.is_file():
        try:
            return plan_in_project(path, Options(source, target), *_project(path))
        except SourceError as error:
            from adapter.plan import Plan

            return Plan(path, error=error.error)
    plans = translate_paths([path], Options(source, target))
    return next((plan for plan in plans if plan.path == path), None)


@cache
def _project(path: Path) -> tuple[Path, tuple[Path, ...]]:
    """The folder of the project that a file belongs to, else the file's own, and the code there."""
    from adapter.source.tree import read_tree

    above = path.absolute().parent
    root = next(
        (folder for folder in (above, *above.parents) if any((folder / m).exists() for m in _MARKS)), None
    )
    if root is None:
        return path.parent, tuple(sorted(path.parent.glob("*.py")))
    return root, tuple(read_tree([root]).code)


def _explanations(plan: Plan, place: Place, source: str, target: str) -> Iterator[str]:
    items: list[Edit | Gap | Ignored] = [*plan.edits, *plan.gaps, *plan.ignored]
    found = [item for item in items if place.holds(item.site)]
    for item in sorted(found, key=lambda item: (item.site.line, item.site.column, item.site.api)):
        yield "\n".join(_explanation(plan.path, item, f"{source} to {target}"))


def _explanation(path: Path, item: Edit | Gap | Ignored, direction: str) -> Iterator[str]:
    from adapter.plan import Edit, Gap
    from adapter.report.paths import site_place

    yield f"{site_place(path, item.site)} {item.site.api} ({item.site.kind})"
    if isinstance(item, Edit):
        yield f"  {direction}: edited, {item.fidelity}"
        yield f"  becomes {item.to}"
        yield f"  rule    {item.rule}"
        if item.note:
            yield f"  remark  {item.note}"
    elif isinstance(item, Gap):
        yield f"  {direction}: left as it was, {item.reason}"
        if item.detail:
            yield f"  why     {item.detail}"
    else:
        yield f"  {direction}: {'kept on purpose' if item.on_purpose else 'ignored as its author asked'}"
        if item.reason:
            yield f"  why     {item.reason}"


def _nothing(place: str, nearest: list[int]) -> str:
    if not nearest:
        return f"{place}: no landmark, and no site of a library that has a map, neither here nor elsewhere"
    lines = ", ".join(map(str, sorted(nearest[:5])))
    return f"{place}: no site of a library that has a map; the nearest are in line {lines}"
