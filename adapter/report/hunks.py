"""Report: a plan cut into hunks that a reviewer accepts or rejects one by one."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from adapter.plan import Edit, Fidelity, Gap, GapReason, Plan, SiteKind
from adapter.report.lines import Hunk, hunks, split_lines
from adapter.source.celljson import scan_notebook

REJECTED = "declined in review"


@dataclass(frozen=True, slots=True)
class Proposal:
    """One hunk of a plan, numbered from 1, with the edits that it makes.

    `cells` are the cells of a notebook that it touches. A hunk without edits of its own brings what the
    others need (an import, for example).
    """

    number: int
    hunk: Hunk
    edits: tuple[Edit, ...] = ()
    cells: tuple[int, ...] = ()

    @property
    def fidelity(self) -> Fidelity:
        """The least faithful of its edits."""
        return Fidelity.worst(edit.fidelity for edit in self.edits)

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that made its edits, each once, in order."""
        return tuple(dict.fromkeys(edit.rule for edit in self.edits))

    @property
    def line(self) -> int:
        """The first line of the old text, from 1, that it changes."""
        return _changed_lines(self.hunk)[0]

    @property
    def supports(self) -> bool:
        """Whether it only brings what other hunks need: nothing but imports, or no edit at all."""
        return all(edit.site.kind is SiteKind.IMPORT for edit in self.edits)


@dataclass(slots=True)
class _Open:
    """A hunk whose edits are still being collected."""

    hunk: Hunk
    cells: tuple[int, ...]
    edits: list[Edit] = field(default_factory=list)

    def distance(self, edit: Edit) -> int:
        """How many lines of the old text lie between the edit and what the hunk changes; 0 for touching."""
        if self.cells:
            return 0 if edit.site.cell in self.cells else 1 << 30
        start, end = _changed_lines(self.hunk)
        return max(start - edit.site.end_line, edit.site.line - end, 0)


def proposals(plan: Plan) -> tuple[Proposal, ...]:
    """The hunks of a plan in the order of the file; none for a plan that changes nothing.

    Every edit belongs to the hunk that is nearest to its site.
    """
    if plan.after is None or not plan.changed:
        return ()
    starts = _cell_starts(plan) if plan.path.suffix == ".ipynb" else []
    found = [
        _Open(hunk, _cells_of(hunk, starts))
        for hunk in hunks(split_lines(plan.before), split_lines(plan.after))
    ]
    for edit in plan.edits:
        min(found, key=lambda item: item.distance(edit)).edits.append(edit)
    return tuple(
        Proposal(number, item.hunk, tuple(item.edits), item.cells) for number, item in enumerate(found, 1)
    )


def accepted_bytes(before: bytes, accepted: Iterable[Hunk]) -> bytes:
    """The old text with the accepted hunks made, the others left out."""
    lines = split_lines(before)
    parts: list[bytes] = []
    position = 0
    for hunk in sorted(accepted, key=lambda hunk: hunk.before_start):
        parts += lines[position : hunk.before_start]
        parts += [line for sign, line in hunk.rows if sign != b"-"]
        position = hunk.before_end
    return b"".join([*parts, *lines[position:]])


def decided(plan: Plan, accepted: Collection[Proposal], declined: Collection[Proposal]) -> Plan:
    """The plan with only the accepted hunks; the edits of declined ones become gaps: the counts add up."""
    lost = [edit for proposal in declined for edit in proposal.edits]
    return replace(
        plan,
        after=accepted_bytes(plan.before, [proposal.hunk for proposal in accepted]),
        edits=[edit for edit in plan.edits if edit not in lost],
        gaps=[*plan.gaps, *(Gap(edit.site, GapReason.REJECTED, REJECTED) for edit in lost)],
    )


def _changed_lines(hunk: Hunk) -> tuple[int, int]:
    """First and last line of the old text, from 1, that a hunk changes, context left out."""
    signs = [sign for sign, _line in hunk.rows]
    head = next(index for index, sign in enumerate(signs) if sign != b" ")
    tail = next(index for index, sign in enumerate(reversed(signs)) if sign != b" ")
    return hunk.before_start + head + 1, max(hunk.before_end - tail, hunk.before_start + head + 1)


def _cell_starts(plan: Plan) -> list[int]:
    """The line of the JSON, from 0, at which the text of each cell begins."""
    text = plan.before.decode("utf-8-sig", errors="replace")
    try:
        cells = scan_notebook(text).cells
    except json.JSONDecodeError:
        return []
    return [text.count("\n", 0, cell.start) for cell in cells]


def _cells_of(hunk: Hunk, starts: list[int]) -> tuple[int, ...]:
    """The numbers, from 1, of the cells whose lines a hunk changes."""
    if not starts:
        return ()
    first, last = _changed_lines(hunk)
    return tuple(range(max(bisect_right(starts, first - 1), 1), max(bisect_right(starts, last - 1), 1) + 1))
