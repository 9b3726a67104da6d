"""Backend `replay`: recorded answers, for tests and runs that must repeat; and the recorder of them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from llm_backends.protocol import Answer, Backend, BackendError, Finish, Request
from llm_backends.spec import Spec


def request_key(request: Request) -> str:
    """What tells one question from another: its messages, its sampling and its schema."""
    content = {
        "messages": [[message.role.value, message.content] for message in request.messages],
        "temperature": request.temperature,
        "max_tokens": request.max_tokens,
        "stop": list(request.stop),
        "seed": request.seed,
        "schema": request.schema,
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


class ReplayBackend:
    """Answers from a file of JSON lines, each `{"key", "answers"}`, or `{"contains", "answers"}`.

    A line with `contains` answers every question whose last message holds all of its texts.
    """

    base_url = ""

    def __init__(self, path: Path) -> None:
        self.model = f"replay:{path.name}"
        self._path = path
        try:
            lines = path.read_text("utf-8").splitlines()
            records = [json.loads(line) for line in lines if line.strip()]
        except (OSError, ValueError) as error:
            raise BackendError(f"{path}: cannot be read as recorded answers: {error}") from error
        self._exact = {record["key"]: record["answers"] for record in records if "key" in record}
        self._fitting = [record for record in records if "contains" in record]
        self.model = next((record["model"] for record in records if "model" in record), self.model)

    def complete(self, request: Request) -> list[Answer]:
        """See `Backend`; raises BackendError for a question that was not recorded."""
        recorded = self._exact.get(request_key(request)) or self._that_fits(request)
        if recorded is None or len(recorded) < request.n:
            question = request.messages[-1].content.strip()[-200:]
            raise BackendError(f"{self._path}: holds no answer to the question that ends in {question!r}")
        return [_answer(item) for item in recorded[: request.n]]

    def _that_fits(self, request: Request) -> list[Any] | None:
        question = request.messages[-1].content
        for record in self._fitting:
            if all(text in question for text in record["contains"]):
                answers: list[Any] = record["answers"]
                return answers
        return None


class Recorder:
    """A backend that writes down what another one answers, for `replay`."""

    def __init__(self, backend: Backend, path: Path) -> None:
        self._backend, self._path = backend, path
        self.model, self.base_url = backend.model, backend.base_url

    def complete(self, request: Request) -> list[Answer]:
        """Ask the other backend, and write its answers down."""
        answers = self._backend.complete(request)
        record = {"key": request_key(request), "model": self.model, "answers": [asdict(a) for a in answers]}
        with self._path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(record, sort_keys=True) + "\n")
        return answers


def _answer(item: Any) -> Answer:
    """An answer as it was recorded: its text alone, or all that `Answer` holds."""
    if isinstance(item, str):
        return Answer(item, Finish.STOP)
    return Answer(
        item["text"],
        Finish(item.get("finish", "stop")),
        item.get("prompt_tokens", 0),
        item.get("completion_tokens", 0),
        item.get("seconds", 0.0),
        item.get("cost", 0.0),
        tuple(item.get("dropped", ())),
    )


def make(spec: Spec) -> ReplayBackend:
    """`replay:FILE`."""
    return ReplayBackend(Path(spec.model).expanduser())
