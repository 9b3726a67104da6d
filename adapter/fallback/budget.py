"""fallback: what a run may spend on a model, and what it has spent."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from llm_backends.protocol import Answer


class BudgetError(Exception):
    """The budget of the run is used up; the message says which limit was met."""


@dataclass(frozen=True)
class Limits:
    """The most that a run may spend; None for no limit. `cost` is in the currency of the price table."""

    calls: int | None = None
    tokens: int | None = None
    cost: float | None = None


@dataclass
class Spending:
    """What was spent so far; answers kept from an earlier run cost nothing and are counted apart."""

    limits: Limits = Limits()
    calls: int = 0
    tokens: int = 0
    cost: float = 0.0
    remembered: int = 0
    seconds: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def claim(self, tokens: int) -> None:
        """Claim a call that may take up to `tokens` tokens.

        Raises:
            BudgetError: it could go over a limit.
        """
        with self._lock:
            limits = self.limits
            if limits.calls is not None and self.calls + 1 > limits.calls:
                raise BudgetError(f"the budget of {limits.calls} calls is used up (--llm-calls)")
            if limits.tokens is not None and self.tokens + tokens > limits.tokens:
                raise BudgetError(
                    f"{self.tokens} of {limits.tokens} tokens are used, the next question may take {tokens} "
                    "(--llm-tokens)"
                )
            if limits.cost is not None and self.cost >= limits.cost:
                raise BudgetError(f"the budget of {limits.cost:g} is used up (--llm-cost)")
            self.calls += 1

    def add(self, answer: Answer) -> None:
        """Count what an answer took; its call was claimed before."""
        with self._lock:
            self.tokens += answer.tokens
            self.cost += answer.cost
            self.seconds += answer.seconds
