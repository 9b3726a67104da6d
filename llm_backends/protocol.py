"""What every backend takes and gives: requests, answers, and the errors that it may raise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol


class Role(StrEnum):
    """Who says a message."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


class Finish(StrEnum):
    """Why an answer ends: the model was done (or met a stop text), or it ran into the limit of tokens."""

    STOP = "stop"
    LENGTH = "length"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Request:
    """What a model is asked.

    `n` answers are wanted. `max_tokens` limits each of them. An answer ends before any of the `stop` texts.
    `seed` makes sampling repeatable where the backend can do that. With `schema` the answer is JSON that a
    JSON Schema describes, where the backend can hold the model to it.
    """

    messages: tuple[Message, ...]
    n: int = 1
    temperature: float = 0.0
    max_tokens: int = 512
    stop: tuple[str, ...] = ()
    seed: int | None = None
    schema: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a model; tokens as the backend counts them, `seconds` of wall time for this answer.

    `cost` is in the currency of the price table, 0 where none was given. `dropped` names parameters of the
    request that the server refused and that were left out.
    """

    text: str
    finish: Finish
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    cost: float = 0.0
    dropped: tuple[str, ...] = ()

    @property
    def tokens(self) -> int:
        """All tokens that the answer took, those of the question included."""
        return self.prompt_tokens + self.completion_tokens


class Backend(Protocol):
    """A model that can be asked."""

    @property
    def model(self) -> str:
        """The name of the model, or the digest of its file: what tells its answers from another model's."""

    @property
    def base_url(self) -> str:
        """Where the model runs; "" for one in this process."""

    def complete(self, request: Request) -> list[Answer]:
        """The answers to a request, `request.n` of them.

        Raises:
            ContextOverflowError: the question does not fit.
            BackendError: no answer could be had; the message says why and what to do.
        """


class BackendError(Exception):
    """A model could not be loaded or asked; the message says why and what to do."""


class ContextOverflowError(BackendError):
    """The question has more tokens than the model takes."""


class KeyRefusedError(BackendError):
    """The server does not accept the key."""


def overflow(tokens: int, context: int, cure: str) -> ContextOverflowError:
    """The error for a question of `tokens` tokens; `cure` says what to do."""
    return ContextOverflowError(f"the question has {tokens} tokens, the model takes {context}; {cure}")
