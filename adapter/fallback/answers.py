"""fallback: answers that were given before, kept by all that they depend on."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from dataclasses import asdict
from pathlib import Path

from llm_backends.protocol import Answer, Backend, Finish, Request


class AnswerCache:
    """Answers in a SQLite file, by model, place, sampling, messages and number of the sample.

    A file that cannot be opened or written keeps nothing; that is no error.
    """

    def __init__(self, path: Path) -> None:
        self._connection: sqlite3.Connection | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, timeout=10, check_same_thread=False)
            with self._connection:
                self._connection.execute(
                    "CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, answer TEXT)"
                )
        except (OSError, sqlite3.Error):
            self._connection = None

    def get(self, key: str) -> Answer | None:
        """The answer under a key; None when there is none."""
        if self._connection is None:
            return None
        try:
            row = self._connection.execute("SELECT answer FROM answers WHERE key = ?", (key,)).fetchone()
        except sqlite3.Error:
            return None
        if row is None:
            return None
        data = json.loads(row[0])
        return Answer(**{**data, "finish": Finish(data["finish"]), "dropped": tuple(data["dropped"])})

    def put(self, key: str, answer: Answer) -> None:
        """Keep an answer."""
        if self._connection is None:
            return
        try:
            with self._connection:
                self._connection.execute(
                    "INSERT OR REPLACE INTO answers VALUES (?, ?)", (key, json.dumps(asdict(answer)))
                )
        except sqlite3.Error:
            return


def answer_key(backend: Backend, request: Request, sample: int) -> str:
    """The key of one answer: all that it depends on, the number of the sample included."""
    content = [
        backend.model,
        backend.base_url,
        request.temperature,
        request.max_tokens,
        list(request.stop),
        request.seed,
        request.schema,
        [[message.role.value, message.content] for message in request.messages],
        sample,
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def answers_file(folder: Path) -> Path:
    """Where answers are kept, below the folder of caches."""
    return folder / "answers.sqlite"
