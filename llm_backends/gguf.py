"""Backend `gguf`: a GGUF model in this process, run by llama.cpp through xllamacpp."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from llm_backends.chat import chat_body, finish_of
from llm_backends.models import model_path
from llm_backends.protocol import Answer, BackendError, Request, overflow
from llm_backends.spec import Spec, missing

CONTEXT = 8192
"""Tokens that question and answer may have together, unless `?context=` says otherwise."""


class GgufBackend:
    """A model file in this process.

    The server keeps the tokens of the last question, so that a question with the same beginning is quick.
    """

    base_url = ""

    def __init__(self, path: Path, context: int = CONTEXT, threads: int | None = None) -> None:
        if not path.is_file():
            raise BackendError(f"{path}: there is no such model file; `adapter models list` names some")
        try:
            import xllamacpp
        except ImportError as error:
            raise missing("xllamacpp", "gguf") from error
        self.model = f"{path.name}:{path.stat().st_size}"
        self._context = context
        parameters = xllamacpp.CommonParams()
        parameters.model.path = str(path)
        parameters.n_ctx = context
        parameters.n_parallel = 1
        parameters.warmup = False
        parameters.verbosity = 0
        parameters.cpuparams.n_threads = threads or len(os.sched_getaffinity(0))
        parameters.cpuparams_batch.n_threads = threads or len(os.sched_getaffinity(0))
        try:
            self._server = xllamacpp.Server(parameters)
        except Exception as error:  # the library raises what C++ throws
            raise BackendError(f"{path}: cannot be loaded as a GGUF model: {error}") from error

    @property
    def address(self) -> str:
        """Where the same model is served over HTTP, for programs on this machine."""
        return str(self._server.listening_address)

    def complete(self, request: Request) -> list[Answer]:
        """See `Backend`; one answer after the other, with seeds that follow one another."""
        return [self._answer(request, number) for number in range(request.n)]

    def _answer(self, request: Request, number: int) -> Answer:
        started = time.perf_counter()
        reply: Mapping[str, Any] = self._server.handle_chat_completions(
            chat_body(request, number) | {"cache_prompt": True}
        )
        if "error" in reply:
            raise _error(reply["error"], self._context)
        choice, usage = reply["choices"][0], reply["usage"]
        return Answer(
            choice["message"]["content"] or "",
            finish_of(choice["finish_reason"]),
            usage["prompt_tokens"],
            usage["completion_tokens"],
            time.perf_counter() - started,
        )


def _error(error: Mapping[str, Any], context: int) -> BackendError:
    if error.get("type") == "exceed_context_size_error":
        return overflow(
            error["n_prompt_tokens"], error.get("n_ctx", context), "give a larger one with ?context=TOKENS"
        )
    return BackendError(f"the model could not answer: {error.get('message', error)}")


def make(spec: Spec) -> GgufBackend:
    """`gguf:PATH?context=TOKENS&threads=N`."""
    threads = spec.number("threads", 0)
    return GgufBackend(model_path(spec.model), spec.number("context", CONTEXT), threads or None)
