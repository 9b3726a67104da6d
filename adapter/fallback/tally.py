"""fallback: what was asked in a run, and what came of it, counted as it happens."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from adapter.fallback.budget import Spending


@dataclass
class Tally:
    """Counts of one run; gaps are counted as sites, questions as what went to the model for each strategy.

    `rejected` counts answers by the check that they failed, `unanswered` questions by the reason.
    """

    spending: Spending
    gaps: int = 0
    by_edge: int = 0
    by_code: int = 0
    edges: int = 0
    apis: int = 0
    regions: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    unanswered: Counter[str] = field(default_factory=Counter)

    @property
    def left(self) -> int:
        """Gaps that could be asked about and are still gaps."""
        return self.gaps - self.by_edge - self.by_code

    @property
    def _filled(self) -> str:
        return f"{self.by_edge} filled by edge, {self.by_code} by code, {self.left} left"

    def lines(self, model: str) -> list[str]:
        """The table for a person."""
        spent = self.spending
        asked = f"{spent.calls} calls, {spent.tokens} tokens, {spent.seconds:.0f} s"
        lines = [
            f"model  {model}: {asked}"
            + (f", {spent.remembered} answers remembered" if spent.remembered else "")
            + (f", cost {spent.cost:.4f}" if spent.cost else ""),
            f"asked  {self.apis} APIs for an edge ({self.edges} found), {self.regions} regions for code",
            f"gaps   {self.gaps} to ask about: {self._filled}",
        ]
        if self.rejected:
            checks = ", ".join(f"{count} {check}" for check, count in _ordered(self.rejected))
            lines.append(f"fence  {self.rejected.total()} answers rejected: {checks}")
        lines += [f"no answer to {count}: {reason}" for reason, count in _ordered(self.unanswered)]
        return lines


def _ordered(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
