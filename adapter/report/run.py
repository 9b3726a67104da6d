"""Report: the sums of a run, counted plan by plan so that no plan has to be kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from adapter.plan import Edit, Fidelity, FileError, Gap, GapReason, Ignored, Plan


class Decision(StrEnum):
    """What a reviewer made of a hunk."""

    ACCEPTED = "accepted"
    EDITED = "edited"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One hunk that was reviewed: its number in the file, and for how many seconds it was looked at."""

    path: Path
    number: int
    decision: Decision
    seconds: float


@dataclass(frozen=True, slots=True)
class Verification:
    """How a command that was run on the rewritten code ended; `said` are the last lines that it printed."""

    command: str
    passed: bool
    said: str
    seconds: float


@dataclass(slots=True)
class Run:
    """What happened so far.

    `files` counts the files that were looked at, also those without news; whoever drives the run sets it,
    as he sets `seconds` (wall time) at the end, and what a model was asked: `llm_calls`, `llm_tokens`, and
    `llm_lines` for the summary.
    """

    files: int = 0
    seconds: float = 0.0
    changed: list[Path] = field(default_factory=list)
    edits: Counter[Fidelity] = field(default_factory=Counter)
    losses: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    gaps: list[tuple[Path, Gap]] = field(default_factory=list)
    ignored: int = 0
    kept: Counter[str] = field(default_factory=Counter)
    errors: list[FileError] = field(default_factory=list)
    llm_calls: int = 0
    llm_tokens: int = 0
    llm_lines: list[str] = field(default_factory=list)
    reviewed: list[Reviewed] = field(default_factory=list)
    verified: Verification | None = None

    def add(self, plan: Plan) -> None:
        """Count one plan. A plan with an error changes nothing, but its sites still count."""
        if plan.error is not None:
            self.errors.append(plan.error)
        elif plan.changed:
            self.changed.append(plan.path)
        for edit in plan.edits:
            self.edits[edit.fidelity] += 1
            if edit.note:
                self.losses[edit.site.api, edit.to, edit.note] += 1
        self.gaps.extend((plan.path, gap) for gap in sorted(plan.gaps, key=place))
        self.ignored += len(plan.ignored)
        self.kept.update(each.reason for each in plan.ignored if each.on_purpose)

    @property
    def broken(self) -> bool:
        """Whether the rewritten code failed its verification."""
        return self.verified is not None and not self.verified.passed

    @property
    def sites(self) -> int:
        """Every site seen: edited, left or ignored."""
        return self.edits.total() + len(self.gaps) + self.ignored

    def gaps_by_reason(self) -> list[tuple[GapReason, Counter[str]]]:
        """For each reason how often each API was left for it; the most frequent reason first."""
        reasons: dict[GapReason, Counter[str]] = {}
        for _path, gap in self.gaps:
            reasons.setdefault(gap.reason, Counter())[gap.site.api] += 1
        return sorted(reasons.items(), key=lambda item: (-item[1].total(), item[0]))


def place(item: Edit | Gap | Ignored) -> tuple[int, int, int, str]:
    """The order in which a reader meets edits and gaps: cell, line, column."""
    return (item.site.cell or 0, item.site.line, item.site.column, item.site.api)


def status(plan: Plan) -> str:
    """The word for what became of a file: `error`, `changed` or `unchanged`."""
    if plan.error is not None:
        return "error"
    return "changed" if plan.changed else "unchanged"
