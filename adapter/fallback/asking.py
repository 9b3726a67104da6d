"""fallback: one way to ask: secrets hidden, budget claimed, remembered answers used, messages shown first."""

from __future__ import annotations

import ipaddress
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from adapter.fallback.answers import AnswerCache, answer_key
from adapter.fallback.budget import BudgetError, Spending
from adapter.fallback.redaction import Redaction
from adapter.fallback.slots import Slots
from llm_backends.protocol import Answer, Backend, BackendError, ContextOverflowError, Message, Request, Role

_BYTES_PER_TOKEN = 3
"""Fewer than most texts have, so that the guess of a question's tokens is rather too high."""


class RemoteRefusedError(Exception):
    """Code would leave the machine, and that was forbidden."""


class NotAnsweredError(Exception):
    """There is no answer; the message says why. What stops the whole run is also in `stopped_because`."""


@dataclass(frozen=True)
class Prompt:
    """A question as a conversation, with how it is to be answered."""

    system: str
    turns: tuple[str, ...]
    max_tokens: int
    schema: Mapping[str, Any] | None = None

    @property
    def messages(self) -> tuple[Message, ...]:
        """The messages; turns are the user's and the model's by turns, the first and the last the user's."""
        roles = (Role.USER, Role.ASSISTANT)
        turns = (Message(roles[number % 2], text) for number, text in enumerate(self.turns))
        return Message(Role.SYSTEM, self.system), *turns

    def then(self, answer: str, message: str) -> Prompt:
        """The conversation gone on: what was answered, and what is said to it."""
        return Prompt(self.system, (*self.turns, answer, message), self.max_tokens, self.schema)


class Asker:
    """Asks one model on behalf of a run.

    With `show`, messages are handed to it and nothing is asked. `notice` is told once that code leaves the
    machine. `sample` is the number of the run among several that ask the same.
    """

    def __init__(
        self,
        backend: Backend | None,
        spending: Spending,
        cache: AnswerCache | None = None,
        *,
        temperature: float = 0.0,
        seed: int | None = 0,
        sample: int = 0,
        local_only: bool = False,
        show: Callable[[str], None] | None = None,
        notice: Callable[[str], None] = lambda text: None,
    ) -> None:
        self.spending, self.redaction = spending, Redaction()
        self._backend, self._cache, self._show, self._notice = backend, cache, show, notice
        self._temperature, self._seed, self._sample = temperature, seed, sample
        self.stopped_because = ""
        self._slots = Slots.of(os.environ)
        if backend is not None and is_remote(backend.base_url):
            if local_only:
                raise RemoteRefusedError(
                    f"{backend.base_url} is not on this machine; without --llm-local-only code is sent there"
                )
            self._remote = urlsplit(backend.base_url).hostname or backend.base_url
        else:
            self._remote = ""

    @property
    def model(self) -> str:
        """The model that is asked; "" when questions are only shown."""
        return self._backend.model if self._backend is not None else ""

    def ask(self, prompt: Prompt) -> Answer | None:
        """The answer, or None when there is none: questions are only shown, or this one does not fit.

        Raises:
            NotAnsweredError: the budget is used up, or the model cannot be asked at all.
        """
        messages = tuple(Message(each.role, self.redaction.hide(each.content)) for each in prompt.messages)
        if self._backend is None or self._show is not None:
            if self._show is not None:
                self._show(shown_messages(messages, prompt.schema))
            return None
        if self.stopped_because:
            raise NotAnsweredError(self.stopped_because)
        request = Request(
            messages,
            temperature=self._temperature,
            max_tokens=prompt.max_tokens,
            seed=None if self._seed is None else self._seed + self._sample,
            schema=prompt.schema,
        )
        key = answer_key(self._backend, request, self._sample)
        known = self._cache.get(key) if self._cache is not None else None
        if known is not None:
            self.spending.remembered += 1
            return self._restored(known)
        return self._restored(self._asked(self._backend, request, key))

    def _asked(self, backend: Backend, request: Request, key: str) -> Answer:
        if self._remote:
            self._notice(f"code is sent to {self._remote}, secrets in it are replaced")
            self._remote = ""
        size = sum(len(message.content.encode()) for message in request.messages)
        try:
            self.spending.claim(size // _BYTES_PER_TOKEN + request.max_tokens)
            with self._slots.one():
                answer = backend.complete(request)[0]
        except ContextOverflowError as error:
            raise NotAnsweredError(str(error)) from error
        except (BudgetError, BackendError) as error:
            self.stopped_because = str(error)
            raise NotAnsweredError(str(error)) from error
        self.spending.add(answer)
        if self._cache is not None:
            self._cache.put(key, answer)
        return answer

    def _restored(self, answer: Answer) -> Answer:
        return Answer(
            self.redaction.restore(answer.text),
            answer.finish,
            answer.prompt_tokens,
            answer.completion_tokens,
            answer.seconds,
            answer.cost,
            answer.dropped,
        )


def is_remote(base_url: str) -> bool:
    """Whether a server is on another machine than this one."""
    host = urlsplit(base_url).hostname if base_url else None
    if host is None or host == "localhost":
        return False
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return True


def shown_messages(messages: Sequence[Message], schema: Mapping[str, Any] | None) -> str:
    """A question as it would leave, for a person to read."""
    parts = [f"--- {message.role.value} ---\n{message.content}" for message in messages]
    if schema is not None:
        parts.append(f"--- schema of the answer ---\n{json.dumps(schema)}")
    return "\n".join(parts) + "\n"
