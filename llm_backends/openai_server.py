"""Backend `openai`: any server with OpenAI's chat protocol: OpenAI, Azure, vLLM, Ollama, llama.cpp."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from llm_backends.chat import chat_body, finish_of
from llm_backends.protocol import (
    Answer,
    BackendError,
    ContextOverflowError,
    Finish,
    KeyRefusedError,
    Request,
)
from llm_backends.spec import Spec, missing

OPENAI = "https://api.openai.com/v1"
KEY_VARIABLE = "OPENAI_API_KEY"

_OVERFLOWS = ("context_length_exceeded", "exceed_context_size_error")
# what a server may refuse, and the name under which newer servers want it; "" leaves it out
_OPTIONAL = {
    "temperature": "",
    "seed": "",
    "stop": "",
    "response_format": "",
    "max_tokens": "max_completion_tokens",
}


@dataclass(frozen=True, slots=True)
class Prices:
    """What a million tokens cost, by model: `{"MODEL": {"prompt": 0.15, "completion": 0.6}}`."""

    table: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    @staticmethod
    def read(path: Path) -> Prices:
        """The prices in a JSON file.

        Raises:
            BackendError: it cannot be read.
        """
        try:
            table = json.loads(path.read_text("utf-8"))
            return Prices({str(name): {k: float(v) for k, v in row.items()} for name, row in table.items()})
        except (OSError, ValueError, AttributeError) as error:
            raise BackendError(f"{path}: cannot be read as a table of prices: {error}") from error

    def cost(self, model: str, prompt_tokens: int, completion_tokens: int) -> float:
        """The cost of one answer; 0 for a model that is not in the table."""
        row = self.table.get(model, {})
        return (prompt_tokens * row.get("prompt", 0.0) + completion_tokens * row.get("completion", 0.0)) / 1e6


@dataclass(frozen=True)
class Settings:
    """How a server is asked: at most `concurrency` questions at a time, each tried `retries` times more.

    `timeout` is in seconds and holds for each try.
    """

    stream: bool = False
    retries: int = 4
    timeout: float = 120.0
    concurrency: int = 4
    prices: Prices = Prices()


class OpenAIBackend:
    """A model behind OpenAI's chat protocol.

    After 429, 5xx, a time-out or a lost connection the client tries again, when `Retry-After` says so or
    after waits that grow. A parameter that the server refuses is left out from then on.
    """

    def __init__(self, model: str, base_url: str, key: str, settings: Settings | None = None) -> None:
        try:
            import openai
        except ImportError as error:
            raise missing("openai", "openai") from error
        self.model, self.base_url = model, base_url
        self._settings = settings or Settings()
        self._client = openai.OpenAI(
            base_url=base_url,
            api_key=key,
            timeout=self._settings.timeout,
            max_retries=self._settings.retries,
        )
        self._refused: dict[str, str] = {}
        self._slots = threading.BoundedSemaphore(self._settings.concurrency)

    def complete(self, request: Request) -> list[Answer]:
        """See `Backend`; several answers are asked for side by side: many servers give one at a time."""
        if request.n == 1:
            return [self._answer(request, 0)]
        with ThreadPoolExecutor(min(request.n, self._settings.concurrency)) as pool:
            return list(pool.map(lambda number: self._answer(request, number), range(request.n)))

    def _answer(self, request: Request, number: int) -> Answer:
        started = time.perf_counter()
        with self._slots:
            text, finish, usage = self._tried(chat_body(request, number) | {"model": self.model})
        prompt, completion = usage
        return Answer(
            text,
            finish,
            prompt,
            completion,
            time.perf_counter() - started,
            self._settings.prices.cost(self.model, prompt, completion),
            tuple(sorted(self._refused)),
        )

    def _tried(self, body: dict[str, Any]) -> tuple[str, Finish, tuple[int, int]]:
        import httpx
        import openai

        while True:
            wanted = {self._refused.get(name, name): value for name, value in body.items()}
            wanted.pop("", None)
            try:
                return self._streamed(wanted) if self._settings.stream else self._whole(wanted)
            except openai.BadRequestError as error:
                if not self._leave_out(error, body):
                    raise _refusal(error) from error
            except (openai.AuthenticationError, openai.PermissionDeniedError) as error:
                raise KeyRefusedError(
                    f"{self.base_url} does not accept the key; set {KEY_VARIABLE} or give ?key_variable=NAME"
                ) from error
            except openai.APIStatusError as error:
                raise BackendError(f"{self.base_url} answers {error.status_code}: {_said(error)}") from error
            except openai.APITimeoutError as error:
                raise BackendError(
                    f"{self.base_url} did not answer within {self._settings.timeout:g} s; "
                    "give a longer ?timeout="
                ) from error
            except (openai.APIError, httpx.HTTPError, OSError) as error:
                raise BackendError(f"{self.base_url} cannot be reached: {_root(error)}") from error

    def _whole(self, body: Mapping[str, Any]) -> tuple[str, Finish, tuple[int, int]]:
        reply = self._client.chat.completions.create(**body)
        choice, usage = reply.choices[0], reply.usage
        counted = (usage.prompt_tokens, usage.completion_tokens) if usage else (0, 0)
        return choice.message.content or "", finish_of(choice.finish_reason), counted

    def _streamed(self, body: Mapping[str, Any]) -> tuple[str, Finish, tuple[int, int]]:
        parts: list[str] = []
        finish, counted = Finish.OTHER, (0, 0)
        for chunk in self._client.chat.completions.create(
            **body, stream=True, stream_options={"include_usage": True}
        ):
            if chunk.usage:
                counted = (chunk.usage.prompt_tokens, chunk.usage.completion_tokens)
            for choice in chunk.choices:
                parts.append(choice.delta.content or "")
                if choice.finish_reason:
                    finish = finish_of(choice.finish_reason)
        return "".join(parts), finish, counted

    def _leave_out(self, error: Any, body: Mapping[str, Any]) -> bool:
        """Note which parameter the server refuses; False when it is none that can be left out."""
        said = f"{getattr(error, 'param', None) or ''} {_said(error)}"
        for name, other in _OPTIONAL.items():
            if name in body and name not in self._refused and name in said:
                self._refused[name] = other
                return True
        return False


def _said(error: Any) -> str:
    body = error.body if isinstance(error.body, Mapping) else {}
    return str(body.get("message") or error.message)


def _refusal(error: Any) -> BackendError:
    body = error.body if isinstance(error.body, Mapping) else {}
    if body.get("code") in _OVERFLOWS or body.get("type") in _OVERFLOWS:
        return ContextOverflowError(f"the question does not fit the model: {_said(error)}")
    return BackendError(f"the server refuses the question: {_said(error)}")


def _root(error: BaseException) -> str:
    """The first cause of an error, which says more than the client's own words."""
    while error.__cause__ is not None:
        error = error.__cause__
    return str(error) or type(error).__name__


def make(spec: Spec) -> OpenAIBackend:
    """`openai:MODEL@URL`; behind `?`: stream, retries, timeout, concurrency, prices=FILE, key_variable."""
    prices = spec.options.get("prices")
    settings = Settings(
        bool(spec.number("stream", 0)),
        spec.number("retries", Settings.retries),
        float(spec.number("timeout", int(Settings.timeout))),
        spec.number("concurrency", Settings.concurrency),
        Prices.read(Path(prices)) if prices else Prices(),
    )
    # a server on this machine often wants none, and the client refuses an empty one
    key = os.environ.get(spec.options.get("key_variable", KEY_VARIABLE), "") or "none"
    return OpenAIBackend(spec.model, spec.url or OPENAI, key, settings)
