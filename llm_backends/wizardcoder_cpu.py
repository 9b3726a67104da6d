"""Backend `wizardcoder-cpu`: WizardCoder-15B and other GGML files of that kind, run by ctransformers."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from llm_backends.instruction import STOP, instruction_prompt
from llm_backends.models import model_path
from llm_backends.protocol import Answer, BackendError, Finish, Request, overflow
from llm_backends.spec import Spec, missing
from llm_backends.stops import cut

CONTEXT = 8192
"""Tokens that StarCoder takes; the file does not tell ctransformers its own number."""


class WizardCoderCpu:
    """A GGML file in this process."""

    base_url = ""

    def __init__(self, path: Path, context: int = CONTEXT, threads: int | None = None) -> None:
        if not path.is_file():
            raise BackendError(f"{path}: there is no such model file; `adapter models list` names some")
        try:
            from ctransformers import LLM, Config
        except ImportError as error:
            raise missing("ctransformers", "wizardcoder-cpu") from error
        self.model = f"{path.name}:{path.stat().st_size}"
        self._context = context
        settings = Config(context_length=context, threads=threads or -1)
        try:
            self._llm: Any = LLM(str(path), "starcoder", config=settings)
        except (RuntimeError, ValueError, OSError) as error:
            raise BackendError(
                f"{path}: cannot be loaded as a GGML file of StarCoder's kind: {error}"
            ) from error

    def complete(self, request: Request) -> list[Answer]:
        """See `Backend`; one answer after the other, with seeds that follow one another.

        This kind of model cannot be held to a schema: whoever asks checks the answer.
        """
        tokens = self._llm.tokenize(instruction_prompt(request.messages))
        needed = len(tokens) + request.max_tokens
        if needed > self._context:
            raise overflow(needed, self._context, "ask about less at a time")
        return [self._answer(request, tokens, number) for number in range(request.n)]

    def _answer(self, request: Request, tokens: list[int], number: int) -> Answer:
        started = time.perf_counter()
        is_greedy = request.temperature <= 0
        generated = self._llm.generate(
            tokens,
            top_k=1 if is_greedy else 40,
            temperature=1.0 if is_greedy else request.temperature,
            repetition_penalty=1.0,
            seed=-1 if request.seed is None else request.seed + number,
            reset=True,
        )
        stops = (*request.stop, STOP)
        written: list[int] = []
        text, finish = "", Finish.STOP
        for token in generated:
            written.append(token)
            text, is_cut = cut(self._llm.detokenize(written, decode=False).decode(errors="ignore"), stops)
            if is_cut:
                break
            if len(written) >= request.max_tokens:
                finish = Finish.LENGTH
                break
        return Answer(text.lstrip("\n"), finish, len(tokens), len(written), time.perf_counter() - started)


def make(spec: Spec) -> WizardCoderCpu:
    """`wizardcoder-cpu:PATH?context=TOKENS&threads=N`."""
    threads = spec.number("threads", 0)
    return WizardCoderCpu(model_path(spec.model), spec.number("context", CONTEXT), threads or None)
