"""Command line: reviewing a plan hunk by hunk on the terminal, as `git add -p` does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from adapter.plan import Plan
from adapter.report.hunks import Proposal, decided, proposals
from adapter.report.lines import Hunk, split_lines
from adapter.report.run import Decision, Reviewed, Run

KEYS = {
    "y": "accept this hunk",
    "n": "decline this hunk",
    "e": "edit this hunk's new text, then accept it",
    "a": "accept this hunk and all to come that are made by the same rules",
    "x": "decline this hunk and all to come that are made by the same rules",
    "f": "accept this hunk and the rest of this file",
    "d": "decline this hunk and the rest of this file",
    "w": "why: the rules behind this hunk, and what is lost",
    "q": "quit: decline all that is left",
    "?": "this list",
}

_NEEDS_OLD = "Hunks of this file were declined: they may need what this one takes away."
_NEEDS_NEW = "The hunks of this file that were accepted need this one."


@dataclass(slots=True)
class Screen:
    """Where a review talks: `say` prints a text, `ask` reads an answer and raises EOFError at the end.

    `show` prints a hunk of a plan, `edit` lets the reviewer change a text (None: it was left as it was).
    """

    say: Callable[[str], None]
    ask: Callable[[str], str]
    show: Callable[[Plan, Proposal], None]
    edit: Callable[[str, str], str | None]


@dataclass(slots=True)
class Review:
    """Decides plan after plan; keeps what was said of rules, and how every hunk was decided."""

    screen: Screen
    reviewed: list[Reviewed] = field(default_factory=list)
    _rules: dict[str, bool] = field(default_factory=dict)
    _over: bool = False

    def decide(self, plan: Plan) -> Plan:
        """The plan with what was accepted; its other edits have become gaps."""
        if plan.error is not None or not plan.changed:
            return plan
        accepted: list[Proposal] = []
        declined: list[Proposal] = []
        for proposal, decision, seconds in self._decisions(plan):
            self.reviewed.append(Reviewed(plan.path, proposal.number, decision, seconds))
            (declined if decision is Decision.DECLINED else accepted).append(proposal)
        return decided(plan, accepted, declined)

    def _decisions(self, plan: Plan) -> Iterator[tuple[Proposal, Decision, float]]:
        found = proposals(plan)
        # Whether imports may change shows when the rest of the file is decided.
        ordered = sorted(found, key=lambda proposal: proposal.supports)
        rest: Decision | None = None
        some_declined = False
        for proposal in ordered:
            started = time.monotonic()
            known = Decision.DECLINED if self._over else rest or self._by_rule(proposal)
            if known is not None:
                yield proposal, known, 0.0
                some_declined |= known is Decision.DECLINED
                continue
            self.screen.show(plan, proposal)
            if proposal.supports and len(found) > 1:
                self.screen.say(_NEEDS_OLD if some_declined else _NEEDS_NEW)
            answer, chosen = self._ask(plan, proposal, len(found))
            decision = _DECISIONS[answer]
            if answer in "ax":
                self._rules |= dict.fromkeys(proposal.rules, answer == "a")
            elif answer in "fd":
                rest = decision
            self._over = answer == "q"
            some_declined |= decision is Decision.DECLINED
            yield chosen, decision, time.monotonic() - started

    def _by_rule(self, proposal: Proposal) -> Decision | None:
        """What was said before of all the rules behind a hunk; None where they do not agree."""
        said = {self._rules.get(rule) for rule in proposal.rules}
        if said == {True}:
            return Decision.ACCEPTED
        return Decision.DECLINED if said == {False} else None

    def _ask(self, plan: Plan, proposal: Proposal, total: int) -> tuple[str, Proposal]:
        """The key that decides a hunk, and the hunk itself, edited where that was asked for."""
        while True:
            try:
                question = f"({proposal.number}/{total}) Take this hunk [{','.join(KEYS)}]? "
                answer = self.screen.ask(question).strip().lower()[:1]
            except EOFError:
                return "q", proposal
            if answer == "w":
                self.screen.say(_why(proposal))
            elif answer == "e":
                edited = self._edited(plan, proposal)
                if edited is not None:
                    return "e", edited
            elif answer in _DECISIONS:
                return answer, proposal
            else:
                self.screen.say("\n".join(f"{key} - {meaning}" for key, meaning in KEYS.items()))

    def _edited(self, plan: Plan, proposal: Proposal) -> Proposal | None:
        new = b"".join(line for sign, line in proposal.hunk.rows if sign != b"-")
        try:
            text = self.screen.edit(new.decode("utf-8"), plan.path.suffix)
        except UnicodeDecodeError:
            self.screen.say("This file is not in UTF-8; edit it after the run.")
            return None
        return None if text is None else replace(proposal, hunk=_with_new_text(proposal.hunk, text.encode()))


_DECISIONS = {
    **dict.fromkeys("yaf", Decision.ACCEPTED),
    **dict.fromkeys("nxdq", Decision.DECLINED),
    "e": Decision.EDITED,
}


def _with_new_text(hunk: Hunk, new: bytes) -> Hunk:
    """The hunk with another new text: all its old lines go, all new ones come."""
    old = [(b"-", line) for sign, line in hunk.rows if sign != b"+"]
    lines = split_lines(new)
    return replace(
        hunk, rows=[*old, *((b"+", line) for line in lines)], after_end=hunk.after_start + len(lines)
    )


def _why(proposal: Proposal) -> str:
    if not proposal.edits:
        return "It brings what the other hunks of this file need."
    rows = []
    for edit in sorted(proposal.edits, key=lambda edit: (edit.site.cell or 0, edit.site.line)):
        target = f" -> {edit.to}" if edit.to else " goes"
        note = f"; {edit.note}" if edit.note else ""
        rows.append(f"line {edit.site.line}: {edit.site.api}{target} ({edit.fidelity}{note}), by {edit.rule}")
    return "\n".join(rows)


def reviewed(plans: Iterable[Plan], run: Run) -> Iterator[Plan]:
    """The plans as the person at the terminal decides them; the decisions are kept in the run."""
    from adapter.cli.screen import terminal_screen

    review = Review(terminal_screen(), run.reviewed)
    # All are made first: a plan rests on other files as they are, and nobody likes to wait between two hunks.
    for plan in list(plans):
        yield review.decide(plan)
