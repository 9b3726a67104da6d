"""fence: all checks in their order; the first that an answer fails is the verdict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from adapter.fallback.fence import added, form, kept, target
from adapter.fallback.fence.candidate import Candidate

Check = Callable[[Candidate], str]

FORM: tuple[Check, ...] = (form.complete, form.one_block, form.parses)
"""What must hold before anything else can be asked."""

MEANING: tuple[Check, ...] = (
    target.source_gone,
    target.uses_target,
    target.target_exists,
    target.arguments_bind,
    kept.keeps_statements,
    kept.keeps_calls,
    kept.keeps_names,
    kept.keeps_flow,
    kept.keeps_data,
    kept.keeps_comments,
    added.imports,
    added.names_defined,
    added.no_shadowing,
    added.no_new_statements,
    added.no_new_calls,
    added.no_danger,
    added.no_invention,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the fence says: the name of the check that failed and why; both "" for an answer that passed."""

    check: str = ""
    message: str = ""

    @property
    def passed(self) -> bool:
        """Whether the answer may be used."""
        return not self.check


def check_name(check: Check) -> str:
    """The name by which reports and tests call a check: `target-exists`."""
    return check.__name__.replace("_", "-")


def examine(candidate: Candidate) -> Verdict:
    """The verdict on an answer."""
    for check in (*FORM, *MEANING):
        message = check(candidate)
        if message:
            return Verdict(check_name(check), message)
    return Verdict()
